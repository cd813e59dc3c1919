// What goes to the tenant's OAuth endpoints, and how their answers are read.
#include "auth/oauth.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/oauth_answer.h"
#include "auth/pkce.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "support/auth/fake_store.h"
#include "support/kit/fake_browser.h"
#include "support/kit/fake_clock.h"
#include "support/kit/fake_http.h"
#include "support/kit/fake_random.h"
#include "support/kit/run.h"

namespace {

using auth::NotYet;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr const char* token_path = "/am/oauth2/access_token";

const auth::Asked asked{.what = "the sign-in code",
                        .client = "AICMCPClient",
                        .host = "t.example.com",
                        .path = token_path,
                        .failure = base::Errc::login_failed,
                        .transaction_id = "txn-1"};

http::Response answer(int status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

auth::TokenAnswer read_token(std::string body) {
  auto response = answer(200, std::move(body));
  return auth::read_token(response, asked);
}

auth::OAuthError refused(int status, std::string body, http::Headers headers = {}) {
  http::Response response{.status = status, .headers = std::move(headers), .body = std::move(body)};
  try {
    auth::read_token(response, asked);
  } catch (const auth::OAuthError& error) {
    return error;
  }
  ADD_FAILURE() << "was taken for a token";
  return {base::Errc::internal, "none"};
}

auth::DeviceCode read_device(const std::string& body) {
  auto response = answer(200, body);
  return auth::read_device_code(response, asked);
}

auth::PollAnswer read_poll(int status, std::string body) {
  auto response = answer(status, std::move(body));
  return auth::read_poll(response, asked);
}

TEST(TokenAnswer, RefusesWhatIsNoUsableToken) {
  for (const char* body : {R"({})", R"({"access_token":""})", R"({"access_token":null})", R"({"access_token":17})",
                           R"({"access_token":"a b"})", R"({"access_token":"a\nb"})", R"({"access_token":"é"})",
                           R"({"access_token":"t","token_type":"DPoP"})", R"({"access_token":"t","token_type":7})",
                           R"([{"access_token":"t"}])", "", "<html>"}) {
    EXPECT_THROW(read_token(body), auth::OAuthError) << body;
  }
}

TEST(TokenAnswer, RefusesATokenThatComesWithAFailure) {
  EXPECT_EQ(refused(302, R"({"access_token":"t"})").status, 302);
  EXPECT_EQ(refused(400, R"({"access_token":"t"})").status, 400);
}

TEST(TokenAnswer, NeedsNoTokenTypeAndTakesBearerInAnyCase) {
  EXPECT_EQ(read_token(R"({"access_token":"tok"})").token.reveal(), "tok");
  EXPECT_EQ(read_token(R"({"access_token":"tok","token_type":"bEARER"})").token.reveal(), "tok");
}

TEST(TokenAnswer, TakesALifetimeOnlyFromAPositiveNumber) {
  for (const char* value : {"null", "0", "-5", "\"3599\"", "[]", "true"}) {
    EXPECT_EQ(read_token(fmt::format(R"({{"access_token":"t","expires_in":{}}})", value)).lifetime, std::nullopt)
        << value;
  }
  EXPECT_EQ(read_token(R"({"access_token":"t","expires_in":3599})").lifetime, net::Duration(3599s));
  EXPECT_EQ(read_token(R"({"access_token":"t","expires_in":0.5})").lifetime, net::Duration(500ms));
  EXPECT_GT(read_token(R"({"access_token":"t","expires_in":1e300})").lifetime, net::Duration(24h));
}

TEST(TokenAnswer, ComparesScopesAsSets) {
  const auto same = read_token(R"({"access_token":"t","scope":"b  a"})");
  EXPECT_EQ(auth::not_granted({"a", "b"}, same), auth::Scopes{});
  EXPECT_EQ(auth::not_granted({"a", "b", "c"}, same), auth::Scopes{"c"});
  EXPECT_EQ(auth::not_granted({"a"}, read_token(R"({"access_token":"t"})")), auth::Scopes{});
}

TEST(TokenAnswer, LeavesNothingInTheBody) {
  auto response = answer(200, R"({"access_token":"secret-token","refresh_token":"r","id_token":"i"})");

  auth::read_token(response, asked);

  EXPECT_TRUE(response.body.empty());
}

TEST(OAuthFailure, NamesClientAndTenantWhereTheConfigurationIsMissing) {
  for (const int status : {400, 401, 403}) {
    for (const char* error : {"invalid_client", "unauthorized_client"}) {
      const auto failure = refused(status, fmt::format(R"({{"error":"{}"}})", error));
      EXPECT_THAT(failure.message, HasSubstr("AICMCPClient"));
      EXPECT_THAT(failure.message, HasSubstr("t.example.com"));
      EXPECT_THAT(failure.message, HasSubstr("only in Sandbox and Development tenants"));
      EXPECT_FALSE(auth::blames_login_token(failure));
    }
  }
}

TEST(OAuthFailure, CarriesWhatIsNeededToLookItUp) {
  const auto failure =
      refused(400, R"({"error":"invalid_grant","error_description":"The &#39;code&#39;\u0007is old"})");

  EXPECT_EQ(failure.error, "invalid_grant");
  EXPECT_EQ(failure.status, 400);
  EXPECT_EQ(failure.tenant_message, "The 'code' is old");
  EXPECT_EQ(failure.transaction_id, "txn-1");
  EXPECT_EQ(failure.request, "POST /am/oauth2/access_token");
  EXPECT_TRUE(failure.about_token);
  EXPECT_EQ(failure.code, base::Errc::login_failed);
}

TEST(OAuthFailure, NamesTheHostOfARedirectWithoutFollowingIt) {
  EXPECT_THAT(refused(302, "", {{"Location", "https://elsewhere.example.com/x?token=1"}}).message,
              HasSubstr("a redirect to elsewhere.example.com"));
}

TEST(OAuthFailure, HidesATokenThatTheTenantRepeats) {
  const base::Secret token("a-login-token-of-ours");

  const auto failure = refused(400, R"({"error":"invalid_grant","error_description":"bad a-login-token-of-ours"})");

  EXPECT_THAT(failure.message, Not(HasSubstr("a-login-token-of-ours")));
  EXPECT_THAT(failure.tenant_message, HasSubstr("[redacted]"));
}

TEST(OAuthFailure, BlamesTheLoginTokenOnlyWhereASignInHelps) {
  EXPECT_TRUE(auth::blames_login_token(refused(401, "")));
  EXPECT_TRUE(auth::blames_login_token(refused(401, R"({"error":"invalid_token"})")));
  EXPECT_TRUE(auth::blames_login_token(refused(400, R"({"error":"invalid_grant"})")));
  EXPECT_TRUE(auth::blames_login_token(refused(400, R"({"error":"invalid_token"})")));
  for (const char* error : {"invalid_client", "unauthorized_client", "invalid_scope", "access_denied"}) {
    EXPECT_FALSE(auth::blames_login_token(refused(401, fmt::format(R"({{"error":"{}"}})", error)))) << error;
  }
  EXPECT_FALSE(auth::blames_login_token(refused(400, R"({"error":"invalid_request"})")));
  EXPECT_FALSE(auth::blames_login_token(refused(403, R"({"error":"invalid_grant"})")));
  EXPECT_FALSE(auth::blames_login_token(refused(500, R"({"error":"invalid_grant"})")));
}

TEST(DeviceCode, NamesTheMissingField) {
  const auto message = [](const std::string& body) -> std::string {
    try {
      read_device(body);
    } catch (const base::Error& error) {
      return error.message;
    }
    return "taken";
  };
  EXPECT_THAT(message(R"({"user_code":"U","verification_uri":"https://t/d"})"), HasSubstr("device_code"));
  EXPECT_THAT(message(R"({"device_code":"D","verification_uri":"https://t/d"})"), HasSubstr("user_code"));
  EXPECT_THAT(message(R"({"device_code":"D","user_code":"U"})"), HasSubstr("verification_uri"));
  EXPECT_THAT(message(R"({"device_code":"D","user_code":"U","verification_uri":"http://t/d"})"), HasSubstr("https"));
}

TEST(DeviceCode, FillsInWhatMayBeMissing) {
  const auto device = read_device(R"({"device_code":"D","user_code":"U","verification_url":"https://t/d"})");

  EXPECT_EQ(device.verification_uri, "https://t/d");
  EXPECT_EQ(device.complete_uri, "");
  EXPECT_EQ(device.lifetime, net::Duration(300s));
  EXPECT_EQ(device.interval, net::Duration(5s));
}

TEST(DeviceCode, KeepsTheIntervalWithinReason) {
  const auto interval = [](const char* value) {
    return read_device(
               fmt::format(R"({{"device_code":"D","user_code":"U","verification_uri":"https://t/d","interval":{}}})",
                           value))
        .interval;
  };
  EXPECT_EQ(interval("0"), net::Duration(5s));
  EXPECT_EQ(interval("-3"), net::Duration(5s));
  EXPECT_EQ(interval("0.2"), net::Duration(1s));
  EXPECT_EQ(interval("7"), net::Duration(7s));
  EXPECT_EQ(interval("90"), net::Duration(60s));
}

TEST(DeviceCode, ShowsOnlySecureLinks) {
  const auto device = read_device(
      R"({"device_code":"D","user_code":"U","verification_uri":"https://t/d","verification_uri_complete":"javascript:1"})");

  EXPECT_EQ(device.complete_uri, "");
}

TEST(Poll, GoesOnWhileTheAnswerIsOpen) {
  for (const int status : {400, 401, 403, 429}) {
    EXPECT_EQ(std::get<NotYet>(read_poll(status, R"({"error":"authorization_pending"})")), NotYet::pending) << status;
  }
  EXPECT_EQ(std::get<NotYet>(read_poll(400, R"({"error":"slow_down"})")), NotYet::slow_down);
  EXPECT_EQ(std::get<NotYet>(read_poll(500, R"({"error":"server_error"})")), NotYet::unclear);
  EXPECT_EQ(std::get<NotYet>(read_poll(429, R"({"error":"too_many"})")), NotYet::unclear);
  EXPECT_EQ(std::get<NotYet>(read_poll(403, "<html>")), NotYet::unclear);
  EXPECT_EQ(std::get<NotYet>(read_poll(200, "<html>")), NotYet::unclear);
}

TEST(Poll, EndsWithEveryOtherOAuthError) {
  for (const char* error : {"access_denied", "authorization_declined", "expired_token", "invalid_grant", "whatever"}) {
    try {
      read_poll(400, fmt::format(R"({{"error":"{}"}})", error));
      ADD_FAILURE() << error;
    } catch (const auth::OAuthError& failure) {
      EXPECT_EQ(failure.error, error);
      EXPECT_THAT(failure.message, HasSubstr(error));
    }
  }
}

TEST(Pkce, IsFreshAndFitsTheStandard) {
  base::SystemRandom random;
  const auto one = auth::make_pkce(random);
  const auto other = auth::make_pkce(random);

  EXPECT_EQ(one.verifier.reveal().size(), 43u);
  EXPECT_EQ(one.challenge, base::base64url(base::sha256(one.verifier.reveal())));
  EXPECT_FALSE(one.verifier.equals(other.verifier.reveal()));
  EXPECT_EQ(auth::make_state(random).size(), 22u);
  EXPECT_NE(auth::make_state(random), auth::make_state(random));
}

// The endpoints over a fake tenant.
class OAuthTest : public testing::Test {
 protected:
  auth::Edges edges() {
    return {loop, clock, random, http, browser, std::make_shared<test::FakeStore>(), keychain_thread};
  }
  auth::OAuth oauth() { return {edges(), settings}; }
  net::Loop loop;
  net::WorkerPool keychain_thread{1};
  test::FakeClock clock{loop};
  test::FakeRandom random;
  test::FakeHttp http{"https://t.example.com"};
  test::FakeBrowser browser;
  auth::Settings settings{.tenant = {"t.example.com"}, .login_scope_order = "fr:idm:* fr:am:*"};
  auth::Caller caller{.call = 7, .transaction_id = "txn-7"};
};

TEST_F(OAuthTest, AsksForACodeWithExactlySevenParameters) {
  EXPECT_EQ(oauth().authorize_url("http://localhost:3000", "CHAL", "STATE"),
            "https://t.example.com/am/oauth2/authorize?response_type=code&client_id=AICMCPClient"
            "&scope=fr%3Aidm%3A*+fr%3Aam%3A*&redirect_uri=http%3A%2F%2Flocalhost%3A3000&code_challenge=CHAL"
            "&code_challenge_method=S256&state=STATE");
}

TEST_F(OAuthTest, AddsPromptLoginOnlyWhereItIsSet) {
  settings.prompt_login = true;

  EXPECT_THAT(oauth().authorize_url("u", "c", "s"), testing::EndsWith("&state=s&prompt=login"));
}

TEST_F(OAuthTest, RedeemsACode) {
  http.answer("POST", token_path, 200, R"({"access_token":"login-token","expires_in":3599})");

  const auto token =
      test::run(loop, oauth().redeem(base::Secret("c/d"), base::Secret("ver"), "http://localhost:3000", caller));

  EXPECT_EQ(token.token.reveal(), "login-token");
  const auto& sent = http.sent().at(0);
  EXPECT_EQ(sent.body,
            "grant_type=authorization_code&code=c%2Fd&redirect_uri=http%3A%2F%2Flocalhost%3A3000&code_verifier=ver"
            "&client_id=AICMCPClient");
  EXPECT_EQ(sent.header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(sent.header("x-forgerock-transactionid"), "txn-7");
  EXPECT_EQ(sent.request.body, "");
  EXPECT_TRUE(sent.request.urgent);
}

TEST_F(OAuthTest, NeverRepeatsACodeThatMayHaveArrived) {
  http.lose_connection("POST", token_path, true);

  EXPECT_THROW(test::run(loop, oauth().redeem(base::Secret("c"), base::Secret("v"), "u", caller)), base::Error);
  EXPECT_EQ(http.sent().size(), 1u);
}

TEST_F(OAuthTest, DoesNotRepeatACodeOnARateLimit) {
  http.answer("POST", token_path, 429, "", {{"Retry-After", "1"}});

  EXPECT_THROW(test::run(loop, oauth().redeem(base::Secret("c"), base::Secret("v"), "u", caller)), auth::OAuthError);
}

TEST_F(OAuthTest, RepeatsACodeThatSurelyDidNotArrive) {
  http.lose_connection("POST", token_path, false);
  http.answer("POST", token_path, 200, R"({"access_token":"t"})");
  const base::Secret code("c"), verifier("v");
  auto endpoints = oauth();

  auto redeeming = test::start(loop, endpoints.redeem(code, verifier, "u", caller));
  clock.advance(500ms);

  EXPECT_EQ(redeeming.get().token.reveal(), "t");
}

TEST_F(OAuthTest, AsksForADeviceCode) {
  http.answer("POST", "/am/oauth2/device/code", 200,
              R"({"device_code":"D","user_code":"U","verification_uri":"https://t/d"})");

  const auto device = test::run(loop, oauth().authorize_device("CHAL", caller));

  EXPECT_EQ(device.code.reveal(), "D");
  EXPECT_EQ(http.sent().at(0).body,
            "client_id=AICMCPClient&scope=fr%3Aidm%3A*+fr%3Aam%3A*&code_challenge=CHAL&code_challenge_method=S256");
}

TEST_F(OAuthTest, PollsWithCodeAndVerifier) {
  http.answer("POST", token_path, 403, R"({"error":"authorization_pending"})");

  const auto answer = test::run(loop, oauth().poll(base::Secret("D"), base::Secret("V"), caller));

  EXPECT_EQ(std::get<NotYet>(answer), NotYet::pending);
  EXPECT_EQ(http.sent().at(0).body,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=D&client_id=AICMCPClient"
            "&code_verifier=V");
}

TEST_F(OAuthTest, TakesALostPollForUnclear) {
  http.lose_connection("POST", token_path);

  EXPECT_EQ(std::get<NotYet>(test::run(loop, oauth().poll(base::Secret("D"), base::Secret("V"), caller))),
            NotYet::unclear);
}

TEST_F(OAuthTest, ExchangesTheLoginToken) {
  http.answer("POST", token_path, 200, R"({"access_token":"scoped","token_type":"Bearer","expires_in":899})");

  const auto token = test::run(loop, oauth().exchange(base::Secret("login.token-1"), {"fr:idm:*", "fr:am:*"}, caller));

  EXPECT_EQ(token.token.reveal(), "scoped");
  EXPECT_EQ(http.sent().at(0).body,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=login.token-1"
            "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
            "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
            "&scope=fr%3Aam%3A*+fr%3Aidm%3A*&client_id=AICMCPExchangeClient");
  EXPECT_EQ(http.sent().at(0).bearer, "");
}

TEST_F(OAuthTest, RepeatsAnExchangeThatWasLost) {
  http.lose_connection("POST", token_path, true);
  http.answer("POST", token_path, 503);
  http.answer("POST", token_path, 200, R"({"access_token":"scoped"})");
  const base::Secret login("login-token");
  auto endpoints = oauth();

  auto exchanging = test::start(loop, endpoints.exchange(login, {"a"}, caller));
  clock.advance(20s);

  EXPECT_EQ(exchanging.get().token.reveal(), "scoped");
}

TEST_F(OAuthTest, SaysThatNoAnswerCame) {
  for (int i = 0; i < 3; ++i) http.lose_connection("POST", token_path);
  const base::Secret login("login-token");
  auto endpoints = oauth();

  auto exchanging = test::start(loop, endpoints.exchange(login, {"a"}, caller));
  clock.advance(60s);

  try {
    exchanging.get();
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code, base::Errc::transient);
    EXPECT_THAT(error.message, HasSubstr("the connection was lost"));
    EXPECT_EQ(error.transaction_id, "txn-7");
  }
}

TEST_F(OAuthTest, KnowsNoClientSecret) {
  http.answer("POST", token_path, 200, R"({"access_token":"t"})");

  test::run(loop, oauth().exchange(base::Secret("login-token"), {"a"}, caller));

  EXPECT_THAT(http.sent().at(0).body, Not(HasSubstr("client_secret")));
  EXPECT_FALSE(http::has_header(http.sent().at(0).headers, "authorization"));
}

}  // namespace
