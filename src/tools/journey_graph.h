// The graph of a journey as callers describe it and as the tenant stores it: what is wrong with it, which ids its nodes
// get, and the tree that comes of it (tools.md §8, R-JRN-01 to -07). Pure; who reads and writes trees is in journeys_*.
#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tools/check.h"

namespace tools::journeys {

inline constexpr std::string_view page_type = "PageNode";
inline constexpr std::string_view success_end = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";
inline constexpr std::string_view failure_end = "e301438c-0bd0-429c-ab0c-66126501069a";

// The fixed id of an end for its id or alias in any case; empty for all else.
std::string_view end_of(std::string_view name);

// An instance of a node.
struct NodeRef {
  std::string id, type;
  auto operator<=>(const NodeRef&) const = default;
};

// The nodes of a tree that have a type.
std::vector<NodeRef> nodes_of(const Json& tree);
// The nodes inside a page, given its settings.
std::vector<NodeRef> children_of(const Json& page);
// As deleteJourneyNodes takes them: [{nodeType, nodeId}].
Json as_arguments(const std::vector<NodeRef>& nodes);

// One node as the caller describes it.
struct GivenNode {
  std::string key, type, name;
  Json connections;  // outcome → target
  Json config;
  Json version, x, y;  // null where not given

  bool is_page() const { return type == page_type; }
};

struct GivenGraph {
  std::string entry;
  std::vector<GivenNode> nodes;
};

// Everything that is wrong with the graph; `place` is where its nodes stand among the arguments, e.g. "nodes".
Violations faults_of(const GivenGraph& graph, const std::string& place);

// The keys of the nodes that no way leads to from the entry.
std::vector<std::string> unreachable(const GivenGraph& graph);

// A graph in the tenant's form.
struct Plan {
  std::string entry;
  Json nodes;                // id → {nodeType, displayName, connections, …, config}
  Json ids;                  // what was given → id
  std::vector<NodeRef> all;  // pages' children too

  // The nodes as the tenant shows them afterwards.
  Json nodes_without_config() const;
};

// A journey as the tenant has it.
struct Stored {
  Json tree;                    // null for none
  Json pages = Json::object();  // page id → settings
};

// All nodes of the journey, pages' children too.
std::vector<NodeRef> all_nodes(const Stored& stored);

// Gives every node its id and place; versions and places that callers leave out are kept from what is stored.
// `graph` has no faults.
Plan plan_of(const GivenGraph& graph, const std::string& realm, const std::string& journey, const Stored& stored);

// The positions of the start and the two ends in a new tree.
Json new_static_nodes();

// Node settings without what the tenant adds to them: _id, _rev, _type, _outcomes.
Json bare_config(const Json& config);

}  // namespace tools::journeys
