#include "aic/failure.h"

#include <gmock/gmock.h>

namespace aic {
namespace {

using base::Errc;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t now = 1'769'847'330'000;

const Asked read{.host = "tenant.example", .method = "GET", .path = "/openidm/managed/alpha_user/x"};
const Asked write{.host = "tenant.example", .method = "PUT", .path = "/openidm/config/managed", .is_write = true};
const http::Headers json{{"content-type", "application/json;charset=utf-8"}};
const http::Headers html{{"content-type", "text/html; charset=UTF-8"}};

base::Error answer(int status, std::string_view body, const http::Headers& headers = json, const Asked& asked = read) {
  return error_from_answer(asked, status, headers, body, now);
}

TEST(Failure, TakesTheTenantsWordsOutOfACrestBody) {
  const auto error =
      answer(404, R"({"code":404,"reason":"Gone away","message":"No &#39;x&#39; here","detail":{"a":1}})");
  EXPECT_EQ(error.code, Errc::not_found);
  EXPECT_EQ(error.status, 404);
  EXPECT_EQ(error.reason, "Gone away");
  EXPECT_EQ(error.tenant_message, "No 'x' here");
  EXPECT_EQ(error.detail, base::parse_json(R"({"a":1})"));
  EXPECT_EQ(error.request, "GET /openidm/managed/alpha_user/x");
  EXPECT_EQ(error.message, "There is no alpha_user with the id x");
}

// What the tenant escapes twice is read twice.
TEST(Failure, DecodesEntitiesThatWereEscapedTwice) {
  EXPECT_EQ(
      answer(400, R"({"code":400,"message":"Bad &amp;#39;x&amp;#39; &amp;lt;b&amp;gt; &#39;y&#39;"})").tenant_message,
      "Bad 'x' <b> 'y'");
}

TEST(Failure, SaysWhatIsMissingInsteadOfAnAddress) {
  const auto missing = [](const std::string& path) {
    return answer(404, R"({"code":404,"message":"Not Found"})", json, {"tenant.example", "GET", path, false});
  };
  const std::string trees = "/am/json/alpha/realm-config/authentication/authenticationtrees";
  EXPECT_EQ(missing(trees + "/trees/Sign%20in").message, R"(There is no journey "Sign in" in alpha)");
  EXPECT_EQ(missing(trees + "/nodes/Ask").message, "There is no node type Ask in alpha");
  EXPECT_EQ(missing(trees + "/nodes/Ask/n1").message, "There is no node n1 of type Ask in alpha");
  EXPECT_EQ(missing(trees + "/nodes/Ask/9.0").message, "There is no version 9.0 of node type Ask in alpha");
  EXPECT_EQ(missing(trees + "/nodes/Ask/2.0/n1").message, "There is no node n1 of type Ask and version 2.0 in alpha");
  EXPECT_EQ(missing("/am/json/bravo/scripts/s1").message, "There is no script s1 in bravo");
  EXPECT_EQ(missing("/am/json/alpha/realm-config/agents/OAuth2Client/shop").message,
            R"(There is no OAuth 2.0 client "shop" in alpha)");
  EXPECT_EQ(missing("/am/json/global-config/services/CorsService/configuration/p").message,
            "There is no CORS policy p");
  EXPECT_EQ(missing("/openidm/config/ui/themerealm").message, "There is no configuration ui/themerealm");
  EXPECT_EQ(missing("/openidm/feature/am/2fa").message, "There is no feature am/2fa");
  EXPECT_EQ(missing("/environment/variables/esv-a").message, "There is no variable esv-a");

  for (const auto& [path, service] : {std::pair{"/openidm/feature", "features"},
                                      {"/environment/variables", "variables"},
                                      {"/am/json/global-config/services/CorsService/configuration", "CORS policies"}}) {
    EXPECT_EQ(missing(path).message, std::string("This tenant has no such service: ") + service);
    EXPECT_THAT(missing(path).next, HasSubstr("AIC_BASE_URL"));
  }
  EXPECT_EQ(missing(trees + "/nodes").message, "This tenant has no such service: node types in alpha");
  EXPECT_EQ(missing("/am/json/alpha/else").message, "tenant.example answered 404 Not Found to GET /am/json/alpha/else");
}

TEST(Failure, GivesAnEsvBodyItsReasonAndIgnoresItsCode) {
  const auto error = answer(422, "{\"code\":606,\"message\":\"Bad value\"}\n");
  EXPECT_EQ(error.code, Errc::invalid_request);
  EXPECT_EQ(error.status, 422);
  EXPECT_EQ(error.reason, "Unprocessable Content");
  EXPECT_EQ(error.tenant_message, "Bad value");
}

TEST(Failure, ReadsAnOAuthBody) {
  const auto error = answer(400, R"({"error_description":"Unknown scope","error":"invalid_scope"})");
  EXPECT_EQ(error.reason, "invalid_scope");
  EXPECT_EQ(error.tenant_message, "Unknown scope");
}

TEST(Failure, ConcludesNothingFromDigitsInTexts) {
  EXPECT_EQ(answer(500, R"({"code":404,"message":"404 not found 403"})").code, Errc::transient);
  EXPECT_EQ(answer(500, R"({"code":404,"message":"404 not found 403"})").status, 500);
}

TEST(Failure, TakesA501ForNever) {
  const auto error = answer(501, R"({"code":501,"reason":"Not Implemented","message":"no"})");
  EXPECT_EQ(error.code, Errc::not_available);
  EXPECT_THAT(error.next, Not(HasSubstr("later")));
  EXPECT_FALSE(answer(501, "", json, write).may_have_happened);
}

TEST(Failure, SaysWhatA404OfSomethingElseLeavesOpen) {
  const auto foreign = [](const std::string& path) {
    return answer(404, "no such page", json, {"tenant.example", "GET", path, false}).message;
  };
  EXPECT_EQ(foreign("/am/json/alpha/scripts/s1"),
            "tenant.example answered 404 Not Found to GET /am/json/alpha/scripts/s1 in a form that is not the tenant's "
            "own; whether the tenant has script s1 in alpha is not known");
  EXPECT_THAT(foreign("/am/json/alpha/realm-config/authentication/authenticationtrees/nodes/Ask/2.0/n"),
              testing::EndsWith("whether the tenant has node n of type Ask and version 2.0 in alpha is not known"));
  EXPECT_THAT(foreign("/am/json/alpha/realm-config/authentication/authenticationtrees/trees"),
              testing::EndsWith("whether the tenant offers journeys in alpha is not known"));
  EXPECT_THAT(foreign("/am/json/alpha/else"), testing::EndsWith("whether it has that is not known"));
}

TEST(Failure, TakesA404ForMissingOnlyFromTheTenantItself) {
  EXPECT_TRUE(says_missing(answer(404, R"({"code":404,"message":"The variable does not exist"})")));
  for (const auto* body : {"", "{}", "[]", "null", "no such page", R"({"code":"404"})", R"({"error":"not found"})",
                           "<html><body>starting</body></html>"}) {
    const auto error = answer(404, body);
    EXPECT_EQ(error.code, Errc::transient) << body;
    EXPECT_EQ(error.status, 404) << body;
    EXPECT_FALSE(says_missing(error)) << body;
    EXPECT_THAT(error.next, HasSubstr("later; this is safe")) << body;
    EXPECT_TRUE(answer(404, body, json, write).may_have_happened) << body;
  }
}

TEST(Failure, TellsA403sApart) {
  EXPECT_EQ(answer(403, R"({"code":403,"reason":"Forbidden","message":"Access denied"})").code, Errc::unauthorized);
  EXPECT_EQ(
      answer(403, R"({"code":403,"message":"This operation is not available in PingOne Advanced Identity Cloud."})")
          .code,
      Errc::not_available);
  EXPECT_EQ(answer(403, R"({"message":"This operation is not available in ForgeRock Identity Cloud."})").code,
            Errc::not_available);
  const auto blocked =
      answer(403, "<!doctype html><meta charset=\"utf-8\"><title>403</title>403 Forbidden", html, write);
  EXPECT_EQ(blocked.code, Errc::blocked);
  EXPECT_EQ(blocked.tenant_message, "403 403 Forbidden");
  EXPECT_THAT(blocked.next, HasSubstr("request body"));
  const auto without_body = answer(403, "<title>403</title>", html, {"t.example.com", "DELETE", "/am/x", true});
  EXPECT_THAT(without_body.next, Not(HasSubstr("body")));
}

TEST(Failure, ListsEachPropertyWithItsFailedPolicy) {
  const auto error =
      answer(403, R"({"code":403,"reason":"Forbidden","message":"Failed policy validation","detail":{"result":false,
    "failedPolicyRequirements":[{"policyRequirements":[{"policyRequirement":"REQUIRED"},{"params":{"minLength":8},"policyRequirement":"MIN_LENGTH"}],
    "property":"password"},{"policyRequirements":[{"policyRequirement":"UNIQUE"}],"property":"userName"}]}})");
  EXPECT_EQ(error.code, Errc::invalid_request);
  EXPECT_THAT(error.message, HasSubstr(R"(password (REQUIRED, MIN_LENGTH {"minLength":8}), userName (UNIQUE))"));
  EXPECT_TRUE(fails_policy(error, "UNIQUE"));
  EXPECT_FALSE(fails_policy(error, "userName"));
  EXPECT_FALSE(fails_policy(answer(403, R"({"code":403,"detail":{"failedPolicyRequirements":["UNIQUE"]}})"), "UNIQUE"));
  EXPECT_EQ(error.tenant_message, "Failed policy validation");
}

TEST(Failure, SurvivesPolicyDetailsOfAnyShape) {
  for (const auto* detail :
       {"[]", "{\"failedPolicyRequirements\":{}}", "{\"failedPolicyRequirements\":[1,{\"policyRequirements\":2}]}"})
    EXPECT_EQ(answer(403, std::string("{\"detail\":") + detail + "}").status, 403) << detail;
}

TEST(Failure, CutsRawBodiesAndHidesControlCharacters) {
  const auto error = answer(500, std::string(10'000, 'a') + "\x1b[2J", {{"content-type", "text/plain"}});
  EXPECT_LE(error.tenant_message.size(), 2052U);
  EXPECT_THAT(answer(500, "a\x1b[2Jb", {}).tenant_message, "a [2Jb");
  EXPECT_THAT(answer(400, R"({"message":"a\u0007b"})").tenant_message, "a b");
}

TEST(Failure, CutsALongDetail) {
  const auto error = answer(400, R"({"message":"m","detail":{"request":")" + std::string(9'000, 'x') + "\"}}");
  ASSERT_TRUE(error.detail.is_string());
  EXPECT_LE(error.detail.get<std::string>().size(), 2052U);
}

TEST(Failure, MakesDoWithAnEmptyBody) {
  const auto error = answer(503, "", {});
  EXPECT_EQ(error.code, Errc::transient);
  EXPECT_EQ(error.reason, "Service Unavailable");
  EXPECT_EQ(error.tenant_message, "");
}

TEST(Failure, SaysWhenToAskAgain) {
  EXPECT_THAT(answer(429, "", {{"retry-after", "45"}}).next, HasSubstr("45 seconds"));
  EXPECT_EQ(answer(429, "", {}).code, Errc::rate_limited);
  EXPECT_THAT(answer(503, "", {{"retry-after", "7"}}).next, HasSubstr("7 seconds"));
  EXPECT_THAT(answer(503, "", {{"retry-after", "1"}}).next, HasSubstr("1 second "));
  const auto reset = std::to_string(now / 1000 + 12);
  EXPECT_THAT(answer(429, "", {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}}).next,
              HasSubstr("12 seconds"));
}

TEST(Failure, SaysWhetherRepeatingIsSafe) {
  EXPECT_THAT(answer(502, "").next, HasSubstr("safe"));
  EXPECT_THAT(answer(503, "", {{"retry-after", "7"}}, write).next,
              AllOf(HasSubstr("7 seconds"), HasSubstr("Read the current state")));
  EXPECT_THAT(answer(502, "", json, write).next, AllOf(HasSubstr("Read the current state"), Not(HasSubstr("safe"))));
}

TEST(Failure, AdvisesToReadAgainAfterAStaleRevision) {
  const auto error = answer(412, R"({"code":412,"message":"stale"})");
  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_THAT(error.next, HasSubstr("Read the current state"));
}

TEST(Failure, ShowsWhereARedirectLeads) {
  const auto error = answer(302, "", {{"location", "https://login.evil.example/x?code=1"}});
  EXPECT_EQ(error.status, 302);
  EXPECT_THAT(error.message, AllOf(HasSubstr("302 Found"), HasSubstr("login.evil.example"), Not(HasSubstr("code="))));
  EXPECT_THAT(answer(302, "", {{"location", "/elsewhere"}}).message, HasSubstr("the same host"));
}

http::TransportError broken(bool maybe_sent, http::TransportError::Kind kind = http::TransportError::Kind::failed) {
  return {kind, http::Phase::receive, "tenant.example", "tenant.example: connection lost while receiving", maybe_sent};
}

TEST(Failure, CallsAnUnansweredWriteUnknownButAReadTransient) {
  EXPECT_EQ(error_from_transport(read, broken(true)).code, Errc::transient);
  EXPECT_EQ(error_from_transport(write, broken(false)).code, Errc::transient);
  const auto unknown = error_from_transport(write, broken(true));
  EXPECT_EQ(unknown.code, Errc::outcome_unknown);
  EXPECT_THAT(unknown.next, HasSubstr("Read the current state before"));
  EXPECT_THAT(unknown.message, StartsWith("tenant.example: connection lost while receiving"));
  EXPECT_EQ(unknown.what_failed, "tenant.example: connection lost while receiving");
}

TEST(Failure, KeepsWhetherAWriteMayHaveHappened) {
  for (const int status : {408, 500, 502, 503, 504}) {
    EXPECT_TRUE(answer(status, "", json, write).may_have_happened) << status;
    EXPECT_FALSE(answer(status, "", json).may_have_happened) << status;
  }
  for (const int status : {400, 401, 403, 409, 412, 429, 501})
    EXPECT_FALSE(answer(status, R"({"code":400})", json, write).may_have_happened) << status;
  EXPECT_TRUE(answer(403, "<html>refused</html>", {{"content-type", "text/html"}}, write).may_have_happened);
  EXPECT_TRUE(error_from_transport(write, broken(true)).may_have_happened);
  EXPECT_FALSE(error_from_transport(write, broken(false)).may_have_happened);
  EXPECT_FALSE(error_from_transport(read, broken(true)).may_have_happened);
  EXPECT_TRUE(error_from_unreadable(write, {.status = 200}, "").may_have_happened);
  EXPECT_FALSE(error_from_unreadable(read, {.status = 200}, "").may_have_happened);
  EXPECT_TRUE(answer(409, R"({"code":409})", json, write).was_write);
  EXPECT_FALSE(answer(409, R"({"code":409})", json).was_write);
}

TEST(Failure, AsksForLessAfterAnAnswerThatIsTooLarge) {
  const auto error = error_from_transport(read, broken(true, http::TransportError::Kind::too_large));
  EXPECT_EQ(error.code, Errc::invalid_request);
  EXPECT_THAT(error.next, HasSubstr("smaller page"));
}

TEST(Failure, ShowsTypeAndStartOfAnUnreadableAnswer) {
  const auto error =
      error_from_unreadable(read, {.status = 200, .headers = html, .body = "<html>" + std::string(900, 'x')}, "no tag");
  EXPECT_THAT(error.message, HasSubstr("text/html; charset=UTF-8"));
  EXPECT_THAT(error.tenant_message, StartsWith("<html>"));
  EXPECT_LE(error.tenant_message.size(), 204U);
  EXPECT_THAT(error.message, HasSubstr("no tag"));
  EXPECT_THAT(error.next, HasSubstr("proxy"));
}

TEST(Failure, DoesNotBlameAProxyForWhatTheTenantStores) {
  const auto error =
      error_from_unreadable(read, {.status = 200, .headers = json, .body = R"(["\ud83d"])"}, "half a pair");
  EXPECT_THAT(error.message, HasSubstr("half a pair"));
  EXPECT_THAT(error.next, AllOf(HasSubstr("without the entry"), Not(HasSubstr("proxy"))));
}

TEST(Failure, PromisesNoLoginThatWillNotCome) {
  EXPECT_THAT(answer(401, R"({"code":401,"message":"no"})").next,
              AllOf(HasSubstr("Nothing was done"), Not(HasSubstr("new login"))));
}

}  // namespace
}  // namespace aic
