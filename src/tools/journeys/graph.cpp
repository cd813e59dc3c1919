#include "tools/journeys/graph.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/nearest.h"
#include "base/random.h"
#include "base/text.h"
#include "base/url.h"

namespace tools::journeys {
namespace {

constexpr std::size_t shown_bytes = 80;

bool has_node(const GivenGraph& graph, std::string_view key) {
  return std::ranges::find(graph.nodes, key, &GivenNode::key) != graph.nodes.end();
}

std::string unknown_key(const GivenGraph& graph, std::string_view key) {
  std::vector<std::string> keys;
  keys.reserve(graph.nodes.size());
  for (const auto& node : graph.nodes) keys.push_back(node.key);
  const auto near = base::nearest_names(key, keys, 1);
  return near.empty() ? "" : fmt::format("; a similar key is \"{}\"", near.front());
}

// Looks for what is wrong with a graph.
class GraphFaults {
 public:
  GraphFaults(const GivenGraph& graph, const std::string& place) : graph_(graph), place_(place) {}

  Violations find() {
    check_entry();
    for (const auto& node : graph_.nodes) {
      const auto path = fmt::format("{}.{}", place_, shown_key(node.key));
      check_id(node.key, path);
      // It becomes a path segment when the tenant is asked for the type's outcomes (R-ARG-04).
      if (const auto rule = base::segment_violation(node.type); !rule.empty()) add(path + ".nodeType", rule, node.type);
      check_version(node.version, path + ".version");
      check_targets(node, path);
      if (node.is_page()) check_children(node, path + ".config.nodes");
    }
    return std::move(faults_);
  }

  Violations find_in(const GivenNode& page) {
    ids_.emplace(page.key, "the page itself");
    if (page.is_page()) check_children(page, place_);
    return std::move(faults_);
  }

 private:
  void add(std::string path, std::string rule, std::string_view value) {
    faults_.push_back({std::move(path), std::move(rule), base::printable(value, shown_bytes)});
  }

  void check_entry() {
    if (has_node(graph_, graph_.entry)) return;
    const auto path = place_.substr(0, place_.rfind('.') + 1) + "entryNodeId";
    if (graph_.nodes.empty()) {
      if (graph_.entry.empty()) add(path, "must not be empty", graph_.entry);
      return;
    }
    add(path, "must be a key of the nodes" + unknown_key(graph_, graph_.entry), graph_.entry);
  }

  void check_id(const std::string& id, const std::string& path) {
    if (id.empty()) add(path, "must not have an empty id", id);
    if (!end_of(id).empty()) add(path, "must not be the name or id of success or failure", id);
    // The tenant does not tell letters' cases of ids apart.
    const auto [first, is_new] = ids_.try_emplace(base::is_uuid(id) ? base::lower_case(id) : id, path);
    if (!is_new) add(path, fmt::format("must have a unique id; this one is already used at {}", first->second), id);
  }

  // So does a version.
  void check_version(const Json& version, const std::string& path) {
    if (!version.is_string()) return;
    const auto& text = version.get_ref<const std::string&>();
    if (const auto rule = base::segment_violation(text); !rule.empty()) add(path, rule, text);
  }

  void check_targets(const GivenNode& node, const std::string& path) {
    for (const auto& [outcome, target] : node.connections.items()) {
      const auto place = fmt::format("{}.connections.{}", path, base::printable(outcome, shown_bytes));
      const auto& name = target.get_ref<const std::string&>();
      if (name == node.key)
        add(place, "must not lead to the same node", name);
      else if (end_of(name).empty() && !has_node(graph_, name))
        add(place, "must be a key of the nodes, success or failure" + unknown_key(graph_, name), name);
    }
  }

  void check_children(const GivenNode& page, const std::string& path) {
    const Json& children = base::member(page.config, "nodes");
    if (!children.is_null() && !children.is_array()) add(path, "must be an array", "");
    if (!children.is_array()) return;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const Json& id = base::member(children[i], "_id");
      const auto place = fmt::format("{}[{}]", path, i);
      const auto type = base::text_member(children[i], "nodeType");
      if (type == page_type) {
        add(place + ".nodeType", "must not be PageNode: a page cannot contain another page", type);
        continue;
      }
      const Json& given_type = base::member(children[i], "nodeType");
      if (children[i].is_object() && given_type.is_null()) add(place + ".nodeType", "is required", "");
      if (const auto rule = base::segment_violation(type); given_type.is_string() && !rule.empty())
        add(place + ".nodeType", rule, type);
      check_version(base::member(children[i], "nodeVersion"), place + ".nodeVersion");
      if (!children[i].is_object())
        add(place, "must be an object", "");
      else if (id.is_string())
        check_id(id.get<std::string>(), place + "._id");
      else if (!id.is_null())
        add(place + "._id", "must be a string", "");
    }
  }

