// What the redirect listener takes for the end of a sign-in, and what it answers to all the rest.
#include "auth/redirect_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "support/kit/raw_client.h"
#include "support/kit/run.h"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Listener : public testing::Test {
 protected:
  std::string get(const std::string& target) { return test::run(loop, test::get_page(loop, listener.port(), target)); }
  std::string send(const std::string& bytes) { return test::run(loop, test::send_raw(loop, listener.port(), bytes)); }
  // Starts the request that decides, and gives the decision.
  auth::Redirect decide(const std::string& target) {
    browser.emplace(loop, test::get_page(loop, listener.port(), target));
    return test::run(loop, listener.decision());
  }

  net::Loop loop;
  auth::RedirectListener listener{loop, 0, "the-state"};
  std::optional<test::Started<std::string>> browser;
};

TEST_F(Listener, IgnoresEveryRequestThatDecidesNothing) {
  auto decision = test::start(loop, listener.decision());

  EXPECT_THAT(get("/favicon.ico"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get("/callback?code=c&state=the-state"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(send("HEAD /?code=c&state=the-state HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(send("POST /?code=c&state=the-state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 405"));
  for (const char* query :
       {"", "?", "?code=c", "?code=c&state=", "?code=c&state=the-stats", "?code=c&state=the-state2",
        "?code=c&state=the-state&state=the-state", "?code=c&state=x&state=the-state", "?code=c&code=c&state=the-state",
        "?state=the-state", "?code=&state=the-state", "?error=&state=the-state", "?code=c&error=e&state=the-state",
        "?code=&error=e&state=the-state", "?error=e&error=f&state=the-state", "?error=access_denied&state=wrong"}) {
    EXPECT_THAT(get(std::string("/") + query), StartsWith("HTTP/1.1 400")) << query;
  }
  EXPECT_FALSE(decision.ended());
  decision.cancel();
}

TEST_F(Listener, ServesOnlyNamesOfThisMachine) {
  const auto with_host = [this](const std::string& host) {
    return send("GET /?code=c&state=the-state HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  for (const char* host : {"evil.example.com", "localhost.evil.example.com", "127.0.0.1.nip.io", "localhost:x", "[::2]",
                           "127.0.0.2", "localhost@evil"}) {
    EXPECT_THAT(with_host(host), StartsWith("HTTP/1.1 400")) << host;
  }
  EXPECT_THAT(send("GET /?code=c&state=the-state HTTP/1.0\r\n\r\n"), HasSubstr(" 400 "));
  EXPECT_THAT(with_host("localhost\r\nHost: evil.example.com"), StartsWith("HTTP/1.1 400"));
}

TEST_F(Listener, KnowsTheThreeNamesOfThisMachine) {
  for (const char* host : {"localhost", "LocalHost:3000", "127.0.0.1:3000", "[::1]:3000"}) {
    auth::RedirectListener another(loop, 0, "s");
    auto page =
        test::start(loop, test::send_raw(loop, another.port(),
                                         std::string("GET /?code=c&state=s HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"));
    EXPECT_EQ(test::run(loop, another.decision()).code.reveal(), "c") << host;
  }
}

TEST_F(Listener, TakesTheCodeAndKeepsTheBrowserWaitingForTheOutcome) {
  const auto redirect = decide("/?code=a%2Fb&iss=https%3A%2F%2Ft%3A443&client_id=x&state=the-state");

  EXPECT_EQ(redirect.code.reveal(), "a/b");
  EXPECT_FALSE(browser->ended());

  test::run(loop, listener.conclude({.tone = auth::ResultPage::Tone::success, .title = "Done", .text = "Go on."}));
  const auto page = browser->get();
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(page, HasSubstr("Done"));
}

TEST_F(Listener, TakesAnErrorWithItsDescription) {
  const auto redirect = decide("/?error=access_denied&error_description=No%07way&state=the-state");

  EXPECT_TRUE(redirect.code.empty());
  EXPECT_EQ(redirect.error, "access_denied");
  EXPECT_EQ(redirect.description, "No way");
}

TEST_F(Listener, DecidesOnce) {
  decide("/?code=first&state=the-state");

  EXPECT_THAT(get("/?code=second&state=the-state"), StartsWith("HTTP/1.1 410"));
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 410"));
}

TEST_F(Listener, LooksNeitherAtOriginNorReferer) {
  browser.emplace(loop, test::send_raw(loop, listener.port(),
                                       "GET /?code=c&state=the-state HTTP/1.1\r\nHost: localhost\r\n"
                                       "Referer: https://evil.example.com/\r\nOrigin: null\r\n\r\n"));

  EXPECT_EQ(test::run(loop, listener.decision()).code.reveal(), "c");
}

// The browser's headers with so many bytes of cookies.
std::string redirect_with_cookies(std::size_t size) {
  return "GET /?code=c&state=the-state HTTP/1.1\r\nHost: localhost\r\nCookie: a=" + std::string(size, 'x') + "\r\n\r\n";
}

TEST_F(Listener, TakesTheCookiesOfEveryOtherProgramOnThisMachine) {
  browser.emplace(loop, test::send_raw(loop, listener.port(), redirect_with_cookies(100'000)));

  EXPECT_EQ(test::run(loop, listener.decision()).code.reveal(), "c");
}

TEST_F(Listener, SaysWhatToDoAboutTooManyCookies) {
  for (const std::size_t size : {140'000u, 1'000'000u}) {
    const auto page = send(redirect_with_cookies(size));

    EXPECT_THAT(page, StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(page, HasSubstr("Delete the cookies for localhost"));
    EXPECT_THAT(page, HasSubstr("\r\nContent-Type: text/html; charset=utf-8\r\n"));
    EXPECT_THAT(page, HasSubstr("\r\nX-AIC-MCP-Listener: 1\r\n"));
  }
}

// A listener that is told whose its peers are.
class OwnedPeers : public testing::Test {
 protected:
  std::string get(const std::string& target) { return test::run(loop, test::get_page(loop, listener.port(), target)); }

  net::Loop loop;
  auth::PeerOwner owner = auth::PeerOwner::other;
  std::vector<std::string> asked;
  auth::RedirectListener listener{loop, 0, "the-state", [this](const std::string& peer, std::uint16_t port) {
                                    asked.push_back(peer + " " + std::to_string(port));
                                    return owner;
                                  }};
};

TEST_F(OwnedPeers, DecideNothingWhereTheyAreAnotherUsers) {
  testing::internal::CaptureStderr();
  for (const char* result : {"code=theirs", "error=access_denied"}) {
    const auto page = get(std::string("/?state=the-state&") + result);
    EXPECT_THAT(page, StartsWith("HTTP/1.1 403"));
    EXPECT_THAT(page, HasSubstr("another user of this machine"));
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("another user of this machine"));
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_THAT(asked.at(0), testing::MatchesRegex("127\\.0\\.0\\.1:[0-9]+ " + std::to_string(listener.port())));

  owner = auth::PeerOwner::ours;
  auto page = test::start(loop, test::get_page(loop, listener.port(), "/?code=mine&state=the-state"));
  EXPECT_EQ(test::run(loop, listener.decision()).code.reveal(), "mine");
}

TEST_F(OwnedPeers, DecideWhereTheSystemDoesNotTell) {
  owner = auth::PeerOwner::unknown;
  auto page = test::start(loop, test::get_page(loop, listener.port(), "/?code=c&state=the-state"));

  EXPECT_EQ(test::run(loop, listener.decision()).code.reveal(), "c");
}

TEST_F(OwnedPeers, AreNotLookedUpForRequestsThatDecideNothing) {
  get("/");
  get("/?code=c&state=wrong");

  EXPECT_TRUE(asked.empty());
}

TEST_F(Listener, SurvivesABrowserThatLeavesBeforeTheOutcome) {
  decide("/?code=c&state=the-state");
  browser->cancel();
  test::settle(loop);

  test::run(loop, listener.conclude({.title = "Done"}));
}

TEST_F(Listener, IsNotLockedOutByIdleConnections) {
  std::vector<test::Started<std::string>> idle;
  for (int i = 0; i < 40; ++i) idle.emplace_back(loop, test::send_raw(loop, listener.port(), "GET / HT"));
  test::settle(loop);

  EXPECT_EQ(decide("/?code=c&state=the-state").code.reveal(), "c");
}

TEST_F(Listener, EscapesWhatItShows) {
  decide("/?error=x&state=the-state");
  test::run(loop, listener.conclude({.tone = auth::ResultPage::Tone::failure,
                                     .title = "<b>",
                                     .text = "<script>alert(1)</script>",
                                     .detail = "\"'&",
                                     .tenant = "<i>"}));

  const auto page = browser->get();

  EXPECT_THAT(page, StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, Not(HasSubstr("<i>")));
}

std::string_view between(std::string_view text, std::string_view from, std::string_view to) {
  const auto begin = text.find(from) + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

TEST_F(Listener, AllowsItsPagesNothingButTheirOwnStyleAndScript) {
  for (const char* target : {"/", "/other", "/?code=c&state=wrong"}) {
    const auto answer = get(target);
    EXPECT_THAT(answer, HasSubstr("\r\nCache-Control: no-store\r\n"));
    EXPECT_THAT(answer,
                HasSubstr("\r\nContent-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "
                          "frame-ancestors 'none'; style-src 'sha256-"));
    EXPECT_THAT(answer, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/html; charset=utf-8\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nX-AIC-MCP-Listener: 1\r\n"));
    EXPECT_EQ(answer.find("Connection:"), answer.rfind("Connection:"));
    for (const auto [open, close] : {std::pair("<style>", "</style>"), std::pair("<script>", "</script>")}) {
      const auto hash = base::base64(base::sha256(between(answer, open, close)));
      EXPECT_THAT(answer, HasSubstr("'sha256-" + hash + "'")) << open;
    }
  }
}

TEST_F(Listener, FetchesNothingFromElsewhere) {
  const auto page = get("/");

  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
  EXPECT_THAT(page, HasSubstr("history.replaceState(null, \"\", \"/\")"));
}

TEST_F(Listener, MarksEvenTheAnswersToBrokenRequests) {
  EXPECT_THAT(send("nonsense\r\n\r\n"), HasSubstr("\r\nX-AIC-MCP-Listener: 1\r\n"));
}

TEST_F(Listener, HoldsItsPortForItself) {
  EXPECT_THROW(auth::RedirectListener(loop, listener.port(), "s"), http::AddressInUse);
}

TEST_F(Listener, CountsABusyIpv6AddressAsABusyPort) {
  http::ServerOptions options;
  options.addresses = {"::1"};
  std::unique_ptr<http::HttpServer> stranger;
  try {
    stranger = http::start_server(
        loop, options, [](http::ServerRequest) -> net::Task<http::ServerReply> { co_return http::ServerReply{}; });
  } catch (const base::Error&) {
    GTEST_SKIP() << "this machine has no IPv6";
  }

  EXPECT_THROW(auth::RedirectListener(loop, stranger->port(), "s"), http::AddressInUse);
}

TEST(ClosedListener, FreesItsPort) {
  net::Loop loop;
  std::uint16_t port = 0;
  {
    auth::RedirectListener listener(loop, 0, "s");
    port = listener.port();
    test::run(loop, test::get_page(loop, port, "/"));
  }
  test::settle(loop);

  auth::RedirectListener again(loop, port, "s");

  EXPECT_EQ(again.port(), port);
}

}  // namespace
