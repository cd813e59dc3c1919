// Asking the tenant whether a planned journey makes sense to it: node types and outcomes (R-JRN-08). Advice, but for
// types that do not exist.
#pragma once

#include <string>
#include <vector>

#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/references.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// Throws Error{invalid_request} for types that the tenant does not know, unless a stored node has the type already.
// Gives what else is doubtful, one sentence each; a check that could not be made is one. `scripts` are not read again.
net::Task<std::vector<std::string>> check_with_tenant(Call& call, std::string realm, const GivenGraph& graph,
                                                      const Plan& plan, const Stored& stored,
                                                      const ReadScripts& scripts);

}  // namespace tools::journeys
