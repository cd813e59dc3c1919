#include "sandbox/esv/esv.h"

#include <fmt/core.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/time.h"
#include "sandbox/am/am.h"
#include "sandbox/crest/crest.h"
#include "sandbox/idm/idm.h"

namespace sandbox {

namespace esv {

constexpr std::size_t max_value = 65'535;

ApiReply list_reply(const ApiRequest& request, std::vector<Json> items) {
  const auto filter = crest::parse_filter(request.parameter("_queryFilter").value_or("true"));
  std::erase_if(items, [&](const Json& item) { return !filter.matches(item); });
  return json_reply(200, crest::list(std::move(items), request, {.cookie_first = true}));
}

Json body_of(const ApiRequest& request) {
  auto body = request.json();
  if (!body || !body->is_object()) crest::refuse(400, "parsing body failed: not a JSON object");
  return *std::move(body);
}

void check_id(const std::string& id) {
  const bool has_prefix = id.starts_with("esv-") && id.size() > 4 && id.size() <= 124;
  const bool is_plain = id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
  if (!has_prefix || !is_plain) crest::refuse(400, "id in path should match '^esv-[a-z0-9_-]{1,120}$'");
}

std::string checked_value(const Json& body) {
  const std::string value = base::text_member(body, "valueBase64");
  const auto bytes = base::base64_decode(value);
  if (value.empty() || !bytes) crest::refuse(400, "valueBase64 in body is required and must be base64");
  if (bytes->size() > max_value) crest::refuse(400, fmt::format("The value is longer than {} bytes", max_value));
  return value;
}

std::string change_date(std::int64_t unix_ms) {
  std::string text = base::iso8601_ms(unix_ms);
  text.pop_back();
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text + "Z";
}

namespace {

constexpr std::int64_t restart_takes_ms = 20'000;

ApiReply handle_startup(EsvState& state, const ApiRequest& request) {
  if (request.method == "POST" && request.parameter("_action") == "restart") {
    state.restarted_ms = request.now_ms;
    for (auto& [id, variable] : state.variables) variable["loaded"] = true;
    for (auto& [id, secret] : state.secrets) {
      secret.document["loaded"] = true;
      secret.document["loadedVersion"] = secret.document["activeVersion"];
      for (Json& version : secret.versions)
        version["loaded"] = base::same_value(version["version"], secret.document["activeVersion"]);
    }
    return json_reply(200, {{"restartStatus", "restarting"}});
  }
  const bool is_restarting = state.restarted_ms > 0 && request.now_ms - state.restarted_ms < restart_takes_ms;
  return json_reply(200, {{"restartStatus", is_restarting ? "restarting" : "ready"}});
}

// Adds the managed object types and the provider settings of both realms; may be asked for again.
ApiReply enable_ai_agents(Tenant& tenant) {
  if (tenant.idm->features["aiagent"]["installedVersion"].is_null()) idm::install_feature(*tenant.idm, "aiagent");
  for (auto& [name, realm] : tenant.am->realms) {
    if (realm.oauth_provider.is_null()) continue;
    realm.oauth_provider["aiAgentsConfig"] = {
        {"aiAgentsIdentityObjectMapping", Json::array()},
        {"aiAgentsPrivilegeObjectName", fmt::format("managed/{}_aiagentprivilege", name)},
        {"aiAgentsIdentityObjectName", fmt::format("managed/{}_aiagent", name)},
        {"aiAgentsEnabled", true}};
  }
  return json_reply(200, {{"status", "enabled"}});
}

std::optional<ApiReply> route(Tenant& tenant, const ApiRequest& request) {
  const auto& segments = request.segments;
  if (segments.size() < 2) return std::nullopt;
  const std::string& area = segments[1];
  if (area == "variables") return handle_variables(tenant, request);
  if (area == "secrets") return handle_secrets(tenant, request);
  if (segments.size() != 2) return std::nullopt;
  if (area == "startup") return handle_startup(*tenant.esv, request);
  if (area == "count" && request.method == "GET") {
    return json_reply(200, {{"secrets", tenant.esv->secrets.size()}, {"variables", tenant.esv->variables.size()}});
  }
  if (area == "release" && request.method == "GET") {
    ApiReply reply = json_reply(200, {{"channel", "rapid"}, {"currentVersion", "19042.0"}});
    reply.headers.emplace_back("content-api-version", "resource=1.0");
    return reply;
  }
  if (area == "aiagent" && request.method == "POST" && request.parameter("_action") == "enable") {
    return enable_ai_agents(tenant);
  }
  return std::nullopt;
}

}  // namespace
}  // namespace esv

std::optional<ApiReply> handle_esv(Tenant& tenant, const ApiRequest& request) {
  try {
    return esv::route(tenant, request);
  } catch (const base::Error& error) {
    // A failed schema check has a number of its own.
    if (error.status == 422)
      return ApiReply{422, {}, base::print_json({{"code", 606}, {"message", error.tenant_message}})};
    return plain_error_reply(error.status, error.tenant_message);
  }
}

}  // namespace sandbox
