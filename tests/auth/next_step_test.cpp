// Every `next` of a failure at an OAuth endpoint is true: doing what it says leads to what it promises (R-RES-25).
#include <ostream>

#include "auth/sign_in_fixture.h"

namespace {

using test::device_path;
using test::token_path;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

struct Refusal {
  int status;
  const char* error;  // empty for a body that is none of OAuth's
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.status << " " << refusal.error;
}

// RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5, RFC 8693 §2.2.2, RFC 6750 §3.1, and what AM says besides.
std::vector<Refusal> all_refusals() {
  std::vector<Refusal> all;
  for (const char* error : {"invalid_request",        "invalid_client",
                            "invalid_grant",          "unauthorized_client",
                            "unsupported_grant_type", "unsupported_response_type",
                            "invalid_scope",          "access_denied",
                            "server_error",           "temporarily_unavailable",
                            "expired_token",          "authorization_declined",
                            "invalid_target",         "invalid_token",
                            "insufficient_scope",     "bad_request",
                            "redirect_uri_mismatch",  "unsupported_token_type",
                            "something_new",          ""}) {
    for (const int status : {400, 401, 403, 404, 429, 500, 503}) all.push_back({status, error});
  }
  all.push_back({302, ""});
  return all;
}

class EveryNext : public test::SignInTest, public testing::WithParamInterface<Refusal> {
 protected:
  EveryNext() {
    channel.wants_progress = true;
    store->is_available = false;  // nothing happens on other threads while the clock is turned
    http.always_with("POST", token_path, [this](const test::Sent& sent) { return answer(sent); });
    http.always_with("POST", device_path, [this](const test::Sent& sent) { return answer(sent); });
  }

