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
  std::vector<std::string> names{"default", "all"};
  for (const tools::Family& family : tools::families()) {
    names.emplace_back(family.name);
    for (const auto* tool : family.tools) names.emplace_back(tool->name);
  }
  const std::string near = base::nearest(name.starts_with('-') ? name.substr(1) : name, names);
  return fmt::format("AIC_TOOLS contains '{}', which is neither a tool nor a family of tools{}",
                     base::printable(name, 60), near.empty() ? "" : "; did you mean " + near + "?");
}

constexpr std::string_view default_tools = "default";
constexpr std::string_view all_tools = "all";

bool takes_away(std::string_view name) {
  return name.starts_with('-');
}

bool is_meant(const tools::Family& family, const tools::Tool& tool, std::string_view name) {
  return name == all_tools || name == tool.name || name == family.name || (name == default_tools && family.is_default);
}

// R-OFF-01: the order of the names does not matter.
bool is_wanted(const tools::Tool& tool, const std::vector<std::string>& names) {
  const auto family = std::ranges::find_if(tools::families(), [&](const tools::Family& one) {
    return std::ranges::find(one.tools, tool.name, &tools::Tool::name) != one.tools.end();
  });
  if (family == tools::families().end()) return names.empty();
  if (std::ranges::any_of(
          names, [&](std::string_view name) { return takes_away(name) && is_meant(*family, tool, name.substr(1)); }))
    return false;
  if (std::ranges::all_of(names, takes_away)) return family->is_default;
  return std::ranges::any_of(names, [&](std::string_view name) { return is_meant(*family, tool, name); });
}

bool is_known(std::string_view name) {
  if (takes_away(name)) name.remove_prefix(1);
  return name == default_tools || name == all_tools || tools::find_tool(name) != nullptr ||
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

std::vector<std::string_view> families_left_out(const std::vector<const tools::Tool*>& offered) {
  std::vector<std::string_view> names;
  for (const auto& family : tools::families()) {
    const bool is_offered = std::ranges::any_of(
        family.tools, [&](const auto* tool) { return std::ranges::find(offered, tool) != offered.end(); });
    if (!is_offered) names.push_back(family.name);
  }
  return names;
}

std::vector<std::string_view> left_out_by(const tools::Tool& tool, const Options& options) {
  std::vector<std::string_view> settings;
  if (options.read_only && tools::changes_tenant(tool)) settings.emplace_back("AIC_READ_ONLY");
  if (!is_wanted(tool, options.tools)) settings.emplace_back("AIC_TOOLS");
  return settings;
}

}  // namespace app
