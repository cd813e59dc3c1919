// Which tools are offered (AIC_READ_ONLY, AIC_TOOLS).
#pragma once

#include <vector>

#include "app/options.h"
#include "tools/tool.h"

namespace app {

// In the order of the catalogue. Throws base::Error{invalid_request} for a name in AIC_TOOLS that is neither a tool nor
// a family.
std::vector<const tools::Tool*> offered_tools(const Options& options);

}  // namespace app
