// Input fields that several families share.
#pragma once

#include "tools/param.h"

namespace tools {

inline const auto realm = text("realm").one_of({"alpha", "bravo"});

}  // namespace tools
