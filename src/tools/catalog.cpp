#include "tools/catalog.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/encoding.h"
#include "base/nearest.h"

namespace tools {
namespace {

std::vector<const Tool*> collect() {
  std::vector<const Tool*> tools;
  for (const auto& family : families()) {
    for (const Tool& tool : family.tools) tools.push_back(&tool);
  }
  return tools;
}

}  // namespace

std::span<const Family> families() {
  static const std::vector<Family> all = {
      {"managed_objects", managed_objects::all()},
      {"managed_definitions", managed_definitions::all()},
      {"logs", logs::all()},
      {"themes", themes::all()},
      {"esvs", esvs::all()},
      {"features", features::all()},
      {"journeys", journeys::all()},
      {"journey_nodes", journey_nodes::all()},
      {"node_types", node_types::all()},
      {"scripts", scripts::all()},
      {"cors", cors::all()},
      {"oidc_apps", oidc_apps::all()},
  };
  return all;
}

std::span<const Tool* const> catalog() {
  static const std::vector<const Tool*> tools = collect();
  return tools;
}

const Tool* find_tool(std::string_view name) {
  const auto found = std::ranges::find(catalog(), name, &Tool::name);
  return found == catalog().end() ? nullptr : *found;
}

std::string unknown_tool(std::string_view name) {
  std::vector<std::string> names;
  for (const Tool* tool : catalog()) names.emplace_back(tool->name);
  const auto near = base::nearest_names(name, names, 3);
  const auto shown = base::printable(name, 80);
  if (near.empty()) return fmt::format("There is no tool \"{}\"; tools/list names all.", shown);
  return fmt::format("There is no tool \"{}\"; did you mean {}?", shown, fmt::join(near, " or "));
}

}  // namespace tools
