#include "support/tenant/tool_test.h"
#include "tools/cors/rules.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string policies = "/am/json/global-config/services/CorsService/configuration";
const std::string create = policies + "?_action=create";
const std::string shop = policies + "/shop";

constexpr auto settings =
    R"("acceptedOrigins":["https://a.example","http://localhost:8080"],"acceptedMethods":["GET","POST"],)"
    R"("acceptedHeaders":["X-One"],"exposedHeaders":[],"maxAge":600,"allowCredentials":true,"enabled":true)";

std::string object(const std::string& members) {
  return "{" + members + "}";
}

std::string stored(const std::string& members = settings, const std::string& revision = "r1") {
  return R"({"_id":"shop","_rev":")" + revision + "\"," + members +
         R"(,"_type":{"_id":"configuration","name":"Cors Configuration","collection":true}})";
}

// The settings with some of them replaced.
std::string with(const std::string& changes) {
  auto all = base::parse_json(object(settings));
  all.update(base::parse_json(object(changes)));
  const auto text = base::print_json(all);
  return text.substr(1, text.size() - 2);
}

class Cors : public ::testing::Test, public test::ToolTest {
 protected:
  void reads(int times, const std::string& body = stored()) {
    for (int i = 0; i < times; ++i) tenant.json("GET", shop, body);
  }
};

TEST_F(Cors, ListsPoliciesAsTheTenantGivesThem) {
  const auto body = R"({"result":[)" + stored() + R"(],"resultCount":1,"pagedResultsCookie":null})";
  tenant.json("GET", policies + "?_queryFilter=true", body);

  const auto result = call("listCorsPolicies");

  EXPECT_EQ(base::print_json(result.json), body);
  EXPECT_EQ(tenant.sent().at(0).header("accept-api-version"), "resource=1.0");
  EXPECT_THAT(scopes, ElementsAre(aic::Scopes{"fr:am:*"}));
}

