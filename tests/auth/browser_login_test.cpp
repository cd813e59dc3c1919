// Signing in by browser: the flow itself, who waits for it how long, and how it ends (R-PKC-01 to -23).
#include <algorithm>

#include <fmt/core.h>

#include "auth/redirect_listener.h"
#include "auth/sign_in_fixture.h"
#include "base/crypto.h"

namespace {

using test::FakeChannel;
using test::token_path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

class BrowserLogin : public test::SignInTest {};

TEST_F(BrowserLogin, AsksNobodyBeforeATokenIsNeeded) {
  session().start();
  test::settle(loop);

  EXPECT_TRUE(browser.opened.empty());
  EXPECT_FALSE(session().signed_in());
}

TEST_F(BrowserLogin, GivesAScopedTokenAfterThePersonSignedIn) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  auto first = call();
  EXPECT_FALSE(first.ended());

  sign_in();

  EXPECT_EQ(first.get()->reveal(), "scoped-token");
  EXPECT_TRUE(session().signed_in());
  EXPECT_EQ(form_field(0, "code"), "the-code");
  EXPECT_EQ(form_field(1, "subject_token"), "login-token");
  EXPECT_TRUE(channel.shown.empty());
}

TEST_F(BrowserLogin, ProvesThatTheCodeIsItsOwn) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  auto first = call();
  sign_in();
  first.get();

  const auto url = authorize_url();
  EXPECT_EQ(parameter(url, "code_challenge"), base::base64url(base::sha256(form_field(0, "code_verifier"))));
  EXPECT_EQ(form_field(0, "redirect_uri"), parameter(url, "redirect_uri"));
  EXPECT_THAT(parameter(url, "redirect_uri"), StartsWith("http://localhost:"));
}

TEST_F(BrowserLogin, ListensOnlyWhileItIsPending) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  auto first = call();
  const auto url = authorize_url();
  EXPECT_TRUE(listens(url));

  sign_in();
  first.get();

  EXPECT_FALSE(listens(url));
}

TEST_F(BrowserLogin, IsSharedByAllCallsThatNeedIt) {
  tenant_gives("login-token");
  tenant_gives("scoped-a");
  tenant_gives("scoped-b");
  FakeChannel other;
  auto first = call(channel, {"a"});
  auto second = call(other, {"b"});

  sign_in();

  EXPECT_EQ(first.get()->reveal().substr(0, 7), "scoped-");
  EXPECT_EQ(second.get()->reveal().substr(0, 7), "scoped-");
  EXPECT_EQ(browser.opened.size(), 1u);
  EXPECT_EQ(requests(), 3u);
}

TEST_F(BrowserLogin, GivesItsFailureToAllCalls) {
  FakeChannel other;
  auto first = call();
  auto second = call(other);

  come_back("error=access_denied&error_description=Not%0Atoday");

  for (auto* each : {&first, &second}) {
    const auto error = error_of(*each);
    EXPECT_EQ(error.code, base::Errc::login_failed);
    EXPECT_THAT(error.message, HasSubstr("access_denied: Not today"));
  }
  EXPECT_THAT(pages.at(0).get(), HasSubstr("access_denied: Not today"));
}

TEST_F(BrowserLogin, TellsTheBrowserOfSuccessOnlyAfterTheTokenCame) {
  auto redeeming = http.hold(loop, "POST", token_path);
  tenant_gives("scoped-token");
  auto first = call();
  sign_in();
  wait_until([&] { return redeeming.waits(); });
  test::settle(loop);
  EXPECT_FALSE(pages.at(0).ended());

  redeeming.reply(200, R"({"access_token":"login-token"})");

  EXPECT_THAT(pages.at(0).get(), HasSubstr("You are signed in"));
  first.get();
}

