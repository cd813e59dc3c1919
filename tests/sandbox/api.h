// Calls the fake tenant's areas without a server: a target and a body in, an answer out.
#pragma once

#include <optional>
#include <string>

#include "base/encoding.h"
#include "base/json.h"
#include "sandbox/tenant.h"

namespace sandbox {

inline constexpr std::int64_t test_now_ms = 1'790'000'000'000;  // 2026-09-21T14:13:20Z

inline TenantOptions test_options() {
  TenantOptions options;
  options.url = "https://tenant.example";
  options.now_ms = test_now_ms;
  options.administrator_id = "b672336b-41ef-428d-ae4a-e0c082875377";
  options.administrator_name = "admin@example.com";
  return options;
}

struct Answer {
  int status = 0;
  http::Headers headers;
  base::Json body;
  std::string raw;

  std::string header(std::string_view name) const { return std::string(http::header(headers, name)); }
};

// Seeding takes longer than most tests; they start from copies.
inline const Tenant& fresh_tenant() {
  static const Tenant tenant(test_options());
  return tenant;
}

// The same from before nodes had versions.
inline const Tenant& old_tenant() {
  static const Tenant tenant([] {
    auto options = test_options();
    options.node_versions = false;
    return options;
  }());
  return tenant;
}

// A tenant of its own, seeded, whose clock stands still.
class Api {
 public:
  explicit Api(const Tenant& like = fresh_tenant()) : tenant(like) {}

  Answer call(const std::string& method, const std::string& target, const base::Json& body = nullptr,
              const http::Headers& headers = {}) {
    return send(method, target, body.is_null() ? "" : base::print_json(body), headers);
  }

  Answer send(const std::string& method, const std::string& target, const std::string& body,
              const http::Headers& headers) {
    ApiRequest request;
    request.method = method;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    for (std::size_t at = 1; at <= request.path.size();) {
      const auto slash = std::min(request.path.find('/', at), request.path.size());
      if (slash > at) request.segments.push_back(base::percent_decode(request.path.substr(at, slash - at)));
      at = slash + 1;
    }
    if (question != std::string::npos) request.query = base::parse_form(target.substr(question + 1));
    request.headers = headers;
    request.body = body;
    request.subject = tenant.options.administrator_id;
    request.transaction_id = "test-" + std::to_string(++calls_);
    request.now_ms = now_ms;
    return answer_of(handle(request));
  }

  Answer get(const std::string& target, const http::Headers& headers = {}) {
    return call("GET", target, nullptr, headers);
  }

  Tenant tenant;
  std::int64_t now_ms = test_now_ms;

 private:
  std::optional<ApiReply> handle(const ApiRequest& request) {
    const std::string& area = request.segments.at(0);
    if (area == "openidm") return handle_idm(tenant, request);
    if (area == "am") return handle_am(tenant, request);
    if (area == "environment") return handle_esv(tenant, request);
    return handle_logs(tenant, request);
  }

  static Answer answer_of(const std::optional<ApiReply>& reply) {
    if (!reply) return {};
    Answer answer{reply->status, reply->headers, nullptr, reply->body};
    if (!reply->body.empty()) answer.body = base::parse_json(reply->body);
    return answer;
  }

  int calls_ = 0;
};

// "name eq "x"" as a query parameter.
inline std::string encoded(std::string_view text) {
  return base::form_encode(text);
}

}  // namespace sandbox
