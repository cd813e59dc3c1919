// Journeys, scripts, clients and settings of both realms.

#include <fmt/core.h>

#include "base/encoding.h"
#include "sandbox/am/am.h"
#include "sandbox/data.h"
#include "sandbox/seed/seed.h"

namespace sandbox {

namespace {

constexpr std::string_view success_node = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";
constexpr std::string_view failure_node = "e301438c-0bd0-429c-ab0c-66126501069a";
constexpr std::int64_t provisioned_ms = 1'433'147'666'269;  // scripts of the vendor
constexpr std::int64_t day_ms = 24 * 60 * 60 * std::int64_t{1000};

// "{realm}" and "{script:Name}" inside texts of the data files.
class Texts {
 public:
  Texts(std::string realm, std::uint64_t seed) : realm_(std::move(realm)), seed_(seed) {}

  Json filled(Json value) const {
    if (value.is_structured()) {
      for (Json& item : value) item = filled(std::move(item));
    } else if (value.is_string()) {
      value = filled_text(value.get<std::string>());
    }
    return value;
  }
  std::string script_id(const std::string& name) const { return seeded_id(seed_, realm_ + "/script/" + name); }
  std::string node_id(const std::string& journey, const std::string& key) const {
    if (key == "success") return std::string(success_node);
    if (key == "failure") return std::string(failure_node);
    return seeded_id(seed_, fmt::format("{}/journey/{}/{}", realm_, journey, key));
  }

 private:
  std::string filled_text(std::string text) const {
    if (const auto at = text.find("{realm}"); at != std::string::npos) text.replace(at, 7, realm_);
    if (text.starts_with("{script:")) return script_id(text.substr(8, text.size() - 9));
    return text;
  }

  std::string realm_;
  std::uint64_t seed_;
};

// Stores the children of a page and gives back what the page says of them.
Json add_children(AmRealm& realm, const Texts& texts, const std::string& journey, const std::string& key,
                  const Json& children) {
  Json entries = Json::array();
  for (const Json& child : children) {
    const std::string id = texts.node_id(journey, fmt::format("{}/{}", key, entries.size()));
    const Json& settings = base::member(child, "settings");
    const auto version = am::told_version(realm, child, "version");
    am::store_node(realm, child["type"], id, version, settings.is_null() ? Json::object() : texts.filled(settings));
    Json entry = {{"_id", id}, {"nodeType", child["type"]}, {"nodeVersion", version}, {"displayName", child["name"]}};
    if (!realm.node_versions) entry.erase("nodeVersion");
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Since version 2.0 a page's outcomes begin with the id of its last child.
Json connections_of(const Texts& texts, const std::string& journey, const Json& node, const std::string& version,
                    const Json& settings) {
  const bool is_newer_page = base::is_text(node["type"], "PageNode") && version != "1.0";
  const std::string prefix = is_newer_page ? settings["nodes"].back()["_id"].get<std::string>() + "-" : "";
  Json connections = Json::object();
  for (const auto& [outcome, target] : node["to"].items())
    connections[prefix + outcome] = texts.node_id(journey, target.get<std::string>());
  return connections;
}

Json add_nodes(AmRealm& realm, const Texts& texts, const std::string& journey, const Json& nodes) {
  Json result = Json::object();
  int number = 0;
  for (const auto& [key, node] : nodes.items()) {
    const std::string id = texts.node_id(journey, key);
    Json settings = node.contains("settings") ? texts.filled(node["settings"]) : Json::object();
    if (node.contains("children")) settings["nodes"] = add_children(realm, texts, journey, key, node["children"]);
    const auto version = am::told_version(realm, node, "version");
    am::store_node(realm, node["type"], id, version, settings);
    result[id] = {{"connections", connections_of(texts, journey, node, version, settings)},
                  {"displayName", node["name"]},
                  {"nodeType", node["type"]},
                  {"version", version},
                  {"x", 200 + 230 * (number / 4)},
                  {"y", 60 + 140 * (number % 4)}};
    if (!realm.node_versions) result[id].erase("version");
    ++number;
  }
  return result;
}

void add_journey(AmRealm& realm, const std::string& realm_name, const Texts& texts, const Json& plan) {
  const std::string name = plan["name"].get<std::string>();
  const Json nodes = add_nodes(realm, texts, name, plan["nodes"]);
  const int width = 430 + 230 * static_cast<int>(nodes.size() / 4);
  realm.trees.push_back({{"_id", name},
                         {"identityResource", fmt::format("managed/{}_user", realm_name)},
                         {"entryNodeId", texts.node_id(name, plan["entry"].get<std::string>())},
                         {"innerTreeOnly", plan.value("inner", false)},
                         {"description", plan["description"]},
                         {"noSession", false},
                         {"mustRun", false},
                         {"enabled", true},
                         {"transactionalOnly", false},
                         {"uiConfig", {{"categories", base::print_json(plan["categories"])}}},
                         {"nodes", nodes},
                         {"staticNodes",
                          {{std::string(success_node), {{"x", width}, {"y", 120}}},
                           {std::string(failure_node), {{"x", width}, {"y", 340}}},
                           {"startNode", {{"x", 50}, {"y", 230}}}}}});
}

void add_script(AmRealm& realm, const Texts& texts, const Json& plan, const TenantOptions& options) {
  const bool by_vendor = plan.value("default", false);
  const std::string author = by_vendor ? "id=dsameuser,ou=user,dc=openam,dc=forgerock,dc=org"
                                       : fmt::format("id={},ou=user,ou=am-config", options.administrator_id);
  const std::int64_t age = static_cast<std::int64_t>(3 + realm.scripts.size() * 5) * day_ms;
  const std::int64_t date = by_vendor ? provisioned_ms : options.now_ms - age;
  Json script = {{"_id", texts.script_id(plan["name"].get<std::string>())},
                 {"name", plan["name"]},
                 {"description", plan["description"]},
                 {"script", base::base64(plan["source"].get<std::string>())},
                 {"default", by_vendor},
                 {"language", "JAVASCRIPT"},
                 {"context", plan["context"]},
                 {"createdBy", author},
                 {"creationDate", date},
                 {"lastModifiedBy", author},
                 {"lastModifiedDate", date},
                 {"evaluatorVersion", plan["evaluatorVersion"]}};
  realm.scripts.push_back(std::move(script));
}

}  // namespace

void seed_am(Tenant& tenant) {
  const Json settings = base::parse_json(data::am_settings_json);
  const Json journeys = base::parse_json(data::journeys_json);
  const Json scripts = base::parse_json(data::am_scripts_json)["scripts"];
  for (const std::string realm_name : {"alpha", "bravo"}) {
    AmRealm& realm = tenant.am->realms[realm_name];
    realm.node_versions = tenant.options.node_versions;
    const Texts texts(realm_name, tenant.options.seed);
    realm.authentication = texts.filled(settings["authentication"]);
    realm.oauth_provider = texts.filled(settings["oauth_provider"]);
    realm.others = texts.filled(settings["others"]);
    for (const Json& script : scripts) add_script(realm, texts, script, tenant.options);
    for (const Json& journey : journeys) {
      if (journey.value("only", realm_name) == realm_name) add_journey(realm, realm_name, texts, journey);
    }
    for (const auto& [id, client] : settings["clients"][realm_name].items()) realm.clients[id] = client;
  }
  for (const Json& node : settings["custom_nodes"]) tenant.am->custom_nodes.push_back(node);
  for (const Json& policy : settings["cors_policies"]) tenant.am->cors_policies.push_back(policy);
}

}  // namespace sandbox
