#include "sandbox/oauth/oauth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/tenant_fixture.h"

namespace sandbox {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class OAuthTest : public testing::Test, protected TenantFixture {
 protected:
  using TenantFixture::TenantFixture;
};

TEST_F(OAuthTest, ShowsAPageAndNeverRedirectsForAClientOrAddressThatIsNotRegistered) {
  for (const auto& fields : {authorization("client_id"), authorization("client_id", {{"client_id", "other"}}),
                             authorization("client_id", {{"client_id", "AICMCPExchangeClient"}}),
                             authorization("redirect_uri", {{"redirect_uri", "http://localhost:3000/"}}),
                             authorization("redirect_uri", {{"redirect_uri", "https://evil.test"}})}) {
    const auto reply = ask("GET", authorize_target(fields), signed_in());

    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(location(reply), "");
    EXPECT_THAT(reply.body, StartsWith("<!doctype html>"));
  }
}

TEST_F(OAuthTest, SendsOtherMistakesBackToTheClientWithItsState) {
  const std::pair<base::FormFields, std::string> mistakes[] = {
      {authorization("response_type", {{"response_type", "token"}}), "unsupported_response_type"},
      {authorization("code_challenge"), "invalid_request"},
      {authorization("code_challenge_method"), "invalid_request"},
      {authorization("code_challenge_method", {{"code_challenge_method", "plain"}}), "invalid_request"},
      {authorization("scope", {{"scope", "fr:am:* everything"}}), "invalid_scope"},
      {authorization({}, {{"prompt", "none"}}), "login_required"},
  };
  for (const auto& [fields, error] : mistakes) {
    const auto reply = ask("GET", authorize_target(fields));

    EXPECT_EQ(reply.status, 302);
    EXPECT_EQ(redirect_parameter(reply, "error"), error);
    EXPECT_EQ(redirect_parameter(reply, "state"), "the state");
    EXPECT_EQ(redirect_parameter(reply, "iss"), "https://tenant.test:443/am/oauth2");
  }
}

TEST_F(OAuthTest, AsksForASignInBeforeAnythingElse) {
  const auto reply = ask("GET", authorize_target(authorization()));

  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(redirect_parameter(reply, "goto"), authorize_target(authorization()));
}

TEST_F(OAuthTest, AsksAgainInASessionWhenTheClientWantsIt) {
  const auto reply = ask("GET", authorize_target(authorization({}, {{"prompt", "login"}})), signed_in());

  EXPECT_EQ(redirect_parameter(reply, "goto"), authorize_target(authorization()));  // only once
}

TEST_F(OAuthTest, RefusesAWrongPassword) {
  const auto reply = post_form(
      "/am/XUI/", {{"goto", "/am/oauth2/authorize"}, {"username", "admin@example.com"}, {"password", "wrong"}});

  EXPECT_EQ(reply.status, 401);
  EXPECT_FALSE(http::has_header(reply.headers, "set-cookie"));
}

TEST_F(OAuthTest, SendsNobodyElsewhereAfterTheSignIn) {
  for (const std::string target : {"https://evil.test/", "//evil.test/am/oauth2/", "/elsewhere"}) {
    const auto reply =
        post_form("/am/XUI/", {{"goto", target}, {"username", "admin@example.com"}, {"password", "right"}});

    EXPECT_EQ(reply.status, 400) << target;
  }
}

TEST_F(OAuthTest, TellsTheClientThatThePersonSaidNo) {
  const auto reply = decide("deny");

  EXPECT_EQ(redirect_parameter(reply, "error"), "access_denied");
  EXPECT_EQ(redirect_parameter(reply, "state"), "the state");
  EXPECT_EQ(redirect_parameter(reply, "code"), "");
}

TEST_F(OAuthTest, TakesADecisionFromItsOwnPageOnly) {
  auto fields = authorization({}, {{"decision", "allow"}, {"csrf", "guessed"}});

  const auto reply = post_form("/am/oauth2/authorize", fields, signed_in());

  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(location(reply), "");
}

TEST_F(OAuthTest, GivesACodeInTheShapeOfATenant) {
  const auto reply = decide("allow");

  EXPECT_EQ(reply.status, 302);
  EXPECT_THAT(location(reply), StartsWith("http://localhost:3000?code="));
  EXPECT_EQ(redirect_parameter(reply, "code").size(), 27u);
  EXPECT_EQ(redirect_parameter(reply, "iss"), "https://tenant.test:443/am/oauth2");
  EXPECT_EQ(redirect_parameter(reply, "client_id"), "AICMCPClient");
  EXPECT_EQ(redirect_parameter(reply, "state"), "the state");
  EXPECT_THAT(reply.body, IsEmpty());
}

TEST_F(OAuthTest, RedeemsACodeOnlyForTheOneWhoAskedForIt) {
  const std::pair<std::string, std::string> changes[] = {
      {"code_verifier", "another"}, {"client_id", "AICMCPExchangeClient"}, {"code", "unknown"}};
  for (const auto& [name, value] : changes) {
    auto form = code_form(code());
    std::ranges::find(form, name, &base::FormFields::value_type::first)->second = value;

    const auto reply = token_request(form);

    EXPECT_EQ(reply.status, 400) << name;
    EXPECT_EQ(member(reply, "error"), "invalid_grant") << name;
  }
}

TEST_F(OAuthTest, LetsACodeExpire) {
  const auto form = code_form(code());
  clock.advance(seconds(120));

  EXPECT_EQ(member(token_request(form), "error"), "invalid_grant");
}

TEST_F(OAuthTest, RevokesTheTokenOfACodeThatTurnsUpTwice) {
  const auto form = code_form(code());
  const auto token = member(token_request(form), "access_token");

  EXPECT_EQ(member(token_request(form), "error"), "invalid_grant");

  EXPECT_EQ(token_request(exchange_form(token, "fr:am:*")).status, 401);
}

TEST_F(OAuthTest, RefusesSecretsAndUnknownClientsAtTheTokenEndpoint) {
  auto with_secret = code_form(code());
  with_secret.emplace_back("client_secret", "something");
  auto unknown = code_form(code());
  unknown.back().second = "other";

  EXPECT_EQ(member(token_request(with_secret), "error"), "invalid_client");
  EXPECT_EQ(member(token_request(unknown), "error"), "invalid_client");
  const auto basic = token_request(code_form(code()), {{"Authorization", "Basic QUlDTUNQQ2xpZW50Og=="}});
  EXPECT_EQ(basic.status, 401);
  EXPECT_TRUE(http::has_header(basic.headers, "www-authenticate"));
}

TEST_F(OAuthTest, KnowsNoOtherGrants) {
  for (const std::string type :
       {"client_credentials", "password", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"}) {
    const auto reply = token_request({{"grant_type", type}, {"client_id", "AICMCPClient"}});

    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(member(reply, "error"), "unsupported_grant_type");
  }
  EXPECT_EQ(member(token_request({{"client_id", "AICMCPClient"}}), "error"), "invalid_request");
}

TEST_F(OAuthTest, GivesALoginTokenInTheShapeOfATenant) {
  const auto reply = token_request(code_form(code()));

  const auto body = base::parse_json(reply.body);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(body["token_type"], "Bearer");
  EXPECT_EQ(body["expires_in"], 3599);
  EXPECT_EQ(body["scope"], "fr:am:* fr:idm:*");  // asked for in the other order
  EXPECT_FALSE(body.contains("refresh_token"));
  EXPECT_EQ(http::header(reply.headers, "cache-control"), "no-store");
}

TEST_F(OAuthTest, ExchangesOnlyForTheExchangeClientAndOnlyLoginTokens) {
  auto by_login_client = exchange_form(login_token(), "fr:am:*");
  by_login_client.back().second = "AICMCPClient";
  const auto scoped = member(token_request(exchange_form(login_token(), "fr:am:*")), "access_token");

  EXPECT_EQ(member(token_request(by_login_client), "error"), "unauthorized_client");
  EXPECT_EQ(token_request(exchange_form(scoped, "fr:am:*")).status, 401);
  EXPECT_EQ(token_request(exchange_form("made up", "fr:am:*")).status, 401);
  EXPECT_EQ(member(token_request(exchange_form(login_token(), "fr:am:* everything")), "error"), "invalid_scope");
  EXPECT_EQ(member(token_request(exchange_form(login_token(), "")), "error"), "invalid_scope");
}

TEST_F(OAuthTest, RefusesALoginTokenThatHasExpiredOrWasRevoked) {
  const auto expired = login_token();
  clock.advance(seconds(3600));
  const auto revoked = login_token();
  post_form("/am/oauth2/token/revoke", {{"token", revoked}, {"client_id", "AICMCPClient"}});

  EXPECT_EQ(member(token_request(exchange_form(expired, "fr:am:*")), "error"), "invalid_grant");
  EXPECT_EQ(member(token_request(exchange_form(revoked, "fr:am:*")), "error"), "invalid_grant");
}

TEST_F(OAuthTest, GivesAScopedTokenInTheShapeOfRfc8693) {
  const auto body = base::parse_json(token_request(exchange_form(login_token(), "fr:idm:* fr:am:*")).body);

  EXPECT_EQ(body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
  EXPECT_EQ(body["scope"], "fr:am:* fr:idm:*");
  EXPECT_EQ(body["expires_in"], 3599);
}

TEST(OAuthOptionsTest, ATenantWithoutTheMcpClientsKnowsNeither) {
  SandboxOptions options{.example_data = false};
  options.oauth.has_mcp_clients = false;
  TenantFixture tenant(std::move(options));

  const auto page = tenant.ask("GET", TenantFixture::authorize_target(TenantFixture::authorization()));
  const auto device = tenant.post_form("/am/oauth2/device/code", {{"client_id", "AICMCPClient"}});

  EXPECT_THAT(page.body, HasSubstr("invalid_client"));
  EXPECT_EQ(TenantFixture::member(device, "error"), "invalid_client");
  EXPECT_EQ(TenantFixture::member(tenant.token_request(TenantFixture::code_form("x")), "error"), "invalid_client");
}

TEST(OAuthOptionsTest, CanForbidTheExchangeAndAnswerABadLoginTokenWith400) {
  SandboxOptions options{.example_data = false};
  options.oauth.bad_subject_status = 400;
  TenantFixture tenant(options);
  options.oauth.exchange_forbidden = true;
  TenantFixture strict(options);

  EXPECT_EQ(tenant.token_request(TenantFixture::exchange_form("made up", "fr:am:*")).status, 400);
  EXPECT_EQ(TenantFixture::member(strict.token_request(TenantFixture::exchange_form(strict.login_token(), "fr:am:*")),
                                  "error"),
            "access_denied");
}

TEST(OAuthOptionsTest, CanSendLongTokensAndUninvitedRefreshTokens) {
  SandboxOptions options{.example_data = false};
  options.oauth.jwt_tokens = true;
  options.oauth.refresh_tokens = true;
  TenantFixture tenant(std::move(options));

  const auto body = base::parse_json(tenant.token_request(TenantFixture::code_form(tenant.code())).body);

  EXPECT_EQ(std::ranges::count(body["access_token"].get<std::string>(), '.'), 4);
  EXPECT_TRUE(body.contains("refresh_token"));
}

class DeviceTest : public OAuthTest {
 protected:
  base::Json begin() {
    return base::parse_json(
        post_form("/am/oauth2/device/code", {{"client_id", "AICMCPClient"},
                                             {"scope", "fr:idm:* fr:am:*"},
                                             {"code_challenge", base::base64url(base::sha256(verifier))},
                                             {"code_challenge_method", "S256"}})
            .body);
  }
  http::ServerReply poll(const base::Json& device, std::string_view a_verifier = verifier) {
    return token_request({{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                          {"device_code", device["device_code"].get<std::string>()},
                          {"client_id", "AICMCPClient"},
                          {"code_verifier", std::string(a_verifier)}});
  }
  http::ServerReply decide_on(const base::Json& device, std::string decision) {
    const auto headers = signed_in();
    return post_form(
        "/am/oauth2/device/user",
        {{"user_code", device["user_code"].get<std::string>()}, {"csrf", csrf()}, {"decision", std::move(decision)}},
        headers);
  }
};

TEST_F(DeviceTest, TellsTheClientToWaitWith403AsATenantDoes) {
  const auto reply = poll(begin());

  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(member(reply, "error"), "authorization_pending");
}

TEST_F(DeviceTest, SlowsDownAClientThatAsksTooOften) {
  const auto device = begin();
  poll(device);
  clock.advance(seconds(4));

  EXPECT_EQ(member(poll(device), "error"), "slow_down");

  clock.advance(seconds(9));
  EXPECT_EQ(member(poll(device), "error"), "slow_down");  // the interval is 10 s now, and then 15
  clock.advance(seconds(15));
  EXPECT_EQ(member(poll(device), "error"), "authorization_pending");
}

TEST_F(DeviceTest, EndsWithTheCode) {
  const auto device = begin();
  clock.advance(seconds(300));

  EXPECT_EQ(member(poll(device), "error"), "expired_token");
  EXPECT_EQ(decide_on(device, "allow").status, 400);
}

TEST_F(DeviceTest, TellsTheClientThatThePersonSaidNo) {
  const auto device = begin();
  decide_on(device, "deny");

  EXPECT_EQ(member(poll(device), "error"), "access_denied");
}

TEST_F(DeviceTest, TakesADecisionFromItsOwnPageOnly) {
  const auto device = begin();

  const auto reply =
      post_form("/am/oauth2/device/user",
                {{"user_code", device["user_code"].get<std::string>()}, {"decision", "allow"}}, signed_in());

  EXPECT_THAT(reply.body, HasSubstr("Continue only if your program shows this code"));
  EXPECT_EQ(member(poll(device), "error"), "authorization_pending");
}

TEST_F(DeviceTest, RefusesAVerifierThatDoesNotFit) {
  const auto device = begin();
  decide_on(device, "allow");

  EXPECT_EQ(member(poll(device, "another"), "error"), "invalid_grant");
}

TEST_F(DeviceTest, GivesOneTokenForAnApprovedCode) {
  const auto device = begin();
  decide_on(device, "allow");

  const auto reply = poll(device);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(token_request(exchange_form(member(reply, "access_token"), "fr:am:*")).status, 200);

  clock.advance(seconds(5));
  EXPECT_EQ(member(poll(device), "error"), "invalid_grant");
}

TEST_F(DeviceTest, NamesThePageAndTheCode) {
  const auto device = begin();

  EXPECT_EQ(device["user_code"].get<std::string>().size(), 8u);
  EXPECT_EQ(device["verification_uri"], "https://tenant.test/am/oauth2/device/user");
  EXPECT_EQ(device["verification_uri_complete"],
            "https://tenant.test/am/oauth2/device/user?user_code=" + device["user_code"].get<std::string>());
  EXPECT_EQ(device["expires_in"], 300);
  EXPECT_EQ(device["interval"], 5);
}

TEST_F(DeviceTest, AsksForASignInAndThenForTheCode) {
  const auto unknown = ask("GET", "/am/oauth2/device/user?user_code=nonsense");
  EXPECT_EQ(redirect_parameter(unknown, "goto"), "/am/oauth2/device/user?user_code=nonsense");

  EXPECT_THAT(ask("GET", "/am/oauth2/device/user", signed_in()).body,
              AllOf(HasSubstr("name=\"user_code\""), Not(HasSubstr("unknown"))));
  EXPECT_THAT(ask("GET", "/am/oauth2/device/user?user_code=nonsense", signed_in()).body, HasSubstr("unknown"));
}

class BearerTest : public OAuthTest {
 protected:
  BearerTest() : OAuthTest(SandboxOptions{}) {}
};

TEST_F(BearerTest, NothingIsOpenWithoutAScopedToken) {
  const auto unauthorized = [&](const http::Headers& headers) {
    return ask("GET", "/openidm/managed/alpha_user?_queryFilter=true", headers).status == 401;
  };
  EXPECT_TRUE(unauthorized({}));
  EXPECT_TRUE(unauthorized({{"Authorization", "Bearer made up"}}));
  EXPECT_TRUE(unauthorized({{"Authorization", "Bearer " + login_token()}}));

  const auto expired = bearer("fr:idm:*");
  clock.advance(seconds(3600));
  EXPECT_TRUE(unauthorized(expired));
}

TEST_F(BearerTest, EachAreaAsksForItsScope) {
  const std::pair<std::string, std::string> requests[] = {
      {"/am/json/realms/root/realms/alpha/realm-config/authentication", "fr:am:*"},
      {"/openidm/managed/alpha_user?_queryFilter=true", "fr:idm:*"},
      {"/environment/variables", "fr:idc:esv:read"},
      {"/monitoring/logs/sources", "fr:idc:monitoring:*"},
  };
  for (const auto& [target, scope] : requests) {
    const std::string other = scope == "fr:am:*" ? "fr:idm:*" : "fr:am:*";

    EXPECT_EQ(ask("GET", target, bearer(other)).status, 403) << target;
    EXPECT_EQ(ask("GET", target, bearer(scope)).status, 200) << target;
  }
}

TEST_F(BearerTest, AnswersInTheWordsOfTheArea) {
  EXPECT_EQ(ask("GET", "/openidm/managed/alpha_user").body,
            R"({"code":401,"reason":"Unauthorized","message":"Access Denied"})");
  EXPECT_EQ(ask("GET", "/environment/variables").body, R"({"code":401,"message":"Unauthorized"})");
}

TEST_F(BearerTest, EchoesTheTransactionIdWhereATenantDoes) {
  const auto id = [&](const std::string& target) {
    return http::header(ask("GET", target, {{"X-ForgeRock-TransactionId", "mine"}}).headers,
                        "x-forgerock-transactionid") == "mine";
  };
  EXPECT_TRUE(id("/am/json/realms/root/realms/alpha/realm-config/authentication"));
  EXPECT_TRUE(id("/openidm/managed/alpha_user"));
  EXPECT_TRUE(id("/am/oauth2/authorize"));
  EXPECT_FALSE(id("/environment/variables"));
  EXPECT_FALSE(id("/monitoring/logs"));
}

}  // namespace
}  // namespace sandbox
