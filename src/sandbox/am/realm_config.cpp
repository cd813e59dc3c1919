// What else of a realm is read: services and social providers as lists of all, SAML entities, circles of trust,
// policies, secret mappings; and the custom nodes of the tenant. Nothing of it can be changed here.

#include <algorithm>

#include "base/encoding.h"
#include "sandbox/am/am.h"

namespace sandbox::am {

namespace {

const Json& list_of(const AmCall& call, const char* name) {
  static const Json none = Json::array();
  const Json& list = base::member(call.realm->others, name);
  return list.is_null() ? none : list;
}

ApiReply listed(const AmCall& call, const char* name, const crest::ListStyle& style = {}) {
  const Json& list = list_of(call, name);
  return with_list_version(call, list_reply(call, {list.begin(), list.end()}, style));
}

// Services come without revisions, and each script of the realm among them.
Json all_services(const AmRealm& realm) {
  Json result = Json::array();
  const auto add = [&](Json settings, const char* id, const char* name) {
    settings["_id"] = id;
    settings["_type"] = {{"_id", id}, {"name", name}, {"collection", false}};
    result.push_back(std::move(settings));
  };
  if (!realm.oauth_provider.is_null()) add(realm.oauth_provider, "oauth-oidc", "OAuth2 Provider");
  for (Json script : realm.scripts) {
    script["_type"] = {{"_id", "scripts"}, {"name", "Scripting"}, {"collection", true}};
    result.push_back(std::move(script));
  }
  for (const Json& service : base::member(realm.others, "services")) result.push_back(service);
  return result;
}

ApiReply all(const AmCall& call, Json result) {
  return with_version(call, json_reply(200, {{"result", std::move(result)}}));
}

std::string saml_id(const Json& entity) {
  return base::base64url(base::text_member(entity, "entityId"));
}

ApiReply saml_list(const AmCall& call) {
  std::vector<Json> entries;
  for (const Json& entity : list_of(call, "saml")) {
    Json roles = Json::array();
    for (const char* role : {"identityProvider", "serviceProvider"}) {
      if (entity.contains(role)) roles.push_back(role);
    }
    entries.push_back(with_revision({{"_id", saml_id(entity)},
                                     {"entityId", entity["entityId"]},
                                     {"location", entity["location"]},
                                     {"roles", roles}}));
  }
  return with_list_version(call, list_reply(call, std::move(entries), {.policy = "EXACT", .exact_total = true}));
}

ApiReply saml_entity(const AmCall& call) {
  for (const Json& entity : list_of(call, "saml")) {
    if (!base::is_text(entity["location"], call.path[0]) || saml_id(entity) != call.path[1]) continue;
    Json document = {{"_id", call.path[1]}};
    document.update(crest::without(entity, "location"));
    return with_version(call, document_reply(call, 200, document));
  }
  crest::refuse(404, "Not Found");
}

}  // namespace

std::optional<ApiReply> handle_service_lists(const AmCall& call) {
  if (!call.is_action("nextdescendents")) return std::nullopt;
  if (call.path.empty()) return all(call, all_services(*call.realm));
  if (call.path == Path{"SocialIdentityProviders"}) return all(call, list_of(call, "social_providers"));
  return std::nullopt;
}

std::optional<ApiReply> handle_saml(const AmCall& call) {
  if (call.request.method != "GET") return std::nullopt;
  if (call.path.empty()) return saml_list(call);
  if (call.path.size() == 2) return saml_entity(call);
  return std::nullopt;
}

std::optional<ApiReply> handle_list(const AmCall& call, const char* name) {
  if (call.request.method != "GET" || !call.path.empty()) return std::nullopt;
  return listed(call, name);
}

std::optional<ApiReply> handle_custom_nodes(const AmCall& call) {
  if (call.request.method != "GET" || !call.path.empty()) return std::nullopt;
  const auto& nodes = call.tenant.am->custom_nodes;
  return with_list_version(call, list_reply(call, nodes, {.policy = "EXACT", .exact_total = true}));
}

}  // namespace sandbox::am
