#include "app/offer.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/nearest.h"
#include "tools/catalog.h"

namespace app {
namespace {

[[noreturn]] void refuse_name(const std::string& name) {
  std::vector<std::string> names;
  for (const tools::Family& family : tools::families()) {
    names.emplace_back(family.name);
    for (const tools::Tool& tool : family.tools) names.emplace_back(tool.name);
  }
  const std::string near = base::nearest(name, names);
  throw base::Error(base::Errc::invalid_request,
                    fmt::format("AIC_TOOLS names '{}', which is neither a tool nor a family of tools{}",
                                base::printable(name, 60), near.empty() ? "" : "; did you mean " + near + "?"));
}

bool is_wanted(const tools::Family& family, const tools::Tool& tool, const std::vector<std::string>& names) {
  return names.empty() || std::ranges::find(names, family.name) != names.end() ||
         std::ranges::find(names, tool.name) != names.end();
}

bool is_known(const std::string& name) {
  return tools::find_tool(name) != nullptr ||
         std::ranges::any_of(tools::families(), [&](const tools::Family& family) { return family.name == name; });
}

}  // namespace

std::vector<const tools::Tool*> offered_tools(const Options& options) {
  for (const std::string& name : options.tools) {
    if (!is_known(name)) refuse_name(name);
  }
  std::vector<const tools::Tool*> offered;
  for (const tools::Family& family : tools::families()) {
    for (const tools::Tool& tool : family.tools) {
      const bool allowed = tool.hints.read_only || !options.read_only;
      if (allowed && is_wanted(family, tool, options.tools)) offered.push_back(&tool);
    }
  }
  return offered;
}

}  // namespace app
