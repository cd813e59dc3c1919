// Which tools are offered (AIC_READ_ONLY, AIC_TOOLS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"
#include "tools/kit/tool.h"

namespace app {

// What is wrong with names in AIC_TOOLS: the first one that is neither a tool nor a family. Empty when all are known.
std::string fault_of_names(const std::vector<std::string>& names);

// In the order of the catalogue.
std::vector<const tools::Tool*> offered_tools(const Options& options);

// The families without a tool among these.
std::vector<std::string_view> families_left_out(const std::vector<const tools::Tool*>& offered);

// The settings that leave this tool of the catalogue out; none for one that is offered.
std::vector<std::string_view> left_out_by(const tools::Tool& tool, const Options& options);

}  // namespace app
