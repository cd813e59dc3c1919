// All nodes of a realm, of every type and version, and its journeys: what "nothing uses it" rests on (R-WRT-16,
// R-JRN-20 to -22).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

struct RealmNode {
  NodeRef ref;
  Json settings;
};

// What is to go and so does not count as a holder.
struct Going {
  std::string journey = {};
  std::vector<NodeRef> pages = {};
};

struct RealmNodes {
  Json trees = Json::array();  // [{_id, nodes}]
  std::vector<RealmNode> nodes;
  // Why there may be more nodes or journeys than these; nothing when these are all.
  std::optional<base::Error> gap;

  const RealmNode* find(const NodeRef& ref) const;
  // What holds the node: "journey Login", "page 123…".
  std::vector<std::string> holders_of(const NodeRef& ref, const Going& going = {}) const;
  // The journeys that the node is in, inside a page or not.
  std::vector<std::string> journeys_of(const NodeRef& ref) const;
};

// Why a list of the realm's journeys is not all there is: every realm has a default journey at least (R-WRT-16).
std::optional<base::Error> doubt_of_trees(const std::string& realm, const Json& trees);

// What checks of use need of a journey.
inline constexpr const char* tree_fields = "_id,nodes";

// In one round of requests where the tenant lists all nodes; else in three, with a list for each type of which there
// are several nodes. Throws nothing that a tenant answers.
net::Task<RealmNodes> read_realm_nodes(Call& call, std::string realm, std::string fields = tree_fields);

}  // namespace tools::journeys
