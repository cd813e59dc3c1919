// What the areas of the fake tenant share: the request they are given, the answer they make, and the state they change.
// In front of them, and none of their business: TLS, bearer and scope checks, delay, faults, and the header set that
// every answer of an area carries (headers.h adds what an area did not set itself).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "http/http.h"

namespace sandbox {

// A request to the tenant's REST API whose bearer and scopes are known to be right.
struct ApiRequest {
  std::string method;
  std::string path;                   // as received, still encoded, without the query
  std::vector<std::string> segments;  // of `path`, each decoded once: {"openidm", "managed", "alpha_user"}
  base::FormFields query;             // decoded, in order
  http::Headers headers;
  std::string body;
  std::vector<std::string> scopes;  // of the bearer
  std::string subject;              // uuid of the administrator who signed in
  std::string transaction_id;       // what the answer's x-forgerock-transactionid will be
  std::int64_t now_ms = 0;          // milliseconds since 1970

  // The first value of that query parameter.
  std::optional<std::string> parameter(std::string_view name) const;
  // The header's value, or empty.
  std::string_view header(std::string_view name) const;
  // The body as JSON; nothing when it is none.
  std::optional<base::Json> json() const;
};

// `headers` hold only what is particular to this answer (etag, content-api-version, x-ratelimit-…, Location) or what
// differs from its area's usual set.
struct ApiReply {
  int status = 200;
  http::Headers headers;
  std::string body;
};

ApiReply json_reply(int status, const base::Json& body);
// {"code","reason","message"[,"detail"]}; the message goes out as given (IDM's areas escape it themselves).
ApiReply error_reply(int status, std::string_view message, const base::Json& detail = nullptr);
// ESV's form, without a reason: {"code","message"}.
ApiReply plain_error_reply(int status, std::string_view message);
// "Not Found" for 404.
std::string_view reason_phrase(int status);

// Where a tenant keeps its themes: all in config/ui/themerealm, or each in config/ui/theme-<realm>-<id>.
enum class ThemeLayout { realm, theme };

struct TenantOptions {
  std::string url = "https://localhost";  // origin, for links inside documents
  std::uint64_t seed = 1;
  std::int64_t now_ms = 0;          // the seeded log entries end here
  std::string administrator_id;     // of the first administrator
  std::string administrator_name;   // for runAs and userId fields
  int log_requests_per_minute = 0;  // 0 = log endpoints are not limited (429 beyond)
  ThemeLayout theme_layout = ThemeLayout::realm;
  bool node_versions = true;  // as since AM 8.1: nodes have versions and are addressed by them
  bool example_data = true;   // false = nothing but empty areas, for tests of what stands in front of them
};

struct IdmState;
struct AmState;
struct EsvState;
struct LogState;

// The whole tenant. Everything happens on one thread; a function below is atomic.
struct Tenant {
  explicit Tenant(TenantOptions options);  // seeded (seed.cpp)
  ~Tenant();
  Tenant(const Tenant& other);  // the same state once more; much faster than seeding
  Tenant& operator=(const Tenant&) = delete;

  TenantOptions options;
  std::unique_ptr<IdmState> idm;
  std::unique_ptr<AmState> am;
  std::unique_ptr<EsvState> esv;
  std::unique_ptr<LogState> logs;
};

// One function per area. Nothing = no such endpoint; the caller answers 404 in the area's words.
std::optional<ApiReply> handle_idm(Tenant& tenant, const ApiRequest& request);   // /openidm/…
std::optional<ApiReply> handle_am(Tenant& tenant, const ApiRequest& request);    // /am/json/…
std::optional<ApiReply> handle_esv(Tenant& tenant, const ApiRequest& request);   // /environment/…
std::optional<ApiReply> handle_logs(Tenant& tenant, const ApiRequest& request);  // /monitoring/…, /keys

// Called after every answered request of the API, so that its transaction id can be found in am-access or idm-access.
void log_access(Tenant& tenant, const ApiRequest& request, const ApiReply& reply);

// What the login side adds to the tenant's logs (am-authentication): AM-LOGIN-COMPLETED, AM-TOKEN-EXCHANGE, ….
struct LoginEvent {
  std::string name;       // eventName
  std::string principal;  // user name or client id
  std::string result;     // SUCCESSFUL, FAILED
  std::string transaction_id;
  std::int64_t now_ms = 0;
};
void log_login(Tenant& tenant, const LoginEvent& event);

}  // namespace sandbox
