// One node of a journey under change: opening it on the path that the tenant has for it, and its new settings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aic/document.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// The entry of a page's `nodes` with this id; null for none.
const Json& child_with(const Json& children, const std::string& id);

// What is wrong where stand-ins for secrets mean none that is stored; `places` are JSON pointers in the settings.
base::Error no_secret(const std::vector<std::string>& places);

// The node's settings as they shall be; nothing where they are so already. `now` is null for a new node.
std::optional<aic::Edit> changed_node(const Json& now, const NodeRef& node, Json given, bool keep_others);
std::optional<base::Error> check_node(const Json& before, const Json& wanted, const Json& stored);

// The node to be changed, which must be there.
net::Task<aic::OpenDocument> open_node(Call& call, std::string realm, NodeRef node);
// The same of a node that need not be there yet.
net::Task<aic::OpenDocument> open_new_node(Call& call, std::string realm, NodeRef node);

}  // namespace tools::journeys
