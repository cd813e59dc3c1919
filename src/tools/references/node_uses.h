// Which nodes of a realm name or are what is looked for, by their settings, whatever their type (R-JRN-22).
#pragma once

#include <string>
#include <vector>

#include "net/task.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/kit/tool.h"
#include "tools/references/search.h"

namespace tools::references {

struct NodeUses {
  std::vector<Use> uses;
  std::vector<std::string> not_checked;  // why there may be more
};

// Asks the tenant for types' schemas where a node's settings hold a journey's name and do not say what it means.
net::Task<NodeUses> find_node_uses(Call& call, std::string realm, Wanted wanted, const journeys::RealmNodes& known);

}  // namespace tools::references
