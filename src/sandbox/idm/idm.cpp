#include "sandbox/idm/idm.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/random.h"

namespace sandbox {

std::string IdmState::next_revision() {
  return fmt::format("{}-{}", replica, ++counter);
}

std::string IdmState::next_id() {
  return base::uuid_from_name(replica, fmt::format("object {}", ++ids));
}

namespace {

// IDM escapes its messages for HTML, the equals sign included.
std::string escaped(std::string_view message) {
  std::string text;
  for (const char c : message) {
    const auto found = std::string_view("&<>\"'=").find(c);
    text += found == std::string_view::npos ? std::string(1, c) : fmt::format("&#{};", static_cast<int>(c));
  }
  return text;
}

// Who asks: GET /openidm/info/login.
ApiReply login_info(const ApiRequest& request) {
  return json_reply(200, Json{{"_id", "login"},
                              {"authenticationId", request.subject},
                              {"authorization",
                               {{"id", request.subject},
                                {"component", "managed/teammember"},
                                {"roles", {"internal/role/openidm-authorized", "internal/role/openidm-admin"}}}}});
}

// The role that lets the help desk look at people; nothing changes it here.
ApiReply internal_roles(const ApiRequest& request) {
  const Json role{
      {"_id", "6f1b8c0e-2a54-5d8b-9a0c-3f1f0d2c7e11"},
      {"_rev", "e9f91cb0-4a02-4c2e-8612-5c13a5375282-1"},
      {"name", "help-desk"},
      {"privileges", Json::array({{{"name", "look"},
                                   {"path", "managed/alpha_user"},
                                   {"permissions", Json::array({"VIEW"})},
                                   {"accessFlags", Json::array({{{"attribute", "userName"}, {"readOnly", true}}})},
                                   {"actions", Json::array()}}})}};
  const auto fields = crest::parse_fields(request.parameter("_fields").value_or(""));
  Json page = crest::list({role}, request, {});
  for (Json& item : page["result"]) {
    if (!fields.empty()) item = crest::project(item, fields);
  }
  return json_reply(200, page);
}

std::optional<ApiReply> route(Tenant& tenant, const ApiRequest& request) {
  const auto& segments = request.segments;
  if (segments.size() < 2) return std::nullopt;
  const idm::Path rest(segments.begin() + 2, segments.end());
  if (segments[1] == "managed") return idm::handle_managed(tenant, request, rest);
  if (segments[1] == "config") return idm::handle_config(tenant, request, rest);
  if (segments[1] == "schema") return idm::handle_schema(*tenant.idm, request, rest);
  if (segments[1] == "info" && rest == idm::Path{"login"} && request.method == "GET") return login_info(request);
  if (segments[1] == "internal" && rest == idm::Path{"role"} && request.method == "GET") return internal_roles(request);
  if (segments[1] == "feature") return idm::handle_features(*tenant.idm, request, rest);
  if (segments[1] == "ui" && rest.size() == 1 && rest.front() == "theme")
    return idm::handle_themes(*tenant.idm, request);
  return std::nullopt;
}

}  // namespace

std::optional<ApiReply> handle_idm(Tenant& tenant, const ApiRequest& request) {
  try {
    return route(tenant, request);
  } catch (const base::Error& error) {
    ApiReply reply = error_reply(error.status, escaped(error.tenant_message), error.detail);
    // A refusal by role comes from before the resource and knows no version.
    if (error.tenant_message != "Access denied") {
      reply.headers.emplace_back("content-api-version", "protocol=2.1,resource=1.0");
    }
    return reply;
  }
}

}  // namespace sandbox
