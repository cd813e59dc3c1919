#include "sandbox/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "sandbox/tenant_fixture.h"

namespace sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ParseFault, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(parse_fault_text("GET /openidm"), base::Error);
  EXPECT_THROW(parse_fault_text("GET /openidm explode"), base::Error);
  EXPECT_THROW(parse_fault_text("GET /openidm 503 often"), base::Error);
  EXPECT_THROW(parse_fault_text("GET /openidm 503 count=many"), base::Error);
  EXPECT_THROW(parse_fault_text("GET /openidm 99"), base::Error);
  EXPECT_THROW(parse_fault(base::parse_json(R"({"path":1})")), base::Error);
  EXPECT_THROW(parse_fault(base::parse_json(R"({"paths":"/"})")), base::Error);
  EXPECT_THROW(parse_fault(base::parse_json("[]")), base::Error);
}

TEST(ParseFault, ReadsOneLine) {
  const auto fault = parse_fault_text("* /openidm 429  count=2 delay=5 retry-after=1 body-contains=x after");

  EXPECT_EQ(fault.method, "");
  EXPECT_EQ(fault.path, "/openidm");
  EXPECT_EQ(fault.status, 429);
  EXPECT_EQ(fault.count, 2);
  EXPECT_EQ(fault.delay, net::Duration(5));
  EXPECT_THAT(fault.headers, ElementsAre(std::pair<std::string, std::string>("Retry-After", "1")));
  EXPECT_EQ(fault.body_text, "x");
  EXPECT_TRUE(fault.after);
}

class FaultsTest : public testing::Test, protected TenantFixture {
 protected:
  FaultsTest() : TenantFixture(SandboxOptions{}) {}

  void order(std::string_view text) { gateway->faults.add(parse_fault_text(text)); }
  http::ServerReply get_user() { return ask("GET", "/openidm/managed/alpha_user?_queryFilter=true&_pageSize=1", idm); }

  http::Headers idm = bearer("fr:idm:*");
};

TEST_F(FaultsTest, AppliesToMatchingRequestsAndOnlySoManyTimes) {
  order("GET /openidm/managed 503 count=2");

  EXPECT_EQ(ask("GET", "/openidm/config/managed", idm).status, 200);
  EXPECT_EQ(ask("DELETE", "/openidm/managed/alpha_user/none", idm).status, 404);
  EXPECT_EQ(get_user().status, 503);
  EXPECT_EQ(get_user().status, 503);
  EXPECT_EQ(get_user().status, 200);
}

TEST_F(FaultsTest, CanLastForEver) {
  order("GET /openidm 500 count=-1");

  for (int i = 0; i < 5; ++i) EXPECT_EQ(get_user().status, 500);
}

TEST_F(FaultsTest, CanPickARequestByItsBody) {
  order("POST /am/oauth2/access_token 503 body-contains=token-exchange");

  const auto login = login_token();
  EXPECT_EQ(token_request(exchange_form(login, "fr:am:*")).status, 503);
  EXPECT_EQ(token_request(exchange_form(login, "fr:am:*")).status, 200);
}

TEST_F(FaultsTest, AnswersInTheWordsOfTheAreaAndWithHeaders) {
  order("GET /openidm 429 retry-after=7");

  const auto reply = get_user();

  EXPECT_EQ(reply.body, R"({"code":429,"reason":"Too Many Requests","message":"Too Many Requests"})");
  EXPECT_EQ(http::header(reply.headers, "retry-after"), "7");
}

TEST_F(FaultsTest, CarriesARequestOutBeforeItBreaksTheConnection) {
  const std::string target = "/openidm/managed/alpha_role/";
  const std::string body = R"({"_id":"00000000-0000-4000-8000-000000000001","name":"made before the break"})";
  order("PUT /openidm/managed/alpha_role reset after");
  order("PUT /openidm/managed/alpha_role reset");

  EXPECT_THROW(ask("PUT", target + "00000000-0000-4000-8000-000000000001", idm, body), http::BrokenOff);
  EXPECT_THROW(ask("PUT", target + "00000000-0000-4000-8000-000000000002", idm, body), http::BrokenOff);
  EXPECT_EQ(ask("GET", target + "00000000-0000-4000-8000-000000000001", idm).status, 200);
  EXPECT_EQ(ask("GET", target + "00000000-0000-4000-8000-000000000002", idm).status, 404);
}

