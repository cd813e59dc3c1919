// The sandbox tenant without its network: requests in, replies out, and the steps of a sign-in.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/random.h"
#include "net/loop.h"
#include "sandbox/gateway.h"
#include "support/kit/fake_clock.h"
#include "support/kit/run.h"

namespace sandbox {

class TenantFixture {
 public:
  // Without example data unless the options say so: making it takes longer than most tests.
  explicit TenantFixture(SandboxOptions options = {.example_data = false}) {
    options.oauth.host = "tenant.test";
    options.oauth.password = "right";
    gateway = std::make_shared<Gateway>(clock, random, std::move(options));
  }

  http::ServerReply ask(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    return test::run(loop, serve(gateway, {.method = std::move(method),
                                           .target = std::move(target),
                                           .headers = std::move(headers),
                                           .body = std::move(body)}));
  }
  http::ServerReply post_form(std::string target, const base::FormFields& form, http::Headers headers = {}) {
    headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    return ask("POST", std::move(target), std::move(headers), base::print_form(form));
  }
  http::ServerReply token_request(const base::FormFields& form, http::Headers headers = {}) {
    return post_form("/am/oauth2/access_token", form, std::move(headers));
  }

  static base::FormFields authorization(std::string_view without = {}, const base::FormFields& instead = {}) {
    base::FormFields fields = {{"response_type", "code"},
                               {"client_id", "AICMCPClient"},
                               {"scope", "fr:idm:* fr:am:*"},
                               {"redirect_uri", "http://localhost:3000"},
                               {"code_challenge", base::base64url(base::sha256(verifier))},
                               {"code_challenge_method", "S256"},
                               {"state", "the state"}};
    std::erase_if(fields, [&](const auto& each) { return each.first == without; });
    fields.insert(fields.end(), instead.begin(), instead.end());
    return fields;
  }
  static std::string authorize_target(const base::FormFields& fields) {
    return "/am/oauth2/authorize?" + base::print_form(fields);
  }

  // Signs in once per fixture; the headers hold the session's cookie.
  http::Headers signed_in() {
    if (session_.empty()) {
      const auto reply = post_form(
          "/am/XUI/",
          {{"goto", "/am/oauth2/device/user"}, {"username", gateway->options.oauth.user}, {"password", "right"}});
      const std::string cookie(http::header(reply.headers, "set-cookie"));
      session_ = cookie.substr(0, cookie.find(';'));
    }
    return {{"Cookie", session_}};
  }
  std::string csrf() {
    signed_in();
    return session_.substr(session_.find('=') + 1);
  }

  http::ServerReply decide(std::string decision) {
    auto fields = authorization();
    const auto headers = signed_in();
    fields.emplace_back("csrf", csrf());
    fields.emplace_back("decision", std::move(decision));
    return post_form("/am/oauth2/authorize", fields, headers);
  }
  std::string code() { return redirect_parameter(decide("allow"), "code"); }

  static base::FormFields code_form(std::string code) {
    return {{"grant_type", "authorization_code"},
            {"code", std::move(code)},
            {"redirect_uri", "http://localhost:3000"},
            {"code_verifier", std::string(verifier)},
            {"client_id", "AICMCPClient"}};
  }
  std::string login_token() { return member(token_request(code_form(code())), "access_token"); }

  static base::FormFields exchange_form(std::string subject, std::string scope) {
    const std::string type = "urn:ietf:params:oauth:token-type:access_token";
    return {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
            {"subject_token", std::move(subject)},
            {"subject_token_type", type},
            {"requested_token_type", type},
            {"scope", std::move(scope)},
            {"client_id", "AICMCPExchangeClient"}};
  }
  http::Headers bearer(std::string scope) {
    return {{"Authorization",
             "Bearer " + member(token_request(exchange_form(login_token(), std::move(scope))), "access_token")}};
  }

  static std::string member(const http::ServerReply& reply, std::string_view name) {
    return base::text_member(base::parse_json(reply.body), name);
  }
  static std::string location(const http::ServerReply& reply) {
    return std::string(http::header(reply.headers, "location"));
  }
  static std::string redirect_parameter(const http::ServerReply& reply, std::string_view name) {
    const auto target = location(reply);
    return field(base::parse_form(target.substr(target.find('?') + 1)), name);
  }

  static constexpr std::string_view verifier = "a verifier of the length that nobody checks";

  net::Loop loop;
  test::FakeClock clock{loop};
  base::SystemRandom random;
  std::shared_ptr<Gateway> gateway;

 private:
  std::string session_;
};

}  // namespace sandbox
