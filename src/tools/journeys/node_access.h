// Asking for nodes and their types by version (R-JRN-21). Where no version is told, and where the tenant knows no path
// with one because it is older, the path without version is asked.
#pragma once

#include <string>
#include <string_view>

#include "aic/document.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// True where the tenant itself says that there is no such thing.
bool is_missing(const base::Error& error);
// True where a refusal may mean that the tenant has no such path: it has no versions, or not this one.
bool may_lack_path(const base::Error& error);

// True unless the node shown on the path without version is told to be of another one.
bool is_of_version(const Json& node, const std::string& version);

// The node's settings.
net::Task<aic::Reply> get_node(aic::Tenant& tenant, std::string realm, NodeRef node);

// All nodes of the type and version, as {"result": […]}.
net::Task<aic::Reply> list_nodes(aic::Tenant& tenant, std::string realm, std::string type, std::string version);

// Deletes the node, which must stay as it is read first; as aic::OpenDocument::remove, with what it rests on besides.
net::Task<aic::Removed> remove_node(aic::Tenant& tenant, std::string realm, NodeRef node, int looked_since,
                                    aic::LookAgain look_again);

// What a type tells of itself: `schema`, `template` or `listOutcomes`.
net::Task<aic::Reply> ask_type(aic::Tenant& tenant, std::string realm, std::string type, std::string version,
                               std::string action, Json body);

}  // namespace tools::journeys