TEST_F(Cors, ReadsAPolicyByAnyId) {
  tenant.json("GET", policies + "/a%20b%3F%23", stored());
  EXPECT_EQ(base::print_json(call("getCorsPolicy", R"({"policyId":"a b?#"})").json), stored());
}

TEST_F(Cors, PointsToTheListForAnUnknownPolicy) {
  for (const auto* tool : {"getCorsPolicy", "deleteCorsPolicy"}) {
    tenant.json("GET", shop, R"({"code":404})", 404);
    EXPECT_THAT(call(tool, R"({"policyId":"shop"})"),
                AllOf(Fails("not_found", "There is no CORS policy shop"), Fails("not_found", "listCorsPolicies")));
  }
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Cors, CreatesAPolicyWhoseIdTheTenantMakes) {
  tenant.json("POST", create, R"({"_id":"made",)" + std::string(settings) + "}", 201);

  const auto result = call("createCorsPolicy", object(settings));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(0).body, object(settings));
  EXPECT_EQ(tenant.sent().at(0).header("accept-api-version"), "resource=1.0");
  EXPECT_EQ(result.json["id"], "made");
  EXPECT_THAT(result.text, HasSubstr("at once for the whole tenant"));
  EXPECT_THAT(result.notes, HasSubstr("tenant.example"));
}

TEST_F(Cors, CreatesAPolicyOfAGivenIdAfterLookingForIt) {
  tenant.json("GET", shop, R"({"code":404})", 404);
  tenant.json("POST", create, stored(), 201);

  const auto result = call("createCorsPolicy", object(std::string(settings) + R"(,"policyId":"shop")"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(1).body, object(std::string(settings) + R"(,"_id":"shop")"));
  EXPECT_EQ(result.json["id"], "shop");
}

TEST_F(Cors, RefusesToCreateAPolicyThatExistsAndShowsIt) {
  reads(1);
  const auto result = call("createCorsPolicy", object(with(R"("policyId":"shop")")));
  EXPECT_THAT(result, Fails("conflict", "The CORS policy shop already exists"));
  EXPECT_EQ(result.json["detail"]["policy"]["maxAge"], 600);
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Cors, DoesNotCreateWhenItCannotLook) {
  tenant.json("GET", shop, R"({"code":403})", 403);
  EXPECT_THAT(call("createCorsPolicy", object(with(R"("policyId":"shop")"))), Fails("unauthorized", "403"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Cors, TakesTheIdFromTheLocationWhenTheAnswerHasNoBody) {
  tenant.json("POST", create, "", 201, {{"location", "https://tenant.example" + policies + "/shop"}});
  reads(1);
  const auto result = call("createCorsPolicy", object(settings));
  EXPECT_EQ(result.json["id"], "shop");
  EXPECT_EQ(result.json["revision"], "r1");
}

TEST_F(Cors, IsCreatedThoughTheAnswerTellsNoId) {
  tenant.json("POST", create, "", 201);
  EXPECT_THAT(call("createCorsPolicy", object(settings)), Fails("outcome_unknown", "listCorsPolicies"));

  tenant.json("POST", create, "{}", 201);
  const auto result = call("createCorsPolicy", object(settings));
  EXPECT_THAT(result, Succeeds());
  EXPECT_FALSE(result.json.contains("id"));
  EXPECT_THAT(result.notes, HasSubstr("listCorsPolicies"));
}

TEST_F(Cors, ReportsANewPolicyThatTheTenantShowsInAnotherForm) {
  const auto other = stored(with(R"("maxAge":0,"acceptedHeaders":["x-one"])"));
  tenant.json("POST", create, other, 201);
  reads(1, other);
  const auto result = call("createCorsPolicy", object(settings));
  EXPECT_THAT(result, Fails("partial", "stored something else: maxAge\""));
  EXPECT_EQ(result.json["done"][0], "CORS policy shop created");
}

TEST_F(Cors, ReadsThePolicyThatAShortAnswerDoesNotShow) {
  tenant.json("POST", create, R"({"_id":"shop","enabled":true})", 201);
  reads(1);
  const auto result = call("createCorsPolicy", object(settings));
  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["revision"], "r1");
  EXPECT_FALSE(result.json.contains("setByTenant")) << "it is stored as it was sent";
}

TEST_F(Cors, TellsByReadingWhetherALostCreationHappened) {
  const auto arguments = object(with(R"("policyId":"shop")"));
  tenant.json("GET", shop, R"({"code":404})", 404);
  tenant.http.lose_connection("POST", create);
  reads(1);
  EXPECT_THAT(call("createCorsPolicy", arguments).notes, HasSubstr("a later read shows that it took effect"));

  tenant.json("GET", shop, R"({"code":404})", 404);
  tenant.json("POST", create, "", 502);
  tenant.json("GET", shop, R"({"code":404})", 404);
  EXPECT_THAT(call("createCorsPolicy", arguments), Fails("transient", "nothing was changed"));

  tenant.http.lose_connection("POST", create);
  EXPECT_THAT(call("createCorsPolicy", object(settings)), Fails("outcome_unknown", "listCorsPolicies"));
}

TEST_F(Cors, RefusesSettingsThatAreWrongBeforeAnythingIsSent) {
  for (const auto* change : {R"("acceptedOrigins":["https://a.example/"])",
                             R"("acceptedOrigins":["https://a.example/x"])",
                             R"("acceptedOrigins":["a.example"])",
                             R"("acceptedOrigins":["ftp://a.example"])",
                             R"("acceptedOrigins":["https://u:p@a.example"])",
                             R"("acceptedOrigins":["https://a?x"])",
                             R"("acceptedOrigins":["https://a:70000"])",
                             R"("acceptedOrigins":["https://a:"])",
                             R"("acceptedOrigins":["https://*.a.example"])",
                             R"("acceptedOrigins":["null"])",
                             R"("acceptedOrigins":["https://a b"])",
                             R"("acceptedOrigins":[""])",
                             R"("acceptedOrigins":"*")",
                             R"("acceptedOrigins":["https://a","https://A"])",
                             R"("acceptedMethods":["GET","GET"])",
                             R"("acceptedMethods":["GE T"])",
                             R"("acceptedMethods":[""])",
                             R"("acceptedHeaders":["X-A","x-a"])",
                             R"("acceptedHeaders":["a:b"])",
                             R"("exposedHeaders":["a\r\nb"])",
                             R"("exposedHeaders":["é"])",
                             R"("maxAge":-1)",
                             R"("maxAge":1.5)",
                             R"("maxAge":"1s")",
                             R"("enabled":"on")",
                             R"("allowCredentials":"yes")",
                             R"("acceptedOrigins":["*"])",
                             R"("realm":"alpha")",
                             R"("policyId":"..")",
                             R"("policyId":"a/b")"}) {
    EXPECT_THAT(call("createCorsPolicy", object(with(change))), Refuses("Nothing was sent")) << change;
    EXPECT_THAT(call("updateCorsPolicy", object(with(R"("policyId":"shop",)" + std::string(change)))),
                Refuses("Nothing was sent"))
        << change;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Cors, NeedsAllSettingsToCreate) {
  for (const auto name : cors::setting_names) {
    auto arguments = base::parse_json(object(settings));
    arguments.erase(std::string(name));
    EXPECT_THAT(call("createCorsPolicy", base::print_json(arguments)), Refuses(std::string(name) + " is required"));
  }
}

TEST_F(Cors, AcceptsEveryFormOfOrigin) {
  for (const auto* origin : {"*", "http://a", "https://xn--bcher-kva.example:8443", "http://127.0.0.1:1",
                             "http://[::1]:3000", "https://[2001:db8::1]", "https://A_b-c.example:65535"})
    EXPECT_EQ(syntax::origin.violation(origin), "") << origin;
}

TEST_F(Cors, ReplacesTheGivenSettingsAndSendsTheSevenOnly) {
  reads(2);
  tenant.json("PUT", shop, stored(with(R"("maxAge":0,"exposedHeaders":["B","A"],"allowCredentials":false)"), "r2"));

  const auto result =
      call("updateCorsPolicy", R"({"policyId":"shop","allowCredentials":false,"maxAge":0,"exposedHeaders":["A","B"]})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(tenant.requests(), ElementsAre("GET " + shop, "GET " + shop, "PUT " + shop));
  EXPECT_EQ(tenant.sent().at(2).body,
            object(with(R"("maxAge":0,"exposedHeaders":["A","B"],"allowCredentials":false)")));
  EXPECT_EQ(tenant.sent().at(2).header("accept-api-version"), "resource=1.0");
  EXPECT_EQ(tenant.sent().at(2).header("If-Match"), "");
  EXPECT_EQ(result.json["revision"], "r2");
  EXPECT_FALSE(result.json.contains("policy")) << "no result of a write repeats the whole object";
  EXPECT_EQ(base::print_json(result.json["changed"]),
            R"([{"path":"/exposedHeaders","before":[],"after":["B","A"]},{"path":"/maxAge","before":600,"after":0},)"
            R"({"path":"/allowCredentials","before":true,"after":false}])");
  EXPECT_THAT(result.text, HasSubstr("at once for the whole tenant"));
}

TEST_F(Cors, RefusesAnUpdateWithoutASetting) {
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop"})"), Refuses("at least one of acceptedOrigins"));
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","revision":"r1"})"), Refuses("at least one of"));
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","maxAge":-1})").text, Not(HasSubstr("at least one of")));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Cors, RefusesEveryOriginWithCredentialsAlsoWhenOnlyTheMergeGivesIt) {
  reads(1);
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","acceptedOrigins":["*"]})"),
              Refuses("combine origin * with allowCredentials"));
  reads(1, stored(with(R"("acceptedOrigins":["*"],"allowCredentials":false)")));
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","allowCredentials":true})"),
              Refuses("combine origin * with allowCredentials"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Cors, StopsWhenTheStoredPolicyLacksASettingThatIsNotGiven) {
  const auto odd = R"({"_id":"shop","maxAge":null,"enabled":true})";
  reads(1, odd);
  EXPECT_THAT(
      call("updateCorsPolicy", R"({"policyId":"shop","enabled":false})"),
      Refuses("no acceptedOrigins, acceptedMethods, acceptedHeaders, exposedHeaders, maxAge, allowCredentials"));
  reads(2, odd);
  tenant.json("PUT", shop, stored(with(R"("enabled":false)")));
  EXPECT_THAT(call("updateCorsPolicy", object(with(R"("policyId":"shop","enabled":false)"))), Succeeds());
}

