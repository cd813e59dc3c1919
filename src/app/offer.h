// Which tools are offered (AIC_READ_ONLY, AIC_TOOLS).
#pragma once

#include <string_view>
#include <vector>

#include "app/options.h"
#include "tools/tool.h"

namespace app {

// In the order of the catalogue. Throws base::Error{invalid_request} for a name in AIC_TOOLS that is neither a tool nor
// a family.
std::vector<const tools::Tool*> offered_tools(const Options& options);

// The settings that leave this tool of the catalogue out; none for one that is offered.
std::vector<std::string_view> left_out_by(const tools::Tool& tool, const Options& options);

}  // namespace app