TEST_F(BrowserLogin, TellsTheBrowserAndTheCallWhyTheCodeWasRefused) {
  tenant_refuses(401, "invalid_client");
  auto first = call();
  sign_in();

  const auto error = error_of(first);

  EXPECT_EQ(error.code, base::Errc::login_failed);
  EXPECT_THAT(error.message, HasSubstr("only in Sandbox and Development tenants"));
  EXPECT_EQ(error.transaction_id, "txn-1");
  const auto page = pages.at(0).get();
  EXPECT_THAT(page, StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(page, HasSubstr("The sign-in failed"));
  EXPECT_THAT(page, HasSubstr("AICMCPClient"));
}

TEST_F(BrowserLogin, BeginsAnewWithFreshValuesAfterAFailure) {
  auto first = call();
  come_back("error=server_error");
  error_of(first);
  tenant_gives("login-token");
  tenant_gives("scoped-token");

  auto second = call();
  sign_in(1);

  EXPECT_EQ(second.get()->reveal(), "scoped-token");
  EXPECT_NE(parameter(authorize_url(0), "state"), parameter(authorize_url(1), "state"));
  EXPECT_NE(parameter(authorize_url(0), "code_challenge"), parameter(authorize_url(1), "code_challenge"));
}

TEST_F(BrowserLogin, WritesItsAddressToStderrOnce) {
  const auto lines = stderr_of([&] {
    FakeChannel other;
    auto first = call();
    auto second = call(other);
    authorize_url();
    first.cancel();
    second.cancel();
    test::settle(loop);
  });

  const auto at = lines.find("https://t.example.com/am/oauth2/authorize?response_type=code");
  EXPECT_NE(at, std::string::npos) << lines;
  EXPECT_EQ(lines.find("/am/oauth2/authorize", at + 40), std::string::npos);
  EXPECT_THAT(lines, Not(HasSubstr("[redacted]")));
}

TEST_F(BrowserLogin, OutlivesTheCallThatBeganIt) {
  tenant_gives("login-token");
  auto first = call();
  const auto url = authorize_url();
  first.cancel();
  test::settle(loop);
  EXPECT_TRUE(first.was_cancelled());
  EXPECT_TRUE(listens(url));

  sign_in();
  wait_until([&] { return session().signed_in(); });
  tenant_gives("scoped-token");

  EXPECT_EQ(call().get()->reveal(), "scoped-token");
  EXPECT_EQ(browser.opened.size(), 1u);
}

TEST_F(BrowserLogin, ReturnsTheAddressToACallWithoutProgressInTime) {
  auto first = call();
  const auto url = authorize_url();
  clock.advance(49s);
  EXPECT_FALSE(first.ended());

  clock.advance(1s);

  const auto error = error_of(first);
  EXPECT_EQ(error.code, base::Errc::login_required);
  EXPECT_EQ(base::text_member(error.detail, "url"), url);
  EXPECT_EQ(base::member(error.detail, "secondsLeft"), 250);
  EXPECT_THAT(error.message, HasSubstr("open in the browser; complete the sign-in there"));
  EXPECT_THAT(error.message, HasSubstr("4 minutes"));
  EXPECT_THAT(error.next, HasSubstr("its host is t.example.com"));
  EXPECT_TRUE(listens(url));
}

TEST_F(BrowserLogin, WaitsAsLongAsTheSettingSays) {
  settings.wait_without_progress = 20s;
  auto first = call();
  authorize_url();

  clock.advance(20s);

  EXPECT_EQ(error_of(first).code, base::Errc::login_required);
}

TEST_F(BrowserLogin, ReportsProgressAtOnceAndEveryTenSeconds) {
  channel.wants_progress = true;
  auto first = call();
  authorize_url();
  const auto at_once = channel.told.size();
  EXPECT_GE(at_once, 1u);
  EXPECT_EQ(channel.told.back(), "Waiting for the sign-in to t.example.com in the browser.");

  clock.advance(30s);

  EXPECT_EQ(channel.told.size(), at_once + 3);
}

// One call may need several tokens at once.
TEST_F(BrowserLogin, ReportsProgressOncePerCall) {
  channel.wants_progress = true;
  auto one = call(channel, {"a"});
  auto other = call(channel, {"b"});
  authorize_url();
  EXPECT_EQ(std::ranges::adjacent_find(channel.told), channel.told.end());
  const auto at_once = channel.told.size();

  clock.advance(30s);
  EXPECT_EQ(channel.told.size(), at_once + 3);

  one.cancel();
  test::settle(loop);
  clock.advance(10s);
  EXPECT_EQ(channel.told.size(), at_once + 4);
}

TEST_F(BrowserLogin, EndsAfterFiveMinutesWithATextThatHelps) {
  settings.place = auth::Place::ssh;
  channel.wants_progress = true;
  auto first = call();
  const auto url = authorize_url();
  clock.advance(299s);
  EXPECT_FALSE(first.ended());

  clock.advance(2s);

  const auto error = error_of(first);
  EXPECT_EQ(error.code, base::Errc::login_failed);
  EXPECT_THAT(error.message, HasSubstr("within 5 minutes"));
  EXPECT_THAT(error.message, HasSubstr("AICMCPClient"));
  EXPECT_THAT(error.message, HasSubstr("Sandbox and Development"));
  EXPECT_THAT(error.message, HasSubstr("ssh -L 3000:localhost:3000"));
  EXPECT_THAT(error.next, HasSubstr("new sign-in"));
  EXPECT_FALSE(listens(url));
}

TEST_F(BrowserLogin, MentionsTheWayIntoWsl) {
  settings.place = auth::Place::wsl;
  channel.wants_progress = true;
  auto first = call();
  authorize_url();

  clock.advance(301s);

  EXPECT_THAT(error_of(first).message, HasSubstr("localhostForwarding"));
}

TEST_F(BrowserLogin, EndsWithTheSession) {
  auto first = call();
  const auto url = authorize_url();

  test::run(loop, session().close());

  EXPECT_EQ(error_of(first).code, base::Errc::login_failed);
  EXPECT_FALSE(listens(url));
  auto second = call();
  EXPECT_EQ(error_of(second).code, base::Errc::login_failed);
  EXPECT_EQ(browser.opened.size(), 1u);
}

TEST_F(BrowserLogin, WipesVerifierAndCode) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  auto first = call();
  sign_in();
  first.get();

  EXPECT_FALSE(lives(form_field(0, "code_verifier")));
  EXPECT_FALSE(lives("the-code"));
}