TEST_F(Cors, WritesNothingWhenThePolicyIsSoAlready) {
  reads(1);
  const auto result =
      call("updateCorsPolicy", R"({"policyId":"shop","acceptedMethods":["POST","GET"],"maxAge":600.0})");
  EXPECT_THAT(result.text, HasSubstr("already has these settings; nothing was written"));
  EXPECT_EQ(base::print_json(result.json["changed"]), "[]");
}

TEST_F(Cors, ComparesTheExpectedRevision) {
  reads(1);
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","maxAge":1,"revision":"r0"})"),
              Fails("conflict", R"(is now at revision \"r1\")"));
  reads(1);
  reads(1, stored(settings, "r2"));
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","maxAge":1,"revision":"r1"})"),
              Fails("conflict", R"(is now at revision \"r2\")"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Cors, KeepsWhatSomebodyElseChangedMeanwhile) {
  reads(1);
  reads(2, stored(with(R"("enabled":false)"), "r2"));
  tenant.json("PUT", shop, stored(with(R"("enabled":false,"maxAge":1)"), "r3"));
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","maxAge":1})"), Succeeds());
  EXPECT_EQ(tenant.sent().at(3).body, object(with(R"("enabled":false,"maxAge":1)")));
}

TEST_F(Cors, ReportsASettingThatTheTenantDidNotTake) {
  reads(2);
  tenant.json("PUT", shop, stored());
  EXPECT_THAT(call("updateCorsPolicy", R"({"policyId":"shop","maxAge":1})"),
              Fails("partial", "stored something else: maxAge"));
}

