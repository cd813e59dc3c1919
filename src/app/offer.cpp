#include "app/offer.h"

#include <algorithm>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/nearest.h"
#include "tools/catalog.h"

namespace app {
namespace {

std::string fault_of(const std::string& name) {
  std::vector<std::string> names;
  for (const tools::Family& family : tools::families()) {
    names.emplace_back(family.name);
    for (const auto* tool : family.tools) names.emplace_back(tool->name);
  }
  const std::string near = base::nearest(name, names);
  return fmt::format("AIC_TOOLS contains '{}', which is neither a tool nor a family of tools{}",
                     base::printable(name, 60), near.empty() ? "" : "; did you mean " + near + "?");
}

bool is_wanted(const tools::Tool& tool, const std::vector<std::string>& names) {
  if (names.empty() || std::ranges::find(names, tool.name) != names.end()) return true;
  return std::ranges::any_of(tools::families(), [&](const tools::Family& family) {
    return std::ranges::find(names, family.name) != names.end() &&
           std::ranges::find(family.tools, tool.name, &tools::Tool::name) != family.tools.end();
  });
}

bool is_known(const std::string& name) {
  return tools::find_tool(name) != nullptr ||
         std::ranges::any_of(tools::families(), [&](const tools::Family& family) { return family.name == name; });
}

}  // namespace

std::string fault_of_names(const std::vector<std::string>& names) {
  const auto unknown = std::ranges::find_if_not(names, is_known);
  return unknown == names.end() ? std::string() : fault_of(*unknown);
}

std::vector<const tools::Tool*> offered_tools(const Options& options) {
  std::vector<const tools::Tool*> offered;
  std::ranges::copy_if(tools::catalog(), std::back_inserter(offered),
                       [&](const tools::Tool* tool) { return left_out_by(*tool, options).empty(); });
  return offered;
}

std::vector<std::string_view> left_out_by(const tools::Tool& tool, const Options& options) {
  std::vector<std::string_view> settings;
  if (options.read_only && !tool.hints.read_only) settings.emplace_back("AIC_READ_ONLY");
  if (!is_wanted(tool, options.tools)) settings.emplace_back("AIC_TOOLS");
  return settings;
}

}  // namespace app
