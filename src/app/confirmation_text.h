// The words in which a person is asked to agree to a call: what it does, to what, on which tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/url.h"
#include "tools/kit/tool.h"

namespace app {

// All arguments as JSON, secrets hidden; long texts by their beginning and end, with how much is hidden. `subject` says
// what the call is about where the arguments alone do not, or is empty. Nothing for a call that is too large to be
// shown so that a person could judge it.
std::optional<std::string> confirmation_text(const tools::Tool& tool, base::Json arguments, std::string_view subject,
                                             const base::Origin& tenant);

}  // namespace app
