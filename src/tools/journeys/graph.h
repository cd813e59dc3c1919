// The graph of a journey as callers describe it and as the tenant stores it: what is wrong with it, which ids its nodes
// get, and the tree that comes of it (R-JRN-01 to -07). Pure; who reads and writes trees is in journeys_*.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tools/kit/check.h"

namespace tools::journeys {

inline constexpr std::string_view page_type = "PageNode";
inline constexpr std::string_view success_end = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";
inline constexpr std::string_view failure_end = "e301438c-0bd0-429c-ab0c-66126501069a";

// The fixed id of an end for its id or alias in any case; empty for all else.
std::string_view end_of(std::string_view name);

// An instance of a node. Each version of a type is a collection of its own; a version that nobody tells may be any.
struct NodeRef {
  std::string id, type;
  std::string version = {};

  bool operator==(const NodeRef& other) const {
    return id == other.id && type == other.type &&
           (version == other.version || version.empty() || other.version.empty());
  }
};

// The nodes of a tree that have a type.
std::vector<NodeRef> nodes_of(const Json& tree);
// The nodes inside a page, given its settings.
std::vector<NodeRef> children_of(const Json& page);
// As deleteJourneyNodes takes them: [{nodeType, nodeId, version}].
Json as_argument(const NodeRef& node);
Json as_arguments(const std::vector<NodeRef>& nodes);

// A node's key as messages show it.
std::string shown_key(std::string_view key);

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
  Json static_nodes = Json::object();  // places of the start and the ends, as far as they are given
};

// Everything that is wrong with the graph; `place` is where its nodes stand among the arguments, e.g. "nodes".
Violations faults_of(const GivenGraph& graph, const std::string& place);

// The same of a page's children alone.
Violations page_faults(const GivenNode& page, const std::string& place);

// The keys of the nodes that no way leads to from the entry.
std::vector<std::string> unreachable(const GivenGraph& graph);

// A graph in the tenant's form.
struct Plan {
  std::string entry;
  Json nodes;                         // id → {nodeType, displayName, connections, …, config}
  Json static_nodes;                  // the start and the ends
  Json ids;                           // what was given → id
  std::vector<std::string> replaced;  // ids that were given but belong to another journey or page
  std::vector<NodeRef> all;           // pages' children too

  // The nodes as the tenant shows them afterwards.
  Json nodes_without_config() const;
};

// The ids of nodes that are not for a journey to take (R-JRN-20).
struct TakenIds {
  std::set<std::string, std::less<>> ids;  // in lower case: the tenant does not tell them apart
  bool may_be_more = false;                // not all of the realm could be read: every id may be taken

  void add(std::string_view id);
  bool contains(std::string_view id) const;
};

// A journey as the tenant has it.
struct Stored {
  Json tree;                    // null for none
  Json pages = Json::object();  // page id → settings
  TakenIds taken = {};          // by other journeys and pages; the journey's own do not matter
};

// All nodes of the journey, pages' children too.
std::vector<NodeRef> all_nodes(const Stored& stored);

// The id of a node for what the caller calls it: the same at every call (R-JRN-04).
std::string derived_id(const std::string& realm, const std::string& journey, const Json& key);

// Gives every node its id and place; versions and places that callers leave out are kept from what is stored.
// `graph` has no faults.
Plan plan_of(const GivenGraph& graph, const std::string& realm, const std::string& journey, const Stored& stored);

// The positions of the start and the two ends in a new tree.
Json new_static_nodes();

// Node settings without what the tenant adds to them: _id, _rev, _type, _outcomes.
Json bare_config(const Json& config);

}  // namespace tools::journeys
