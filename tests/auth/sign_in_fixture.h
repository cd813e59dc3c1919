// A session among fakes, with a person who can finish its sign-ins. Only the redirect listener is real.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/session.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"
#include "support/auth/fake_channel.h"
#include "support/auth/fake_store.h"
#include "support/kit/fake_browser.h"
#include "support/kit/fake_clock.h"
#include "support/kit/fake_http.h"
#include "support/kit/raw_client.h"
#include "support/kit/run.h"

namespace test {

inline constexpr const char* token_path = "/am/oauth2/access_token";
inline constexpr const char* device_path = "/am/oauth2/device/code";

class SignInTest : public testing::Test {
 protected:
  using Call = Started<auth::Bearer>;

  SignInTest() {
    settings.tenant = {"t.example.com"};
    settings.login_scopes = {"fr:idm:*", "fr:am:*"};
    settings.login_scope_order = "fr:idm:* fr:am:*";
    settings.redirect_port = 0;
  }
  ~SignInTest() override { store->release(); }  // a call that hangs keeps its thread from ending

  auth::Session& session() {
    if (!session_) session_.emplace(auth::Edges{loop, clock, random, http, browser, store, keychain_thread}, settings);
    return *session_;
  }

  // A call that needs a token.
  Call call(FakeChannel& client, auth::Scopes scopes = {"fr:idm:*"}) {
    ++calls;
    return start(loop, session().bearer(std::move(scopes), client,
                                        {.call = calls, .transaction_id = "txn-" + std::to_string(calls)}));
  }
  Call call() { return call(channel); }

  void tenant_gives(std::string token, int lifetime_s = 3600) {
    http.answer(
        "POST", token_path, 200,
        R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":)" + std::to_string(lifetime_s) + "}");
  }
  void tenant_refuses(int status, const std::string& error) {
    http.answer("POST", token_path, status, R"({"error":")" + error + R"(","error_description":"told so"})");
  }
  std::size_t requests() const { return http.sent().size(); }
  std::string form_field(std::size_t request, std::string_view name) const {
    for (const auto& [key, value] : base::parse_form(http.sent().at(request).body)) {
      if (key == name) return value;
    }
    return "(none)";
  }

  void wait_until(const std::function<bool()>& holds) { run_until(loop, holds); }
  // The address that the person is to open, once the browser was asked to.
  std::string authorize_url(std::size_t login = 0) {
    wait_until([&] { return browser.opened.size() > login; });
    settle(loop);
    return browser.opened.at(login);
  }
  static std::string parameter(const std::string& url, std::string_view name) {
    for (const auto& [key, value] : base::parse_form(url.substr(url.find('?') + 1))) {
      if (key == name) return value;
    }
    return {};
  }
  static std::uint16_t port_of(const std::string& url) {
    const auto redirect_uri = parameter(url, "redirect_uri");
    return static_cast<std::uint16_t>(std::stoi(redirect_uri.substr(redirect_uri.rfind(':') + 1)));
  }
  // The tenant sends the browser back.
  void come_back(const std::string& result, std::size_t login = 0) {
    const auto url = authorize_url(login);
    pages.emplace_back(loop, get_page(loop, port_of(url), "/?" + result + "&state=" + parameter(url, "state")));
  }
  // The whole of a person's sign-in, seen from outside.
  void sign_in(std::size_t login = 0) { come_back("code=the-code", login); }
  bool listens(const std::string& url) { return !run(loop, get_page(loop, port_of(url), "/probe")).empty(); }

  static base::Error error_of(Call& call) {
    try {
      call.get();
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << "the call succeeded";
    return {base::Errc::internal, "none"};
  }
  // What went to stderr while `act` ran.
  template <typename Act>
  static std::string stderr_of(Act act) {
    testing::internal::CaptureStderr();
    try {
      act();
    } catch (...) {
      testing::internal::GetCapturedStderr();
      throw;
    }
    return testing::internal::GetCapturedStderr();
  }
  // True while a Secret with that text lives anywhere in the process.
  static bool lives(const std::string& secret) {
    std::string text = secret;
    base::redact(text);
    return text != secret;
  }

  net::Loop loop;
  FakeClock clock{loop};
  base::SystemRandom random;
  FakeHttp http{"https://t.example.com"};
  FakeBrowser browser;
  std::shared_ptr<FakeStore> store = std::make_shared<FakeStore>();
  net::WorkerPool keychain_thread{1};
  FakeChannel channel;
  auth::Settings settings;
  std::vector<Started<std::string>> pages;
  std::uint64_t calls = 0;

 private:
  std::optional<auth::Session> session_;
};

}  // namespace test
