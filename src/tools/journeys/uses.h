// Which journeys and pages use nodes, and deleting nodes that none uses (R-JRN-12, -16).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// What became of a node that should be deleted.
struct NodeDeletion {
  NodeRef node;
  bool deleted = false;
  std::vector<std::string> used_by;  // "journey Login", "page 123…": why it was kept
  std::optional<base::Error> error;  // why it could not be deleted, or its use not be checked
};

// Whether the node is still there is not known.
bool is_open(const NodeDeletion& deletion);

// What the caller found out about the use of the nodes, when its call had waited for something so often
// (Tenant::waits).
struct KnownUses {
  RealmNodes nodes;
  Going going;
  int looked_since = 0;
};

// Deletes those that nothing uses, or all with `force`; pages first. Throws nothing that a tenant answers. What the
// caller knows is looked at again only where the call has waited for something since (R-WRT-14).
net::Task<std::vector<NodeDeletion>> delete_nodes(Call& call, std::string realm, std::vector<NodeRef> nodes, bool force,
                                                  std::optional<KnownUses> known = std::nullopt);

// [{nodeType, nodeId, deleted, error, usedBy}]; `deleted` is null where that is not known.
Json as_json(const std::vector<NodeDeletion>& deletions);

}  // namespace tools::journeys