TEST_F(Cors, DeletesAPolicyAndGivesItsSettingsBack) {
  reads(1);
  tenant.json("DELETE", shop, stored());
  const auto result = call("deleteCorsPolicy", R"({"policyId":"shop"})");
  EXPECT_EQ(base::print_json(result.json["deleted"]), object(R"("policyId":"shop",)" + std::string(settings)));
  EXPECT_THAT(result.text, HasSubstr("at once for the whole tenant"));
}

TEST_F(Cors, TellsByReadingWhetherALostDeletionHappened) {
  reads(1);
  tenant.http.lose_connection("DELETE", shop);
  tenant.json("GET", shop, R"({"code":404})", 404);
  EXPECT_THAT(call("deleteCorsPolicy", R"({"policyId":"shop"})").notes, HasSubstr("it took effect"));

  reads(1);
  tenant.http.lose_connection("DELETE", shop);
  reads(1);
  EXPECT_THAT(call("deleteCorsPolicy", R"({"policyId":"shop"})"), Fails("transient", "nothing was changed"));

  reads(1);
  tenant.http.lose_connection("DELETE", shop);
  tenant.json("GET", shop, R"({"code":500})", 500);
  EXPECT_THAT(call("deleteCorsPolicy", R"({"policyId":"shop"})"), Fails("outcome_unknown", "Read the current state"));
}

}  // namespace
}  // namespace tools
