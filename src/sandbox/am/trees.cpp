// …/authenticationtrees/trees and …/realm-config/authentication: journeys and which one is the default.

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "sandbox/am/am.h"

namespace sandbox::am {

namespace {

// In the order in which documents show them.
constexpr std::array members{
    "identityResource",  "entryNodeId",        "innerTreeOnly",   "description", "noSession", "mustRun",    "enabled",
    "transactionalOnly", "maximumSessionTime", "maximumIdleTime", "uiConfig",    "nodes",     "staticNodes"};

void check_members(const Json& body) {
  for (const auto& [key, value] : body.items()) {
    if (key == "_id" || std::ranges::find(members, key) != members.end()) continue;
    std::vector<std::string> valid(members.begin(), members.end());
    std::ranges::sort(valid);
    crest::refuse(400, "Invalid attribute specified.", {{"validAttributes", valid}});
  }
}

void check_graph(const Json& body) {
  // Whether the entry node is among the nodes is not checked.
  const Json& nodes = base::member(body, "nodes");
  if (!nodes.is_null() && !nodes.is_object()) crest::refuse(400, "Invalid attribute value: nodes");
  for (const auto& [id, node] : nodes.items()) {
    if (!node.is_object()) crest::refuse(400, fmt::format("Node {} must be an object.", id));
  }
  if (base::text_member(body, "entryNodeId").empty())
    crest::refuse(400, "Node with ID entryNodeId must exist in the tree.");
}

// A node may come with its configuration; then the instance is stored along with the journey, children included.
void store_inline(AmRealm& realm, const std::string& id, const std::string& type, const std::string& version,
                  const Json& given);

Json without_configuration(AmRealm& realm, Json child) {
  const Json& properties = base::member(child, "_properties");
  if (properties.is_object()) {
    store_inline(realm, base::text_member(child, "_id"), base::text_member(child, "nodeType"),
                 told_version(realm, child, "nodeVersion"), properties);
  }
  return crest::without(std::move(child), "_properties");
}

void store_inline(AmRealm& realm, const std::string& id, const std::string& type, const std::string& version,
                  const Json& given) {
  if (node_type(type).is_null() || !has_version(type, version))
    crest::refuse(400, fmt::format("Unknown node type {}", type));
  Json settings = Json::object();
  for (const auto& [key, value] : given.items()) {
    if (!key.starts_with('_')) settings[key] = value;
  }
  if (type == "PageNode" && settings.contains("nodes")) {
    for (Json& child : settings["nodes"]) child = without_configuration(realm, std::move(child));
  }
  check_settings(realm, type, version, settings);
  store_node(realm, type, id, version, settings);
}

Json nodes_of(AmRealm& realm, const Json& given) {
  Json nodes = Json::object();
  for (const auto& [id, node] : given.items()) {
    const Json& config = base::member(node, "config");
    if (config.is_object()) {
      store_inline(realm, id, base::text_member(node, "nodeType"), told_version(realm, node, "version"), config);
    }
    nodes[id] = crest::without(node, "config");
    if (realm.node_versions && !nodes[id].contains("version")) nodes[id]["version"] = "1.0";
  }
  return nodes;
}

Json stored_form(AmRealm& realm, const std::string& name, const Json& body) {
  Json tree = {{"_id", name}};
  for (const char* member : members) {
    const bool is_flag = std::string_view(member) == "innerTreeOnly" || std::string_view(member) == "noSession" ||
                         std::string_view(member) == "mustRun" || std::string_view(member) == "transactionalOnly";
    const Json& value = base::member(body, member);
    if (std::string_view(member) == "nodes") {
      tree[member] = nodes_of(realm, value);
    } else if (std::string_view(member) == "staticNodes" && value.is_null()) {
      tree[member] = Json::object();
    } else if (!value.is_null() || is_flag) {
      tree[member] = value.is_null() ? Json(false) : value;
    }
  }
  return tree;
}

ApiReply put(const AmCall& call, const std::string& name) {
  const Json body = call.body();
  check_members(body);
  check_graph(body);
  Json tree = stored_form(*call.realm, name, body);
  auto& trees = call.realm->trees;
  const auto found = std::ranges::find_if(trees, [&](const Json& other) { return base::is_text(other["_id"], name); });
  if (found == trees.end()) {
    trees.push_back(tree);
    return created_reply(call, tree, name);
  }
  *found = tree;
  return document_reply(call, 200, tree);
}

ApiReply remove(const AmCall& call, const std::string& name) {
  AmRealm& realm = *call.realm;
  const Json tree = *find_tree(realm, name);
  for (const auto& [id, node] : tree["nodes"].items()) {
    const std::string type = base::text_member(node, "nodeType");
    const std::string version = told_version(realm, node, "version");
    const AmNode* instance = find_node(realm, type, version, id);
    const Json children = instance && type == "PageNode" ? base::member(instance->settings, "nodes") : Json();
    for (const Json& child : children)
      remove_node(realm, base::text_member(child, "nodeType"), told_version(realm, child, "nodeVersion"),
                  base::text_member(child, "_id"));
    remove_node(realm, type, version, id);
  }
  std::erase_if(realm.trees, [&](const Json& other) { return base::is_text(other["_id"], name); });
  return document_reply(call, 200, tree);
}

[[noreturn]] void refuse_section(const Json& settings) {
  std::vector<std::string> valid;
  valid.reserve(settings.size());
  for (const auto& [name, known] : settings.items()) valid.push_back(name);
  std::ranges::sort(valid);
  crest::refuse(400, "Invalid attribute specified.", {{"validAttributes", valid}});
}

Json changed_settings(const AmRealm& realm, const Json& body) {
  const Json& settings = realm.authentication;
  Json changed = settings;
  for (const auto& [section, value] : body.items()) {
    if (section.starts_with('_')) continue;
    // Two settings of `core` may also come on the top level.
    if (section == "orgConfig" || section == "adminAuthModule") {
      changed["core"][section] = value;
      continue;
    }
    if (!settings.contains(section) || !value.is_object()) refuse_section(settings);
    for (const auto& [key, setting] : value.items()) changed[section][key] = setting;
  }
  for (const char* name : {"orgConfig", "adminAuthModule"}) {
    if (!find_tree(realm, base::text_member(changed["core"], name)))
      crest::refuse(400, fmt::format("Invalid attribute value: {}", name));
  }
  return changed;
}

}  // namespace

const Json* find_tree(const AmRealm& realm, std::string_view name) {
  const auto found =
      std::ranges::find_if(realm.trees, [&](const Json& tree) { return base::text_member(tree, "_id") == name; });
  return found == realm.trees.end() ? nullptr : &*found;
}

std::optional<ApiReply> handle_trees(const AmCall& call) {
  if (call.path.empty()) {
    if (call.request.method != "GET") return std::nullopt;
    std::vector<Json> documents;
    documents.reserve(call.realm->trees.size());
    for (const Json& tree : call.realm->trees) documents.push_back(with_revision(tree));
    return list_reply(call, std::move(documents));
  }
  if (call.path.size() > 1) return std::nullopt;
  const std::string& name = call.path[0];
  if (call.request.method == "PUT") return put(call, name);
  const Json* tree = find_tree(*call.realm, name);
  if (!tree) crest::refuse(404, "Not Found");
  if (call.request.method == "GET") return document_reply(call, 200, *tree);
  if (call.request.method == "DELETE") return remove(call, name);
  return std::nullopt;
}

ApiReply handle_authentication(const AmCall& call) {
  Json& settings = call.realm->authentication;
  if (call.request.method == "PUT") {
    settings = changed_settings(*call.realm, call.body());
  } else if (call.request.method != "GET") {
    crest::refuse(405, "Method Not Allowed");
  }
  Json document = {{"_id", ""}};
  document.update(settings);
  document["_type"] = {{"_id", "EMPTY"}, {"name", "Core"}, {"collection", false}};
  return document_reply(call, 200, document);
}

}  // namespace sandbox::am