// The redirect port belongs to somebody else.
class BusyPort : public test::SignInTest {
 protected:
  BusyPort() { channel.wants_progress = true; }

  // Lets half-seconds pass until the call has ended or so many have gone by.
  void pass(test::SignInTest::Call& call, int half_seconds) {
    for (int i = 0; i < half_seconds && !call.ended(); ++i) {
      wait_until([&] { return call.ended() || is_between_tries(); });
      clock.advance(500ms);
    }
  }
  bool is_between_tries() { return clock.sleepers() > 0 && clock.next_wake() <= 500ms; }
};

TEST_F(BusyPort, IsNamedWithItsHolderAfterAShortWait) {
  http::ServerOptions options;
  int questions = 0;
  const auto stranger =
      http::start_server(loop, options, [&questions](http::ServerRequest) -> net::Task<http::ServerReply> {
        ++questions;
        co_return http::ServerReply{.status = 200, .body = "hello"};
      });
  settings.redirect_port = stranger->port();
  auto first = call();

  pass(first, 29);
  EXPECT_FALSE(first.ended());
  pass(first, 3);

  const auto error = error_of(first);
  EXPECT_EQ(error.code, base::Errc::login_failed);
  EXPECT_THAT(error.message, HasSubstr(fmt::format("port {}", stranger->port())));
  EXPECT_THAT(error.message, HasSubstr(fmt::format("(pid {})", getpid())));
  EXPECT_THAT(error.next, HasSubstr("AIC_LOGIN=device"));
  EXPECT_EQ(questions, 1);
  EXPECT_TRUE(browser.opened.empty());
}

TEST_F(BusyPort, IsWaitedForWhileAnotherServerOfOursSignsIn) {
  auto sibling = std::make_unique<auth::RedirectListener>(loop, 0, "its-state");
  settings.redirect_port = sibling->port();
  auto first = call();
  pass(first, 60);
  EXPECT_FALSE(first.ended());
  EXPECT_THAT(channel.told.back(), HasSubstr("another AIC MCP server on this machine is signing in"));

  test::inside(loop, [&] { sibling.reset(); });
  pass(first, 1);

  EXPECT_THAT(authorize_url(), StartsWith("https://t.example.com/"));
  first.cancel();
  test::settle(loop);
}

TEST_F(BusyPort, IsNotWaitedForLongerThanASignInLasts) {
  const auth::RedirectListener sibling(loop, 0, "its-state");
  settings.redirect_port = sibling.port();
  auto first = call();

  pass(first, 610);

  EXPECT_THAT(error_of(first).message, HasSubstr("Another AIC MCP server"));
}

TEST_F(BusyPort, DoesNotKeepACallWithoutProgressTooLong) {
  channel.wants_progress = false;
  const auth::RedirectListener sibling(loop, 0, "its-state");
  settings.redirect_port = sibling.port();
  auto first = call();

  pass(first, 101);

  const auto error = error_of(first);
  EXPECT_EQ(error.code, base::Errc::login_required);
  EXPECT_THAT(error.message, HasSubstr("another AIC MCP server"));
}

}  // namespace