TEST_F(FaultsTest, ShowsThePageOfThePlatformsEdge) {
  order("GET /openidm html");

  const auto reply = get_user();

  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(http::header(reply.headers, "content-type"), "text/html; charset=UTF-8");
  EXPECT_FALSE(http::has_header(reply.headers, "x-forgerock-transactionid"));
}

TEST_F(FaultsTest, DelaysOnTheTenantsClock) {
  order("GET /openidm delay delay=250");

  auto asking = test::start(loop, serve(gateway, {.method = "GET", .target = "/openidm/managed/alpha_user/none"}));
  EXPECT_FALSE(asking.ended());
  clock.advance(net::Duration(250));

  EXPECT_EQ(asking.get().status, 401);
}

class ControlTest : public FaultsTest {
 protected:
  http::ServerReply control(std::string method, std::string path, std::string body = {}) {
    return ask(std::move(method), "/sandbox" + std::move(path), {}, std::move(body));
  }
};

TEST_F(ControlTest, RefusesAFaultThatItDoesNotUnderstandAndTakesNoneOfItsFriends) {
  const auto reply =
      control("POST", "/faults", R"([{"path":"/openidm","status":503},{"path":"/","action":"explode"}])");

  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("explode"));
  EXPECT_EQ(get_user().status, 200);
}

TEST_F(ControlTest, IsNotThereWhenSwitchedOff) {
  gateway->options.control = false;

  EXPECT_EQ(control("GET", "/requests").status, 404);
}

TEST_F(ControlTest, OrdersAndForgetsFaults) {
  control("POST", "/faults", R"({"path":"/openidm","status":503,"count":-1})");
  EXPECT_EQ(get_user().status, 503);

  control("DELETE", "/faults");
  EXPECT_EQ(get_user().status, 200);
}

TEST_F(ControlTest, RevokesTokensOfEitherKind) {
  const auto login = login_token();
  control("POST", "/revoke", R"({"tokens":"scoped"})");
  EXPECT_EQ(get_user().status, 401);
  EXPECT_EQ(token_request(exchange_form(login, "fr:am:*")).status, 200);

  control("POST", "/revoke", R"({"tokens":"login"})");
  EXPECT_EQ(token_request(exchange_form(login, "fr:am:*")).status, 401);
}

TEST_F(ControlTest, TellsWhatWasAskedAndKeepsEverySecretToItself) {
  const auto login = login_token();
  const auto scoped = bearer("fr:am:*");

  const auto text = control("GET", "/requests").body;

  EXPECT_THAT(text, HasSubstr(R"("grantType":"urn:ietf:params:oauth:grant-type:token-exchange")"));
  for (const auto& secret : {login, scoped[0].second.substr(7), csrf(), std::string(verifier), std::string("right")})
    EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST_F(ControlTest, CountsPerEndpointAndShowsTheLatest) {
  control("DELETE", "/requests");
  for (int i = 0; i < 3; ++i) get_user();

  const auto journal = base::parse_json(control("GET", "/requests?path=/openidm&limit=2").body);

  EXPECT_EQ(journal["counts"]["GET /openidm/managed/alpha_user"], 3);
  ASSERT_EQ(journal["requests"].size(), 2u);
  EXPECT_EQ(journal["requests"][1]["number"], 3);
  EXPECT_EQ(journal["requests"][1]["scopes"], base::Json::array({"fr:idm:*"}));
}

TEST_F(ControlTest, BeginsAnewOnDemand) {
  ask("DELETE", "/openidm/managed/alpha_user/none", idm);
  control("POST", "/reset");

  EXPECT_EQ(base::parse_json(control("GET", "/requests").body)["total"], 0);
  EXPECT_EQ(get_user().status, 401);
}

}  // namespace
}  // namespace sandbox
