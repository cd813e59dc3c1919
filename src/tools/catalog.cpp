#include "tools/catalog.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/encoding.h"
#include "base/nearest.h"

namespace tools {

// The tables: each source file that has tools ends with one.
namespace managed_objects {
std::span<const Tool> reading(), writing();
}
namespace managed_definitions {
std::span<const Tool> types(), relationships();
}
namespace session {
std::span<const Tool> all();
}
namespace logs {
std::span<const Tool> all();
}
namespace themes {
std::span<const Tool> all();
}
namespace esvs {
std::span<const Tool> all();
}
namespace features {
std::span<const Tool> all();
}
namespace journeys {
std::span<const Tool> reading(), writing(), removal(), default_journey(), pictures();
}
namespace journey_nodes {
std::span<const Tool> all();
}
namespace node_types {
std::span<const Tool> all();
}
namespace scripts {
std::span<const Tool> reading(), writing();
}
namespace cors {
std::span<const Tool> all();
}
namespace oidc_apps {
std::span<const Tool> reading(), creation(), changes();
}
namespace references {
std::span<const Tool> all();
}
namespace {

Family family(std::string_view name, std::initializer_list<std::span<const Tool>> tables) {
  Family family{.name = name, .tools = {}};
  for (const auto table : tables) {
    for (const Tool& tool : table) family.tools.push_back(&tool);
  }
  return family;
}

std::vector<const Tool*> collect() {
  std::vector<const Tool*> tools;
  for (const auto& family : families()) tools.insert(tools.end(), family.tools.begin(), family.tools.end());
  return tools;
}

}  // namespace

std::span<const Family> families() {
  static const std::vector<Family> all = {
      family("managed_objects", {managed_objects::reading(), managed_objects::writing()}),
      family("managed_definitions", {managed_definitions::types(), managed_definitions::relationships()}),
      family("logs", {logs::all()}),
      family("themes", {themes::all()}),
      family("esvs", {esvs::all()}),
      family("features", {features::all()}),
      family("journeys", {journeys::reading(), journeys::writing(), journeys::removal(), journeys::default_journey(),
                          journeys::pictures()}),
      family("journey_nodes", {journey_nodes::all()}),
      family("node_types", {node_types::all()}),
      family("scripts", {scripts::reading(), scripts::writing()}),
      family("cors", {cors::all()}),
      family("oidc_apps", {oidc_apps::reading(), oidc_apps::creation(), oidc_apps::changes()}),
      family("references", {references::all()}),
      family("session", {session::all()}),
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
  if (near.empty()) return fmt::format("There is no tool \"{}\"; tools/list lists all tools.", shown);
  return fmt::format("There is no tool \"{}\"; did you mean {}?", shown, fmt::join(near, " or "));
}

}  // namespace tools
