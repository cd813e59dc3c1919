// A journey in the form in which it can be written back (R-JRN-01).
#include "tools/journeys_read.h"

namespace tools::journeys {
namespace {

// The page's settings with those of its children in place.
Json with_children(Json page, const Json& configs) {
  if (!base::member(page, "nodes").is_array()) return page;
  for (Json& child : page["nodes"]) {
    const Json& config = base::member(configs, base::text_member(child, "_id"));
    if (config.is_object()) child["_properties"] = bare_config(config);
  }
  return page;
}

Json editable_node(const Json& stored, const Json& config, const Json& configs) {
  Json node{{"nodeType", base::text_member(stored, "nodeType")},
            {"displayName", base::text_member(stored, "displayName")}};
  if (base::member(stored, "version").is_string()) node["version"] = stored["version"];
  for (const char* name : {"x", "y"}) {
    if (base::is_number(base::member(stored, name))) node[name] = stored[name];
  }
  node["connections"] = Json::object();
  const Json& connections = base::member(stored, "connections");
  if (connections.is_object()) node["connections"] = connections;
  if (config.is_object()) node["config"] = with_children(bare_config(config), configs);
  return node;
}

}  // namespace

Json editable(const Journey& journey) {
  Json nodes = Json::object();
  const Json& stored = base::member(journey.tree, "nodes");
  if (stored.is_object()) {
    for (const auto& [id, node] : stored.items())
      nodes[id] = editable_node(node, base::member(journey.configs, id), journey.configs);
  }
  Json whole{{"entryNodeId", base::text_member(journey.tree, "entryNodeId")}, {"nodes", std::move(nodes)}};
  if (!journey.errors.is_null()) whole["errors"] = journey.errors;
  return whole;
}

}  // namespace tools::journeys