  const GivenGraph& graph_;
  const std::string& place_;
  Violations faults_;
  std::map<std::string, std::string> ids_;  // id → where it stands
};

}  // namespace

std::string shown_key(std::string_view key) {
  return base::printable(key, shown_bytes);
}

std::string_view end_of(std::string_view name) {
  const auto lower = base::lower_case(name);
  if (lower == "success" || lower == success_end) return success_end;
  if (lower == "failure" || lower == failure_end) return failure_end;
  return {};
}

std::vector<NodeRef> nodes_of(const Json& tree) {
  std::vector<NodeRef> nodes;
  const Json& map = base::member(tree, "nodes");
  if (!map.is_object()) return nodes;
  for (const auto& [id, node] : map.items()) {
    auto type = base::text_member(node, "nodeType");
    if (!type.empty()) nodes.push_back({id, std::move(type), base::text_member(node, "version")});
  }
  return nodes;
}

std::vector<NodeRef> children_of(const Json& page) {
  std::vector<NodeRef> children;
  for (const Json& child : base::member(page, "nodes")) {
    NodeRef ref{base::text_member(child, "_id"), base::text_member(child, "nodeType"),
                base::text_member(child, "nodeVersion")};
    if (!ref.id.empty() && !ref.type.empty()) children.push_back(std::move(ref));
  }
  return children;
}

std::vector<NodeRef> all_nodes(const Stored& stored) {
  auto nodes = nodes_of(stored.tree);
  for (const Json& page : stored.pages) std::ranges::move(children_of(page), std::back_inserter(nodes));
  return nodes;
}

Json as_argument(const NodeRef& node) {
  Json argument{{"nodeType", node.type}, {"nodeId", node.id}};
  if (!node.version.empty()) argument["version"] = node.version;
  return argument;
}

Json as_arguments(const std::vector<NodeRef>& nodes) {
  Json list = Json::array();
  for (const auto& node : nodes) list.push_back(as_argument(node));
  return list;
}

void TakenIds::add(std::string_view id) {
  ids.insert(base::lower_case(id));
}

bool TakenIds::contains(std::string_view id) const {
  return may_be_more || ids.contains(base::lower_case(id));
}

Violations faults_of(const GivenGraph& graph, const std::string& place) {
  return GraphFaults(graph, place).find();
}

Violations page_faults(const GivenNode& page, const std::string& place) {
  return GraphFaults({}, place).find_in(page);
}

std::vector<std::string> unreachable(const GivenGraph& graph) {
  std::set<std::string> met{graph.entry};
  std::deque<std::string> ahead{graph.entry};
  while (!ahead.empty()) {
    const auto at = std::ranges::find(graph.nodes, ahead.front(), &GivenNode::key);
    ahead.pop_front();
    if (at == graph.nodes.end()) continue;
    for (const Json& target : at->connections) {
      if (met.insert(target.get<std::string>()).second) ahead.push_back(target.get<std::string>());
    }
  }
  std::vector<std::string> keys;
  for (const auto& node : graph.nodes) {
    if (!met.contains(node.key)) keys.push_back(node.key);
  }
  return keys;
}

Json new_static_nodes() {
  Json nodes{{"startNode", {{"x", 50}, {"y", 250}}}};
  nodes[std::string(success_end)] = {{"x", 550}, {"y", 150}};
  nodes[std::string(failure_end)] = {{"x", 550}, {"y", 350}};
  return nodes;
}

Json bare_config(const Json& config) {
  constexpr std::array<std::string_view, 4> added = {"_id", "_rev", "_type", "_outcomes"};
  Json bare = Json::object();
  if (!config.is_object()) return bare;
  for (const auto& [name, value] : config.items()) {
    if (std::ranges::find(added, name) == added.end()) bare[name] = value;
  }
  return bare;
}

}  // namespace tools::journeys
