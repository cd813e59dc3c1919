// Which journeys and pages use nodes, and deleting nodes that none uses (R-JRN-12, -16).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/journey_graph.h"
#include "tools/tool.h"

namespace tools::journeys {

// What became of a node that should be deleted.
struct NodeDeletion {
  NodeRef node;
  bool deleted = false;
  std::vector<std::string> used_by;  // "journey Login", "page 123…": why it was kept
  std::optional<base::Error> error;  // why it could not be deleted, or its use not be checked
};

// Deletes those that nothing uses, or all with `force`; pages first. Throws nothing that a tenant answers. With
// `looked_since` the caller knows that nothing uses them; it is looked at again only where the call has waited for
// something since it had waited that often (Tenant::waits, R-WRT-14).
net::Task<std::vector<NodeDeletion>> delete_nodes(Call& call, std::string realm, std::vector<NodeRef> nodes, bool force,
                                                  std::optional<int> looked_since = std::nullopt);

// [{nodeType, nodeId, deleted, error, usedBy}].
Json as_json(const std::vector<NodeDeletion>& deletions);

}  // namespace tools::journeys
