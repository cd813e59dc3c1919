// What the two halves of the managed definitions family share: types (definitions.cpp) and relationship properties
// (relationships.cpp).
#pragma once

#include <string>
#include <vector>

#include "aic/document.h"
#include "net/task.h"
#include "tools/kit/tool.h"

namespace tools::managed_definitions {

// /openidm/config/managed.
aic::Document config_document();

// Findings against a deletion of the type (R-DEF-07); a check that could not be made is one (R-WRT-13).
net::Task<std::vector<std::string>> uses_of(Call& call, std::string name);

}  // namespace tools::managed_definitions
