// …/authenticationtrees/nodes: instances of nodes, with or without a version in the path, and actions on their types.

#include <algorithm>

#include <fmt/ranges.h>

#include "base/random.h"
#include "sandbox/am/am.h"

namespace sandbox::am {

namespace {

bool is_version(std::string_view text) {
  const auto dot = text.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

// What the path says: /{type}[/{id}], since node versions /{type}/{version}[/{id}] at resource 3.0.
struct Address {
  std::string type, version, id;
};

[[noreturn]] void refuse_path(const Path& path) {
  crest::refuse(404, fmt::format("Resource '{}' not found", fmt::join(path, "/")));
}

// Without a version in the path it is the first one.
Address address_of(const AmCall& call) {
  const Path& path = call.path;
  Address address{path[0], "1.0", ""};
  if (node_type(address.type).is_null()) refuse_path(path);
  std::size_t next = 1;
  if (call.realm->node_versions && call.resource == "3.0") {
    if (path.size() < 2 || !is_version(path[1]) || !has_version(path[0], path[1])) refuse_path(path);
    address.version = path[next++];
  }
  if (path.size() > next) address.id = path[next++];
  if (path.size() > next) refuse_path(path);
  return address;
}

Json settings_of(const Json& document) {
  Json settings = Json::object();
  for (const auto& [key, value] : document.items()) {
    if (!key.starts_with('_')) settings[key] = value;
  }
  return settings;
}

void add_child_versions(Json& children) {
  for (Json& child : children) {
    if (child.is_object() && !child.contains("nodeVersion")) child["nodeVersion"] = "1.0";
  }
}

ApiReply put(const AmCall& call, const Address& address, const Json& body) {
  const Json settings = settings_of(body);
  const bool is_new = !find_node(*call.realm, address.type, address.version, address.id);
  check_settings(*call.realm, address.type, address.version, settings);
  store_node(*call.realm, address.type, address.id, address.version, settings);
  const Json document = node_document(*call.realm, *find_node(*call.realm, address.type, address.version, address.id));
  return with_version(call, is_new ? created_reply(call, document, address.id) : document_reply(call, 200, document));
}

ApiReply create(const AmCall& call, Address address) {
  const Json body = call.body();
  address.id = base::text_member(
      body, "_id", base::uuid_from_name("6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11", call.request.transaction_id));
  if (find_node(*call.realm, address.type, address.version, address.id)) {
    crest::refuse(409, "Unable to save config: Service already exists");
  }
  return put(call, address, body);
}

// Page nodes in the question may describe children that are not stored yet, in `_properties`.
Json outcomes_for(const AmCall& call, const Address& address) {
  Json whole = node_template(address.type, address.version);
  whole.update(settings_of(call.body()));
  return node_outcomes(*call.realm, address.type, address.version, whole);
}

ApiReply act_on_type(const AmCall& call, const Address& address) {
  if (call.is_action("schema")) return json_reply(200, node_schema(address.type, address.version));
  if (call.is_action("template")) return json_reply(200, node_template(address.type, address.version));
  if (call.is_action("listOutcomes")) return json_reply(200, outcomes_for(call, address));
  if (call.is_action("create")) return create(call, address);
  if (call.is_action("getType")) {
    Json summary = node_type_summary(address.type);
    if (call.resource == "3.0") summary["_id"] = address.version;
    return json_reply(200, summary);
  }
  crest::refuse(400, "Action not supported: " + call.request.parameter("_action").value_or(""));
}

ApiReply instances(const AmCall& call, const Address& address) {
  std::vector<Json> documents;
  for (const AmNode& node : call.realm->nodes) {
    const bool wanted = node.type == address.type && node.version == address.version;
    if (wanted) documents.push_back(with_revision(node_document(*call.realm, node)));
  }
  return with_list_version(call, list_reply(call, std::move(documents)));
}

ApiReply all_types(const AmCall& call) {
  Json types = Json::array();
  for (const auto& id : node_type_ids()) types.push_back(node_type_summary(id));
  return with_version(call, json_reply(200, {{"result", types}}));
}

// Every instance of every type; here the members of the platform stand behind the settings.
ApiReply all_instances(const AmCall& call) {
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

const AmNode* find_node(const AmRealm& realm, std::string_view type, std::string_view version, std::string_view id) {
  const auto found = std::ranges::find_if(
      realm.nodes, [&](const AmNode& node) { return node.id == id && node.type == type && node.version == version; });
  return found == realm.nodes.end() ? nullptr : &*found;
}

void store_node(AmRealm& realm, const std::string& type, const std::string& id, const std::string& version,
                const Json& settings) {
  Json whole = settings;
  for (const auto& [name, value] : node_template(type, version).items()) {
    if (!whole.contains(name)) whole[name] = value;
  }
  if (type == "PageNode" && realm.node_versions) add_child_versions(whole["nodes"]);
  const auto found = std::ranges::find_if(
      realm.nodes, [&](const AmNode& node) { return node.id == id && node.type == type && node.version == version; });
  if (found == realm.nodes.end()) {
    realm.nodes.push_back({type, id, version, std::move(whole)});
  } else {
    found->settings = std::move(whole);
  }
}

void remove_node(AmRealm& realm, std::string_view type, std::string_view version, std::string_view id) {
  std::erase_if(realm.nodes,
                [&](const AmNode& node) { return node.id == id && node.type == type && node.version == version; });
}

std::string told_version(const AmRealm& realm, const Json& entry, const char* member) {
  return realm.node_versions ? base::text_member(entry, member, "1.0") : "1.0";
}

// A reference to what the realm lacks is refused by the attribute's title.
void check_references(const AmRealm& realm, const Json& known, const Json& settings) {
  const auto lacks = [&](const char* name) {
    const auto value = base::text_member(settings, name);
    if (value.empty() || value == "[Empty]" || !known.contains(name)) return false;
    const auto has_id = [&](const Json& one) { return base::text_member(one, "_id") == value; };
    return std::string_view(name) == "tree" ? !find_tree(realm, value) : std::ranges::none_of(realm.scripts, has_id);
  };
  if (lacks("tree")) crest::refuse(400, "Data validation failed for the attribute, Tree Name");
  if (lacks("script")) crest::refuse(400, "Data validation failed for the attribute, Script");
}

void check_settings(const AmRealm& realm, const std::string& type, const std::string& version, const Json& settings) {
  const Json known = node_settings(type, version);
  for (const auto& [key, value] : settings.items()) {
    if (known.contains(key)) continue;
    std::vector<std::string> names;
    for (const auto& [name, setting] : known.items()) names.push_back(name);
    std::ranges::sort(names);
    crest::refuse(400, "Invalid attribute specified.", {{"validAttributes", names}});
  }
  check_references(realm, known, settings);
}

Json node_document(const AmRealm& realm, const AmNode& node) {
  Json document = {{"_id", node.id}};
  document.update(node.settings);
  document["_type"] = {{"_id", node.type}, {"name", node_type(node.type)["name"]}, {"collection", true}};
  if (realm.node_versions) document["_type"]["version"] = node.version;
  document["_outcomes"] = node_outcomes(realm, node.type, node.version, node.settings);
  return document;
}

std::optional<ApiReply> handle_nodes(const AmCall& call) {
  if (call.path.empty()) {
    if (call.is_action("getAllTypes")) return all_types(call);
    if (call.is_action("nextdescendents")) return all_instances(call);
    return std::nullopt;
  }
  const Address address = address_of(call);
  if (address.id.empty()) {
    if (call.request.method == "GET") return instances(call, address);
    if (call.request.method == "POST") return with_version(call, act_on_type(call, address));
    return std::nullopt;
  }
  if (call.request.method == "PUT") return put(call, address, call.body());
  const AmNode* node = find_node(*call.realm, address.type, address.version, address.id);
  if (!node) crest::refuse(404, "Not Found");
  ApiReply reply = with_version(call, document_reply(call, 200, node_document(*call.realm, *node)));
  if (call.request.method == "GET") return reply;
  if (call.request.method != "DELETE") return std::nullopt;
  remove_node(*call.realm, address.type, address.version, address.id);
  return reply;
}

}  // namespace sandbox::am