  // The request that carries this text is refused while `refuses`.
  http::Response answer(const test::Sent& sent) {
    const bool is_refused = refuses && sent.body.find(refused_request) != std::string::npos;
    if (is_refused) ++refused;
    if (!is_refused && sent.url.ends_with(device_path)) {
      return respond(200,
                     R"({"device_code":"d-code-123","user_code":"U","verification_uri":"https://t/d","interval":5})");
    }
    if (!is_refused) return respond(200, R"({"access_token":"a-good-token","expires_in":36000})");
    const std::string error = GetParam().error;
    return respond(GetParam().status, error.empty() ? "<html>" : R"({"error":")" + error + R"("})");
  }
  static http::Response respond(int status, std::string body) {
    return {.status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
  }

  // Lets the call come to its end: the person finishes every sign-in, time passes where somebody waits for it.
  std::optional<base::Error> outcome(Call call) {
    for (int steps = 0; steps < 200 && !call.ended(); ++steps) {
      test::settle(loop);
      if (browser.opened.size() > signed_in) {
        sign_in(signed_in++);
        test::run(loop, clock_free_wait(call));
      } else if (!call.ended() && clock.sleepers() > 0) {
        clock.advance(std::min<net::Duration>(clock.next_wake(), 5s));
      }
    }
    try {
      call.get();
    } catch (const base::Error& error) {
      return error;
    }
    return std::nullopt;
  }
  // Until the browser has its page.
  net::Task<> clock_free_wait(const Call&) { co_return static_cast<void>(pages.back().get()); }

  // Does what `next` says, and looks whether that leads to what it promises.
  void expect_true(const base::Error& failure, bool is_signing_in) {
    SCOPED_TRACE(failure.next);
    const auto before = browser.opened.size();
    const auto asked = refused;
    if (failure.next.find("new sign-in") != std::string::npos) {
      refuses = false;
      EXPECT_FALSE(outcome(call(channel, {"b"})));
      if (!by_device) EXPECT_EQ(browser.opened.size(), before + 1) << "no sign-in followed";
    } else if (failure.next.starts_with("Wait")) {
      refuses = false;
      EXPECT_FALSE(outcome(call(channel, {"b"})));
    } else {
      // Nothing is promised of calling again, and nothing comes of it.
      EXPECT_THAT(failure.next, Not(HasSubstr("again to")));
      EXPECT_TRUE(outcome(call(channel, {"b"})));
      EXPECT_GT(refused, asked);
      if (!is_signing_in) EXPECT_EQ(browser.opened.size(), before) << "a sign-in followed that was not promised";
      EXPECT_TRUE(
          failure.next.starts_with("Set AIC_BASE_URL") || failure.next.starts_with("This tenant is not set up") ||
          failure.next.starts_with("Check that AIC_BASE_URL") || failure.next.starts_with("Ask an administrator"));
    }
  }

  std::string refused_request;
  bool refuses = true;
  bool by_device = false;
  int refused = 0;
  std::size_t signed_in = 0;
};

TEST_P(EveryNext, OfAnExchangeIsTrue) {
  refused_request = "token-exchange";

  const auto failure = outcome(call(channel, {"b"}));

  ASSERT_TRUE(failure);
  expect_true(*failure, false);
}

TEST_P(EveryNext, OfAnExchangeThatWorkedBeforeIsTrue) {
  refused_request = "token-exchange";
  refuses = false;
  ASSERT_FALSE(outcome(call(channel, {"a"})));
  refuses = true;

  const auto failure = outcome(call(channel, {"b"}));

  ASSERT_TRUE(failure);
  expect_true(*failure, false);
}

TEST_P(EveryNext, OfACodeIsTrue) {
  refused_request = "authorization_code";

  const auto failure = outcome(call(channel, {"b"}));

  ASSERT_TRUE(failure);
  expect_true(*failure, true);
}

TEST_P(EveryNext, OfADeviceCodeIsTrue) {
  settings.flow = auth::Flow::device;
  by_device = true;
  refused_request = "code_challenge=";

  const auto failure = outcome(call(channel, {"b"}));

  ASSERT_TRUE(failure);
  expect_true(*failure, true);
}

// Other answers to a poll mean that polling goes on.
class EveryNextOfAPoll : public EveryNext {};

TEST_P(EveryNextOfAPoll, IsTrue) {
  settings.flow = auth::Flow::device;
  by_device = true;
  refused_request = "device_code=";

  const auto failure = outcome(call(channel, {"b"}));

  ASSERT_TRUE(failure);
  expect_true(*failure, true);
}

std::string name_of(const testing::TestParamInfo<Refusal>& info) {
  const std::string error = info.param.error;
  return (error.empty() ? "none" : error) + "_" + std::to_string(info.param.status);
}

std::vector<Refusal> refusals_that_end_polling() {
  auto all = all_refusals();
  std::erase_if(all, [](const Refusal& refusal) {
    const bool is_4xx = refusal.status >= 400 && refusal.status < 500 && refusal.status != 429;
    return !is_4xx || std::string_view(refusal.error).empty();
  });
  return all;
}

INSTANTIATE_TEST_SUITE_P(OAuth, EveryNext, testing::ValuesIn(all_refusals()), name_of);
INSTANTIATE_TEST_SUITE_P(OAuth, EveryNextOfAPoll, testing::ValuesIn(refusals_that_end_polling()), name_of);

class EveryRedirect : public test::SignInTest, public testing::WithParamInterface<const char*> {};

TEST_P(EveryRedirect, HasANextThatIsTrue) {
  const std::string error = GetParam();
  auto first = call();
  come_back("error=" + error);

  const auto failure = error_of(first);

  const bool may_help = error == "access_denied" || error == "server_error" || error == "temporarily_unavailable";
  EXPECT_EQ(failure.next.find("new sign-in") != std::string::npos, may_help) << failure.next;
  auto second = call();  // each call begins anew; the promise is only made where it may help
  authorize_url(1);
  second.cancel();
  test::settle(loop);
}

INSTANTIATE_TEST_SUITE_P(Rfc6749, EveryRedirect,
                         testing::Values("invalid_request", "unauthorized_client", "access_denied",
                                         "unsupported_response_type", "invalid_scope", "server_error",
                                         "temporarily_unavailable", "redirect_uri_mismatch"));

}  // namespace
