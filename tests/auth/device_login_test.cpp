// Signing in by device code (R-DEV-01 to -11).
#include "auth/sign_in_fixture.h"

namespace {

using auth::Answer;
using test::device_path;
using test::FakeChannel;
using test::token_path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class DeviceLogin : public test::SignInTest {
 protected:
  DeviceLogin() {
    settings.flow = auth::Flow::device;
    channel.wants_progress = true;
  }

  void tenant_gives_code(const std::string& more = R"(,"interval":5)") {
    http.answer(
        "POST", device_path, 200,
        R"({"device_code":"the-device-code","user_code":"ABCD-EFGH","verification_uri":"https://t.example.com/d",)"
        R"("verification_uri_complete":"https://t.example.com/d?user_code=ABCD-EFGH","expires_in":300)" +
            more + "}");
  }
  void pending() { tenant_refuses(403, "authorization_pending"); }
  // Requests after the one for the code.
  std::size_t polls() const { return requests() - 1; }
};

TEST_F(DeviceLogin, ShowsLinkAndCodeAndPollsUntilThePersonIsDone) {
  tenant_gives_code();
  pending();
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  auto first = call();

  ASSERT_EQ(channel.shown.size(), 1u);
  const auto& prompt = channel.shown.at(0)->prompt;
  EXPECT_EQ(prompt.mode, auth::Prompt::Mode::url);
  EXPECT_EQ(prompt.url, "https://t.example.com/d?user_code=ABCD-EFGH");
  EXPECT_THAT(prompt.message, HasSubstr("ABCD-EFGH"));
  EXPECT_THAT(prompt.message, HasSubstr("https://t.example.com/d"));
  EXPECT_EQ(polls(), 0u);

  clock.advance(5s);
  EXPECT_EQ(polls(), 1u);
  clock.advance(5s);

  EXPECT_EQ(first.get()->reveal(), "scoped-token");
  EXPECT_EQ(form_field(1, "device_code"), "the-device-code");
  EXPECT_THAT(channel.shown.at(0)->closed, ElementsAre(true));
  EXPECT_TRUE(browser.opened.empty());
}

// The page of a tenant that gives no complete link asks for the code.
class DeviceLoginByHand : public DeviceLogin {
 protected:
  DeviceLoginByHand() {
    http.answer(
        "POST", device_path, 200,
        R"({"device_code":"the-device-code","user_code":"ABCD-EFGH","verification_uri":"https://t.example.com/d"})");
  }
};

TEST_F(DeviceLoginByHand, SaysInAPromptToEnterTheCode) {
  for (const bool urls : {true, false}) {
    channel.urls = urls;
    auto first = call();
    const auto& message = channel.shown.back()->prompt.message;
    EXPECT_THAT(message, HasSubstr("Enter the code ABCD-EFGH there."));
    EXPECT_THAT(message, Not(HasSubstr("shows")));
    first.cancel();
    test::settle(loop);
    if (urls) channel.shown.back()->answer(Answer::undeliverable);
  }
}

TEST_F(DeviceLoginByHand, SaysInTheResultToEnterTheCode) {
  channel.urls = channel.forms = false;
  auto first = call();

  const auto error = error_of(first);

  EXPECT_THAT(error.message, HasSubstr("Enter the code ABCD-EFGH there."));
}

TEST_F(DeviceLoginByHand, SaysInProgressAndLogToEnterTheCode) {
  const auto lines = stderr_of([&] {
    auto first = call();
    first.cancel();
    test::settle(loop);
  });

  EXPECT_THAT(channel.told.back(), HasSubstr("open https://t.example.com/d (enter the code ABCD-EFGH)"));
  EXPECT_THAT(lines, HasSubstr("https://t.example.com/d (enter the code ABCD-EFGH)"));
}

TEST_F(DeviceLogin, SaysWithACompleteLinkToCompareTheCode) {
  tenant_gives_code();
  channel.urls = false;
  auto first = call();

  EXPECT_THAT(channel.shown.at(0)->prompt.message, HasSubstr("Check that the page shows the code ABCD-EFGH."));
  EXPECT_THAT(channel.shown.at(0)->prompt.message, Not(HasSubstr("Enter the code")));
  first.cancel();
  test::settle(loop);
}

TEST_F(DeviceLogin, WipesVerifierAndDeviceCode) {
  tenant_gives_code();
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  auto first = call();
  clock.advance(5s);
  first.get();

  EXPECT_FALSE(lives("the-device-code"));
  EXPECT_FALSE(lives(form_field(1, "code_verifier")));
}

TEST_F(DeviceLogin, NeverShowsTheDeviceCode) {
  channel.urls = false;
  tenant_gives_code();
  const auto lines = stderr_of([&] {
    auto first = call();
    EXPECT_THAT(channel.shown.at(0)->prompt.message, HasSubstr("https://t.example.com/d?user_code=ABCD-EFGH"));
    EXPECT_THAT(channel.shown.at(0)->prompt.message, Not(HasSubstr("the-device-code")));
    EXPECT_THAT(channel.told.back(), HasSubstr("ABCD-EFGH"));
    first.cancel();
  });

  EXPECT_THAT(lines, HasSubstr("https://t.example.com/d?user_code=ABCD-EFGH"));
  EXPECT_THAT(lines, Not(HasSubstr("the-device-code")));
}

TEST_F(DeviceLogin, ShowsThePlainAddressWhereThereIsNoCompleteLink) {
  http.answer("POST", device_path, 200,
              R"({"device_code":"the-device-code","user_code":"ABCD","verification_uri":"https://t.example.com/d"})");
  auto first = call();

  EXPECT_EQ(channel.shown.at(0)->prompt.url, "https://t.example.com/d");
  EXPECT_THAT(channel.shown.at(0)->prompt.message, HasSubstr("ABCD"));
  first.cancel();
}

TEST_F(DeviceLogin, PutsTheCodeIntoTheResultWhereNothingCanBeShown) {
  channel.urls = channel.forms = false;
  tenant_gives_code();
  auto first = call();

  const auto error = error_of(first);

  EXPECT_EQ(error.code, base::Errc::login_required);
  EXPECT_EQ(base::text_member(error.detail, "userCode"), "ABCD-EFGH");
  EXPECT_EQ(base::text_member(error.detail, "url"), "https://t.example.com/d?user_code=ABCD-EFGH");
  EXPECT_EQ(base::member(error.detail, "secondsLeft"), 300);
}

TEST_F(DeviceLogin, FailsWhenTheTenantGivesNoCode) {
  http.answer("POST", device_path, 400, R"({"error":"unauthorized_client"})");
  auto first = call();

  const auto error = error_of(first);

  EXPECT_EQ(error.code, base::Errc::login_failed);
  EXPECT_THAT(error.message, HasSubstr("only in Sandbox and Development tenants"));
}

TEST_F(DeviceLogin, SlowsDownForGood) {
  tenant_gives_code();
  tenant_refuses(400, "slow_down");
  pending();
  pending();
  auto first = call();
  clock.advance(5s);
  EXPECT_EQ(polls(), 1u);

  clock.advance(9s);
  EXPECT_EQ(polls(), 1u);
  clock.advance(1s);
  EXPECT_EQ(polls(), 2u);
  clock.advance(10s);
  EXPECT_EQ(polls(), 3u);
  first.cancel();
}

TEST_F(DeviceLogin, WaitsTwiceAsLongAfterEachUnclearAnswer) {
  tenant_gives_code();
  http.lose_connection("POST", token_path);
  http.answer("POST", token_path, 502, "<html>");
  pending();
  pending();
  auto first = call();
  clock.advance(5s);
  EXPECT_EQ(polls(), 1u);
  clock.advance(10s);
  EXPECT_EQ(polls(), 2u);
  clock.advance(20s);
  EXPECT_EQ(polls(), 3u);
  clock.advance(5s);
  EXPECT_EQ(polls(), 4u);
  first.cancel();
}

TEST_F(DeviceLogin, NeverWaitsLongerThanAMinute) {
  tenant_gives_code(R"(,"interval":50)");
  http.lose_connection("POST", token_path);
  http.lose_connection("POST", token_path);
  auto first = call();

  clock.advance(50s);
  clock.advance(60s);

  EXPECT_EQ(polls(), 2u);
  first.cancel();
}

TEST_F(DeviceLogin, EndsWithTheTenantsOwnError) {
  for (const char* error : {"access_denied", "authorization_declined", "expired_token", "invalid_grant"}) {
    tenant_gives_code();
    tenant_refuses(403, error);
    FakeChannel client;
    auto each = call(client);
    clock.advance(5s);

    const auto failure = error_of(each);

    EXPECT_EQ(failure.code, base::Errc::login_failed);
    EXPECT_THAT(failure.message, HasSubstr(std::string(error) + ": told so"));
    const bool is_denial = std::string_view(error).starts_with("a");
    EXPECT_EQ(failure.next.find("The person declined") != std::string::npos, is_denial) << failure.next;
    EXPECT_THAT(client.shown.at(0)->closed, ElementsAre(false));
  }
}

TEST_F(DeviceLogin, ExpiresWithItsCodeAndAsksForANewOneOnlyForTheNextCall) {
  http.answer("POST", device_path, 200,
              R"({"device_code":"the-device-code","user_code":"U","verification_uri":"https://t/d","expires_in":12})");
  pending();
  pending();
  auto first = call();

  clock.advance(12s);

  const auto error = error_of(first);
  EXPECT_EQ(error.code, base::Errc::login_failed);
  EXPECT_THAT(error.message, HasSubstr("expired"));
  clock.advance(60s);
  EXPECT_EQ(requests(), 3u);
  tenant_gives_code();
  auto second = call();
  EXPECT_EQ(requests(), 4u);
  second.cancel();
}

TEST_F(DeviceLogin, StopsPollingWhenThePersonDeclines) {
  tenant_gives_code();
  auto first = call();
  clock.advance(3s);

  test::inside(loop, [&] { channel.shown.at(0)->answer(Answer::declined); });

  EXPECT_EQ(error_of(first).code, base::Errc::login_declined);
  clock.advance(60s);
  EXPECT_EQ(polls(), 0u);
}

TEST_F(DeviceLogin, GoesOnPollingAfterAnAccept) {
  tenant_gives_code();
  pending();
  auto first = call();
  test::inside(loop, [&] { channel.shown.at(0)->answer(Answer::accepted); });

  clock.advance(5s);

  EXPECT_EQ(polls(), 1u);
  EXPECT_FALSE(first.ended());
  first.cancel();
}

TEST_F(DeviceLogin, OutlivesACallWithoutProgress) {
  channel.wants_progress = false;
  tenant_gives_code(R"(,"interval":60)");
  auto first = call();
  clock.advance(50s);
  EXPECT_EQ(error_of(first).code, base::Errc::login_required);
  tenant_gives("login-token");
  tenant_gives("scoped-token");

  clock.advance(10s);
  wait_until([&] { return session().signed_in(); });

  EXPECT_EQ(call().get()->reveal(), "scoped-token");
}

}  // namespace
