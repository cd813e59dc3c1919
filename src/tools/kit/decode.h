// Arguments in the form that their fields declare (R-ARG-16). Some clients send null, "" or "null" for what they leave
// out, and numbers, switches, lists and objects as text. This comes before the check, which sees the values alone.
#pragma once

#include <vector>

#include "base/json.h"
#include "tools/kit/param.h"

namespace tools {

// Without optional members that stand for "left out"; with values where text holds the JSON of the declared kind, at
// every level. All else stays as it is.
Json decoded(const std::vector<Param>& params, Json arguments);

}  // namespace tools
