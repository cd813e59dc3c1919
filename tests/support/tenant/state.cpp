#include "support/tenant/state.h"

#include <map>
#include <string>

#include <fmt/format.h>

#include "sandbox/am/am.h"
#include "sandbox/esv/esv.h"
#include "sandbox/idm/idm.h"

namespace test {
namespace {

using base::Json;

Json timeless(Json document) {
  for (const char* name : {"_rev", "createdBy", "creationDate", "lastModifiedBy", "lastModifiedDate", "lastChangeDate",
                           "lastChangedBy", "loaded"})
    document.erase(name);
  return document;
}

template <typename Documents>
Json by_id(const Documents& documents) {
  std::map<std::string, Json> sorted;
  for (const auto& one : documents) sorted[base::text_member(one, "_id")] = timeless(one);
  return sorted;
}

// As the tenant shows it: what is not stored and what is stored as the default look the same.
Json shown_client(sandbox::Tenant& tenant, const std::string& realm, const std::string& id) {
  sandbox::ApiRequest request;
  request.method = "GET";
  request.segments = {"am", "json", realm, "realm-config", "agents", "OAuth2Client", id};
  request.path = "/am/json/" + realm + "/realm-config/agents/OAuth2Client/" + base::percent_encode(id);
  request.headers = {{"accept-api-version", "protocol=2.1,resource=1.0"}};
  const auto reply = sandbox::handle_am(tenant, request);
  return reply ? timeless(base::parse_json(reply->body)) : Json();
}

Json realm_state(sandbox::Tenant& tenant, const std::string& name, const sandbox::AmRealm& realm) {
  Json clients = Json::object();
  for (const auto& [id, client] : realm.clients) clients[id] = shown_client(tenant, name, id);
  Json nodes = Json::object();
  std::map<std::string, Json> sorted;
  for (const auto& node : realm.nodes)
    sorted[fmt::format("{} {} {}", node.type, node.version, node.id)] = node.settings;
  return {{"trees", by_id(realm.trees)},     {"nodes", sorted},    {"authentication", realm.authentication},
          {"scripts", by_id(realm.scripts)}, {"clients", clients}, {"provider", realm.oauth_provider},
          {"others", realm.others}};
}

Json objects_of(const sandbox::IdmState& idm) {
  Json objects = Json::object();
  for (const auto& [type, documents] : idm.objects) {
    if (!documents.empty()) objects[type] = by_id(documents);
  }
  return objects;
}

}  // namespace

base::Json state_without_links(sandbox::Tenant& tenant) {
  Json state{{"definitions", tenant.idm->managed},      {"config", tenant.idm->config},
             {"objects", objects_of(*tenant.idm)},      {"features", tenant.idm->features},
             {"cors", by_id(tenant.am->cors_policies)}, {"customNodes", tenant.am->custom_nodes}};
  for (const auto& [name, realm] : tenant.am->realms) state["realms"][name] = realm_state(tenant, name, realm);
  for (const auto& [id, variable] : tenant.esv->variables) state["variables"][id] = timeless(variable);
  for (const auto& [id, secret] : tenant.esv->secrets) state["secrets"][id] = secret.document;
  return state;
}

base::Json state_of(sandbox::Tenant& tenant) {
  auto state = state_without_links(tenant);
  for (const auto& [place, links] : tenant.idm->links) {
    for (const auto& link : links)
      state["links"][place].push_back({{"to", link.type + "/" + link.id}, {"properties", link.properties}});
  }
  return state;
}

}  // namespace test
