// All tools of this server.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/kit/tool.h"

namespace tools {

// Tools that belong together; AIC_TOOLS takes the names of families, too.
struct Family {
  std::string_view name;
  std::vector<const Tool*> tools;
  bool is_default = true;  // offered without any setting (R-OFF-01)
};

// In the order of tools/list.
std::span<const Family> families();
std::span<const Tool* const> catalog();

// Null for an unknown name.
const Tool* find_tool(std::string_view name);

// For the answer to an unknown name: one sentence with the nearest existing names (R-RES-02).
std::string unknown_tool(std::string_view name);

}  // namespace tools
