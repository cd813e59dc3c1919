// What the two halves of the managed definitions family share: types (definitions.cpp) and relationship properties
// (relationships.cpp).
#pragma once

#include "aic/document.h"
#include "tools/kit/tool.h"

namespace tools::managed_definitions {

// /openidm/config/managed.
aic::Document config_document();

}  // namespace tools::managed_definitions
