// A journey in the form in which it can be written back (R-JRN-01).
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "tools/journeys/read.h"
#include "tools/journeys/settings.h"

namespace tools::journeys {
namespace {

bool is_text(const Json& value) {
  return value.is_string();
}
bool is_truth_value(const Json& value) {
  return value.is_boolean();
}
bool is_object(const Json& value) {
  return value.is_object();
}
bool is_minutes(const Json& value) {
  const auto whole = whole_number(value);
  return whole.value && *whole.value >= 0 && *whole.value <= std::numeric_limits<std::int32_t>::max();
}

// The settings that createJourney and updateJourney take.
struct Setting {
  const char* name;
  bool (*is_taken)(const Json& value);
};
constexpr std::array<Setting, 10> settings = {{{"description", is_text},
                                               {"identityResource", is_text},
                                               {"enabled", is_truth_value},
                                               {"innerTreeOnly", is_truth_value},
                                               {"mustRun", is_truth_value},
                                               {"noSession", is_truth_value},
                                               {"transactionalOnly", is_truth_value},
                                               {"uiConfig", is_object},
                                               {"maximumSessionTime", is_minutes},
                                               {"maximumIdleTime", is_minutes}}};

Json editable_node(const Json& stored, const Json& config, const Json& configs) {
  Json node{{"nodeType", base::text_member(stored, "nodeType")},
            {"displayName", base::text_member(stored, "displayName")}};
  if (base::member(stored, "version").is_string()) node["version"] = stored["version"];
  for (const char* name : {"x", "y"}) {
    if (base::is_number(base::member(stored, name))) node[name] = stored[name];
  }
  node["connections"] = Json::object();
  const Json& connections = base::member(stored, "connections");
  if (connections.is_object()) node["connections"] = connections;
  if (config.is_object()) node["config"] = with_children(bare_config(config), configs);
  return node;
}

}  // namespace

Json editable(const Journey& journey) {
  Json nodes = Json::object();
  const Json& stored = base::member(journey.tree, "nodes");
  if (stored.is_object()) {
    for (const auto& [id, node] : stored.items())
      nodes[id] = editable_node(node, base::member(journey.configs, id), journey.configs);
  }
  Json whole = Json::object();
  for (const auto& [name, is_taken] : settings) {
    const Json& value = base::member(journey.tree, name);
    if (is_taken(value)) whole[name] = value;
  }
  whole["entryNodeId"] = base::text_member(journey.tree, "entryNodeId");
  whole["nodes"] = std::move(nodes);
  // Where the start and the ends stand.
  if (const Json& places = base::member(journey.tree, "staticNodes"); places.is_object() && !places.empty())
    whole["staticNodes"] = places;
  if (!journey.errors.is_null()) whole["errors"] = journey.errors;
  return whole;
}

std::vector<std::string> settings_left_out(const Json& tree) {
  std::vector<std::string> names;
  for (const auto& [name, is_taken] : settings) {
    const Json& value = base::member(tree, name);
    if (!value.is_null() && !is_taken(value)) names.emplace_back(name);
  }
  // Settings that are newer than this program.
  for (const auto& [name, value] : tree.items()) {
    if (base::is_true(value) && std::ranges::find(settings, name, &Setting::name) == settings.end())
      names.push_back(name);
  }
  return names;
}

std::string why_not_writable(const Json& form) {
  GivenGraph graph{.entry = base::text_member(form, "entryNodeId")};
  for (const auto& [key, node] : form["nodes"].items()) {
    GivenNode given{.key = key,
                    .type = base::text_member(node, "nodeType"),
                    .connections = Json::object(),
                    .config = base::member(node, "config")};
    for (const auto& [outcome, target] : node["connections"].items()) {
      if (target.is_string()) given.connections[outcome] = target;
    }
    graph.nodes.push_back(std::move(given));
  }
  std::string why;
  for (const auto& fault : faults_of(graph, "nodes"))
    why += fmt::format("{}{} {}", why.empty() ? "" : "; ", fault.path, fault.rule);
  return why;
}

}  // namespace tools::journeys
