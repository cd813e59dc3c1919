// Scoped tokens: when they are exchanged, how long they are kept, and what a refusal leads to (R-TOK-01 to -24).
#include "auth/sign_in_fixture.h"

namespace {

using test::FakeChannel;
using test::token_path;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class ScopedTokens : public test::SignInTest {
 protected:
  // A session whose person has signed in, with one scoped token for "a".
  void SetUp() override {
    channel.wants_progress = true;
    tenant_gives("login-token-1", 36'000);
    tenant_gives("scoped-a-1");
    first = call(channel, {"a"});
    sign_in();
    bearer = first->get();
    ASSERT_EQ(requests(), 2u);
  }
  std::string token(auth::Scopes scopes) { return std::string(call(channel, std::move(scopes)).get()->reveal()); }

  std::optional<Call> first;
  auth::Bearer bearer;
};

TEST_F(ScopedTokens, RefuseARequestWithoutScopes) {
  auto none = call(channel, {});

  EXPECT_EQ(error_of(none).code, base::Errc::internal);
}

TEST_F(ScopedTokens, AreKeptPerSetOfScopesInAnyOrder) {
  tenant_gives("scoped-ab");

  EXPECT_EQ(token({"a"}), "scoped-a-1");
  EXPECT_EQ(token({"b", "a"}), "scoped-ab");
  EXPECT_EQ(token({"a", "b"}), "scoped-ab");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(ScopedTokens, CostOneExchangeForManyNeeds) {
  auto exchange = http.hold(loop, "POST", token_path);
  std::vector<Call> needs;
  for (int i = 0; i < 40; ++i) needs.push_back(call(channel, {"b"}));
  wait_until([&] { return exchange.waits(); });
  needs.at(0).cancel();
  needs.at(7).cancel();

  exchange.reply(200, R"({"access_token":"scoped-b"})");

  EXPECT_TRUE(needs.at(0).was_cancelled());
  EXPECT_EQ(needs.at(1).get()->reveal(), "scoped-b");
  EXPECT_EQ(needs.at(39).get()->reveal(), "scoped-b");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(ScopedTokens, ShareTheFailureOfTheirExchange) {
  auto exchange = http.hold(loop, "POST", token_path);
  auto one = call(channel, {"b"});
  auto other = call(channel, {"b"});
  wait_until([&] { return exchange.waits(); });

  exchange.reply(403, R"({"error":"access_denied"})");

  EXPECT_EQ(error_of(one).code, base::Errc::unauthorized);
  EXPECT_EQ(error_of(other).code, base::Errc::unauthorized);
}

TEST_F(ScopedTokens, AreRenewedAMinuteBeforeTheirEnd) {
  clock.advance(3539s);
  EXPECT_EQ(token({"a"}), "scoped-a-1");
  tenant_gives("scoped-a-2");

  clock.advance(1s);

  EXPECT_EQ(token({"a"}), "scoped-a-2");
}

TEST_F(ScopedTokens, AreRenewedAtHalfOfAShortLife) {
  tenant_gives("scoped-b-1", 40);
  EXPECT_EQ(token({"b"}), "scoped-b-1");
  clock.advance(19s);
  EXPECT_EQ(token({"b"}), "scoped-b-1");
  tenant_gives("scoped-b-2", 40);

  clock.advance(1s);

  EXPECT_EQ(token({"b"}), "scoped-b-2");
}

TEST_F(ScopedTokens, LiveFiveMinutesWhereTheTenantDoesNotSay) {
  http.answer("POST", token_path, 200, R"({"access_token":"scoped-b-1"})");
  EXPECT_EQ(token({"b"}), "scoped-b-1");
  clock.advance(239s);
  EXPECT_EQ(token({"b"}), "scoped-b-1");
  tenant_gives("scoped-b-2");

  clock.advance(1s);

  EXPECT_EQ(token({"b"}), "scoped-b-2");
}

TEST_F(ScopedTokens, AreDroppedWhenTheApiRefusesThem) {
  tenant_gives("scoped-a-2");

  session().refused({"a"}, bearer);

  EXPECT_EQ(token({"a"}), "scoped-a-2");
}

TEST_F(ScopedTokens, AreNotDroppedForThePredecessorsSake) {
  tenant_gives("scoped-a-2");
  session().refused({"a"}, bearer);
  token({"a"});

  session().refused({"a"}, bearer);

  EXPECT_EQ(token({"a"}), "scoped-a-2");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(ScopedTokens, RememberTheScopesThatTheTenantLeftOut) {
  http.answer("POST", token_path, 200, R"({"access_token":"scoped-bc","scope":"c"})");

  EXPECT_EQ(token({"b", "c"}), "scoped-bc");

  EXPECT_EQ(session().not_granted({"b", "c"}), auth::Scopes{"b"});
  EXPECT_EQ(session().not_granted({"a"}), auth::Scopes{});
}

TEST_F(ScopedTokens, LeadToOneNewSignInWhenTheLoginTokenIsRefused) {
  for (const auto& [status, error] : {std::pair(401, "invalid_token"), std::pair(400, "invalid_grant")}) {
    const auto before = browser.opened.size();
    tenant_refuses(status, error);
    auto need = call(channel, {"b", std::to_string(status)});
    authorize_url(before);
    tenant_gives("login-token-2", 36'000);
    tenant_gives("scoped-b");
    sign_in(before);

    EXPECT_EQ(need.get()->reveal(), "scoped-b");
    EXPECT_EQ(browser.opened.size(), before + 1);
    EXPECT_EQ(form_field(requests() - 1, "subject_token"), "login-token-2");
  }
}

TEST_F(ScopedTokens, LeadToOneNewSignInHoweverManyAreRefused) {
  auto early = http.hold(loop, "POST", token_path);
  auto late = http.hold(loop, "POST", token_path);
  auto one = call(channel, {"b"});
  wait_until([&] { return early.waits(); });
  auto other = call(channel, {"c"});
  wait_until([&] { return late.waits(); });
  early.reply(401, "");
  authorize_url(1);
  tenant_gives("login-token-2", 36'000);
  tenant_gives("scoped-b");
  sign_in(1);
  EXPECT_EQ(one.get()->reveal(), "scoped-b");

  tenant_gives("scoped-c");
  late.reply(401, "");

  EXPECT_EQ(other.get()->reveal(), "scoped-c");
  EXPECT_EQ(browser.opened.size(), 2u);
  EXPECT_TRUE(session().signed_in());
}

TEST_F(ScopedTokens, ReportASecondRefusal) {
  tenant_refuses(401, "invalid_token");
  auto need = call(channel, {"b"});
  authorize_url(1);
  tenant_gives("login-token-2");
  tenant_refuses(401, "invalid_token");
  sign_in(1);

  const auto error = error_of(need);

  EXPECT_EQ(error.code, base::Errc::unauthorized);
  EXPECT_EQ(error.status, 401);
  EXPECT_THAT(error.message, HasSubstr("the token exchange"));
  EXPECT_EQ(browser.opened.size(), 2u);
}

TEST_F(ScopedTokens, CauseNoSignInForOtherFailures) {
  const auto fails = [&](int status, const char* error, base::Errc code) {
    tenant_refuses(status, error);
    auto need = call(channel, {"b"});
    EXPECT_EQ(error_of(need).code, code) << error;
  };
  fails(401, "invalid_client", base::Errc::unauthorized);
  fails(400, "unauthorized_client", base::Errc::unauthorized);
  fails(400, "invalid_scope", base::Errc::unauthorized);
  fails(403, "access_denied", base::Errc::unauthorized);
  fails(403, "", base::Errc::unauthorized);
  fails(500, "server_error", base::Errc::transient);
  for (int i = 0; i < 3; ++i) http.lose_connection("POST", token_path);
  const auto before = requests();
  auto need = call(channel, {"b"});
  wait_until([&] { return requests() > before; });
  clock.advance(30s);
  EXPECT_EQ(error_of(need).code, base::Errc::transient);

  EXPECT_EQ(browser.opened.size(), 1u);
  EXPECT_TRUE(session().signed_in());
}

TEST_F(ScopedTokens, NameTheExchangeClientThatTheTenantDoesNotKnow) {
  tenant_refuses(401, "invalid_client");
  auto need = call(channel, {"b"});

  EXPECT_THAT(error_of(need).message, HasSubstr("AICMCPExchangeClient"));
}

TEST_F(ScopedTokens, HideALoginTokenThatTheTenantRepeats) {
  http.answer("POST", token_path, 403, R"({"error":"x","error_description":"bad token login-token-1"})");
  auto need = call(channel, {"b"});

  const auto error = error_of(need);

  EXPECT_THAT(error.message, Not(HasSubstr("login-token-1")));
  EXPECT_THAT(error.tenant_message, Not(HasSubstr("login-token-1")));
}

TEST_F(ScopedTokens, NeedANewSignInWhenTheLoginHasEnded) {
  clock.advance(36'000s - 60s);
  EXPECT_FALSE(session().signed_in());
  auto need = call(channel, {"a"});
  authorize_url(1);
  tenant_gives("login-token-2");
  tenant_gives("scoped-a-2");

  sign_in(1);

  EXPECT_EQ(need.get()->reveal(), "scoped-a-2");
}

TEST_F(ScopedTokens, OfAnEarlierSignInAreNotUsedAfterANewOne) {
  tenant_refuses(401, "invalid_token");
  auto need = call(channel, {"b"});
  authorize_url(1);
  EXPECT_EQ(token({"a"}), "scoped-a-1");  // still good while nobody else signed in
  tenant_gives("login-token-2");
  tenant_gives("scoped-b");
  sign_in(1);
  need.get();
  tenant_gives("scoped-a-2");

  EXPECT_EQ(token({"a"}), "scoped-a-2");
}

// An exchange of the first person answers after a second one has signed in.
class LateExchange : public ScopedTokens {
 protected:
  // Both exchanges are under way; the refusal of the first leads to another sign-in, before the second is answered.
  void SetUp() override {
    ScopedTokens::SetUp();
    auto early = http.hold(loop, "POST", token_path);
    late = http.hold(loop, "POST", token_path);
    one = call(channel, {"b"});
    wait_until([&] { return early.waits(); });
    other = call(channel, {"c"});
    wait_until([&] { return late->waits(); });
    early.reply(401, "");
    authorize_url(1);
    tenant_gives("login-token-2", 36'000);
    tenant_gives("scoped-b-of-the-second");
    sign_in(1);
    ASSERT_EQ(one->get()->reveal(), "scoped-b-of-the-second");
    tenant_gives("scoped-c-of-the-second");
  }
  void expect_thrown_away() {
    EXPECT_EQ(other->get()->reveal(), "scoped-c-of-the-second");
    EXPECT_EQ(form_field(requests() - 1, "subject_token"), "login-token-2");
    EXPECT_EQ(token({"c"}), "scoped-c-of-the-second");  // nor kept for the next call
    EXPECT_FALSE(lives("scoped-c-of-the-first"));
    EXPECT_EQ(browser.opened.size(), 2u);
  }

  std::optional<test::HeldAnswer> late;
  std::optional<Call> one, other;
};

TEST_F(LateExchange, IsThrownAway) {
  late->reply(200, R"({"access_token":"scoped-c-of-the-first"})");

  expect_thrown_away();
}

TEST_F(LateExchange, ThatWasRefusedIsThrownAwayToo) {
  late->reply(403, R"({"error":"access_denied"})");

  expect_thrown_away();
}

// Nobody waits for it any more who would ask again.
TEST_F(LateExchange, IsNotKeptForTheFirstPerson) {
  other->cancel();
  late->reply(200, R"({"access_token":"scoped-c-of-the-first"})");
  test::settle(loop);

  EXPECT_FALSE(lives("scoped-c-of-the-first"));
  EXPECT_EQ(token({"c"}), "scoped-c-of-the-second");
}

// The tenant answers the exchange of the first person so many steps of the loop after the sign-in of the second:
// whoever is signed in when the call goes on, the token is theirs.
class OvertakenExchange : public ScopedTokens, public testing::WithParamInterface<int> {
 protected:
  struct Got {
    std::string token;
    std::uint64_t sign_in = 0;  // when the call went on
  };
  net::Task<Got> get(auth::Scopes scopes) {
    const auto token = co_await session().bearer(std::move(scopes), channel, {.call = 99, .transaction_id = "txn-99"});
    co_return Got{.token = std::string(token->reveal()), .sign_in = session().sign_in().number};
  }
};
INSTANTIATE_TEST_SUITE_P(Steps, OvertakenExchange, testing::Range(0, 16));

TEST_P(OvertakenExchange, GivesNoCallTheTokenOfSomebodyElse) {
  auto early = http.hold(loop, "POST", token_path);
  auto late = http.hold(loop, "POST", token_path);
  auto one = call(channel, {"b"});
  wait_until([&] { return early.waits(); });
  auto other = test::start(loop, get({"c"}));
  wait_until([&] { return late.waits(); });
  early.reply(401, "");
  authorize_url(1);
  auto redemption = http.hold(loop, "POST", token_path);
  sign_in(1);
  wait_until([&] { return redemption.waits(); });
  http.always("POST", token_path, 200, R"({"access_token":"scoped-of-the-second"})");

  redemption.reply(200, R"({"access_token":"login-token-2","expires_in":36000})");
  loop.context().restart();
  for (int step = 0; step < GetParam(); ++step) loop.context().poll_one();
  late.reply(200, R"({"access_token":"scoped-c-of-the-first"})");

  const auto got = other.get();
  EXPECT_EQ(got.token, got.sign_in == 1 ? "scoped-c-of-the-first" : "scoped-of-the-second");
  EXPECT_EQ(one.get()->reveal(), "scoped-of-the-second");
}

TEST_F(ScopedTokens, AreWipedWhenAnotherSignInEnds) {
  bearer.reset();
  first.reset();
  ASSERT_TRUE(lives("scoped-a-1"));
  tenant_refuses(401, "invalid_token");
  auto need = call(channel, {"b"});
  authorize_url(1);
  tenant_gives("login-token-2");
  tenant_gives("scoped-b");

  sign_in(1);
  need.get();

  EXPECT_FALSE(lives("scoped-a-1"));
}

// RFC 8693 §2.2.2: "invalid_request" is what a bad subject token gets.
TEST_F(ScopedTokens, LeadToOneNewSignInForAnInvalidRequestAfterOneThatWorked) {
  tenant_refuses(400, "invalid_request");
  auto need = call(channel, {"b"});
  authorize_url(1);
  tenant_gives("login-token-2", 36'000);
  tenant_gives("scoped-b");
  sign_in(1);

  EXPECT_EQ(need.get()->reveal(), "scoped-b");
}

TEST_F(ScopedTokens, LeadToNoFurtherSignInWhereTheTenantNeverTakesTheRequest) {
  tenant_refuses(400, "invalid_request");
  auto need = call(channel, {"b"});
  authorize_url(1);
  tenant_gives("login-token-2", 36'000);
  tenant_refuses(400, "invalid_request");
  sign_in(1);
  EXPECT_EQ(error_of(need).reason, "invalid_request");
  tenant_gives("scoped-a-2");
  EXPECT_EQ(token({"a"}), "scoped-a-2");
  tenant_refuses(400, "invalid_request");

  auto again = call(channel, {"b"});

  EXPECT_EQ(error_of(again).reason, "invalid_request");
  EXPECT_EQ(browser.opened.size(), 2u);
  EXPECT_TRUE(session().signed_in());
}

TEST_F(ScopedTokens, OpenNoBrowsersWithoutEndWhereTokensEndAtOnce) {
  clock.advance(36'000s);
  auto need = call(channel, {"b"});
  for (const std::size_t login : {1u, 2u}) {
    http.answer("POST", token_path, 200, R"({"access_token":"login-token-2","expires_in":0.0001})");
    sign_in(login);
  }

  EXPECT_EQ(error_of(need).code, base::Errc::login_failed);
  EXPECT_EQ(browser.opened.size(), 3u);
}

TEST_F(ScopedTokens, CarryTheTransactionOfTheirCall) {
  tenant_gives("scoped-b");

  token({"b"});

  EXPECT_EQ(http.sent().back().header("X-ForgeRock-TransactionId"), "txn-" + std::to_string(calls));
}

TEST_F(ScopedTokens, GoToTheTenantOnly) {
  for (const auto& sent : http.sent()) EXPECT_TRUE(sent.url.starts_with("https://t.example.com/")) << sent.url;
}

}  // namespace
