// …/authenticationtrees/nodes: instances of nodes, with or without a version in the path, and actions on their types.

#include <algorithm>

#include <fmt/ranges.h>

#include "base/random.h"
#include "sandbox/am.h"

namespace sandbox::am {

namespace {

bool is_version(std::string_view text) {
  const auto dot = text.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

// What the path says: /{type}[/{version}][/{id}].
struct Address {
  std::string type, version, id;
};

Address address_of(const Path& path) {
  Address address{path[0], "", ""};
  std::size_t next = 1;
  if (path.size() > next && is_version(path[next])) address.version = path[next++];
  if (path.size() > next) address.id = path[next++];
  if (path.size() > next) crest::refuse(404, "Not Found");
  return address;
}

Json settings_of(const Json& document) {
  Json settings = Json::object();
  for (const auto& [key, value] : document.items()) {
    if (!key.starts_with('_')) settings[key] = value;
  }
  return settings;
}

void check_settings(const std::string& type, const std::string& version, const Json& settings) {
  const Json known = node_settings(type, version);
  for (const auto& [key, value] : settings.items()) {
    if (known.contains(key)) continue;
    std::vector<std::string> names;
    for (const auto& [name, setting] : known.items()) names.push_back(name);
    std::ranges::sort(names);
    crest::refuse(400, "Invalid attribute specified.", {{"validAttributes", names}});
  }
}

void add_child_versions(Json& children) {
  for (Json& child : children) {
    if (child.is_object() && !child.contains("nodeVersion")) child["nodeVersion"] = "1.0";
  }
}

ApiReply put(const Call& call, const Address& address, const Json& body) {
  const Json settings = settings_of(body);
  const AmNode* before = find_node(*call.realm, address.type, address.id);
  const std::string version = !address.version.empty() ? address.version : before ? before->version : "1.0";
  check_settings(address.type, version, settings);
  store_node(*call.realm, address.type, address.id, version, settings);
  const Json document = node_document(*call.realm, *find_node(*call.realm, address.type, address.id));
  return with_version(call, before ? document_reply(call, 200, document) : created_reply(call, document, address.id));
}

ApiReply create(const Call& call, Address address) {
  const Json body = call.body();
  address.id = base::text_member(
      body, "_id", base::uuid_from_name("6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11", call.request.transaction_id));
  if (find_node(*call.realm, address.type, address.id)) {
    crest::refuse(409, "Unable to save config: Service already exists");
  }
  return put(call, address, body);
}

// Page nodes in the question may describe children that are not stored yet, in `_properties`.
Json outcomes_for(const Call& call, const Address& address) {
  const std::string version = address.version.empty() ? "1.0" : address.version;
  Json whole = node_template(address.type, version);
  whole.update(settings_of(call.body()));
  return node_outcomes(*call.realm, address.type, version, whole);
}

ApiReply act_on_type(const Call& call, const Address& address) {
  const std::string version = address.version.empty() ? "1.0" : address.version;
  if (call.is_action("schema")) return json_reply(200, node_schema(address.type, version));
  if (call.is_action("template")) return json_reply(200, node_template(address.type, version));
  if (call.is_action("listOutcomes")) return json_reply(200, outcomes_for(call, address));
  if (call.is_action("create")) return create(call, address);
  if (call.is_action("getType")) {
    Json summary = node_type_summary(address.type);
    if (!address.version.empty()) summary["_id"] = address.version;
    return json_reply(200, summary);
  }
  crest::refuse(400, "Action not supported: " + call.request.parameter("_action").value_or(""));
}

ApiReply instances(const Call& call, const Address& address) {
  std::vector<Json> documents;
  for (const AmNode& node : call.realm->nodes) {
    const bool wanted = node.type == address.type && (address.version.empty() || node.version == address.version);
    if (wanted) documents.push_back(with_revision(node_document(*call.realm, node)));
  }
  return with_list_version(call, list_reply(call, std::move(documents)));
}

ApiReply all_types(const Call& call) {
  Json types = Json::array();
  for (const auto& id : node_type_ids()) types.push_back(node_type_summary(id));
  return with_version(call, json_reply(200, {{"result", types}}));
}

// Every instance of every type; here the members of the platform stand behind the settings.
ApiReply all_instances(const Call& call) {
  Json result = Json::array();
  for (const AmNode& node : call.realm->nodes) {
    const Json document = node_document(*call.realm, node);
    Json item = node.settings;
    for (const char* name : {"_id", "_type", "_outcomes"}) item[name] = document[name];
    result.push_back(std::move(item));
  }
  return with_version(call, json_reply(200, {{"result", result}}));
}

}  // namespace

const AmNode* find_node(const AmRealm& realm, std::string_view type, std::string_view id) {
  const auto found =
      std::ranges::find_if(realm.nodes, [&](const AmNode& node) { return node.id == id && node.type == type; });
  return found == realm.nodes.end() ? nullptr : &*found;
}

void store_node(AmRealm& realm, const std::string& type, const std::string& id, const std::string& version,
                const Json& settings) {
  Json whole = settings;
  for (const auto& [name, value] : node_template(type, version).items()) {
    if (!whole.contains(name)) whole[name] = value;
  }
  if (type == "PageNode") add_child_versions(whole["nodes"]);
  const auto found =
      std::ranges::find_if(realm.nodes, [&](const AmNode& node) { return node.id == id && node.type == type; });
  if (found == realm.nodes.end()) {
    realm.nodes.push_back({type, id, version, std::move(whole)});
  } else {
    *found = {type, id, version, std::move(whole)};
  }
}

void remove_node(AmRealm& realm, std::string_view type, std::string_view id) {
  std::erase_if(realm.nodes, [&](const AmNode& node) { return node.id == id && node.type == type; });
}

Json node_document(const AmRealm& realm, const AmNode& node) {
  Json document = {{"_id", node.id}};
  document.update(node.settings);
  document["_type"] = {
      {"_id", node.type}, {"name", node_type(node.type)["name"]}, {"collection", true}, {"version", node.version}};
  document["_outcomes"] = node_outcomes(realm, node.type, node.version, node.settings);
  return document;
}

std::optional<ApiReply> handle_nodes(const Call& call) {
  if (call.path.empty()) {
    if (call.is_action("getAllTypes")) return all_types(call);
    if (call.is_action("nextdescendents")) return all_instances(call);
    return std::nullopt;
  }
  const Address address = address_of(call.path);
  if (node_type(address.type).is_null()) {
    crest::refuse(404, fmt::format("Resource '{}' not found", fmt::join(call.path, "/")));
  }
  if (address.id.empty()) {
    if (call.request.method == "GET") return instances(call, address);
    if (call.request.method == "POST") return with_version(call, act_on_type(call, address));
    return std::nullopt;
  }
  if (call.request.method == "PUT") return put(call, address, call.body());
  const AmNode* node = find_node(*call.realm, address.type, address.id);
  if (!node) crest::refuse(404, "Not Found");
  ApiReply reply = with_version(call, document_reply(call, 200, node_document(*call.realm, *node)));
  if (call.request.method == "GET") return reply;
  if (call.request.method != "DELETE") return std::nullopt;
  remove_node(*call.realm, address.type, address.id);
  return reply;
}

}  // namespace sandbox::am
