// Making and changing journeys: one PUT of the whole tree, nodes' settings included (R-JRN-01 to -12).
#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "aic/document.h"
#include "base/encoding.h"
#include "tools/journeys/change.h"
#include "tools/journeys/page_kinds.h"
#include "tools/journeys/tools.h"
#include "tools/kit/check.h"

namespace tools::journeys {
namespace {

const auto node_type_name =
    text("nodeType", "Type of the node, e.g. UsernameCollectorNode. listNodeTypes lists all.").at_least(1);
const auto display_name = text("displayName", "Name of the node in the journey editor.");
const auto connections = map_of(
    "connections",
    "Maps each outcome to the key of the next node, or to success or failure, e.g. {\"true\": \"success\"}.", text());
const auto config = any_object("config",
                               "Settings of the node. getNodeTypeDetails lists them. In a PageNode, nodes lists the "
                               "nodes of the page: [{_id, nodeType, displayName, _properties}].")
                        .restoring_secrets();
const auto node_version = text("version", "Version of the node type, e.g. 1.0. Default: set by the tenant.").optional();
const auto x = number("x", "Horizontal position in the editor. Default: unchanged or automatic.").optional();
const auto y = number("y", "Vertical position in the editor. Default: unchanged or automatic.").optional();
const auto node =
    record({node_type_name, display_name, connections, config, node_version, x, y}).decoded_by(decode_page);
const auto entry = text("entryNodeId", "Key in nodes of the first node.");
const auto nodes = map_of("nodes", "All nodes by key. A key is a UUID, or any name, for which a UUID is made.", node);
const auto spot =
    record({number("x", "Horizontal position in the editor."), number("y", "Vertical position in the editor.")});
const auto static_nodes = map_of("staticNodes",
                                 "Positions of startNode, success and failure in the editor, e.g. "
                                 "{\"startNode\": {\"x\": 50, \"y\": 250}}.",
                                 spot)
                              .optional();
const auto replace = boolean("replace", "Replace the journey if it already exists.").by_default(false);

const auto description = text("description", "What the journey is for.").optional();
const auto identity_resource =
    text("identityResource", "Object type of its users, e.g. managed/alpha_user.").optional();
const auto must_run = boolean("mustRun", "Run the journey even if the user already has a session.").optional();
const auto inner_only = boolean("innerTreeOnly", "Allow the journey only inside other journeys.").optional();
const auto enabled = boolean("enabled", "Whether the journey can be used.").optional();
const auto no_session = boolean("noSession", "Give the user no session.").optional();
const auto transactional_only = boolean("transactionalOnly", "Only to authorize transactions.").optional();
const auto ui_config =
    any_object("uiConfig",
               "Settings of the journey editor, e.g. {\"categories\": \"[]\"}. Replaces the stored object as a whole.")
        .optional();
// AM keeps times in a Java int.
constexpr std::int64_t most_minutes = std::numeric_limits<std::int32_t>::max();
const auto session_time =
    integer("maximumSessionTime", "Maximum duration of a session, in minutes; without a value, the realm's.")
        .between(0, most_minutes)
        .optional();
const auto idle_time =
    integer("maximumIdleTime", "Maximum idle time of a session, in minutes; without a value, the realm's.")
        .between(0, most_minutes)
        .optional();
// The settings of a new journey beside its graph, so that what getJourney returns can be passed on.
Param as_in_update(Param setting) {
  setting.shape.description = "As in updateJourney.";
  return setting;
}
const auto journey_data = record(
    "journeyData", "Graph and settings of the journey. getJourney with format editable returns this form.",
    {entry, nodes, static_nodes, as_in_update(description), as_in_update(identity_resource), as_in_update(must_run),
     as_in_update(inner_only), as_in_update(enabled), as_in_update(no_session), as_in_update(transactional_only),
     as_in_update(ui_config), as_in_update(session_time), as_in_update(idle_time)});
const auto new_entry = entry.described("Key in nodes of the first node. Required with nodes.").optional();
const auto new_nodes =
    map_of("nodes",
           "All nodes of the new graph by key, in the form that createJourney takes. Required with entryNodeId.", node)
        .optional();
const auto expected_revision =
    revision("revision",
             "Change the journey only if it still has this _rev. It covers the graph, not the settings of nodes.")
        .optional();
const auto force =
    boolean("force",
            "Write the journey even if it refers to itself, or to journeys or scripts that the realm does not have.")
        .by_default(false);
const auto remove_orphans =
    boolean("removeOrphans",
            "Also delete the nodes that the new graph no longer contains, unless something else uses them.")
        .by_default(false);

GivenGraph graph_of(const std::string& entry_key, const Map<Record>& given,
                    const std::optional<Map<Record>>& places = std::nullopt) {
  GivenGraph graph{.entry = entry_key};
  if (places) {
    for (const auto& [name, one] : *places) graph.static_nodes[name] = one.json();
  }
  for (const auto& [key, one] : given) {
    graph.nodes.push_back({.key = key,
                           .type = one[node_type_name],
                           .name = one[display_name],
                           .connections = one.json().at("connections"),
                           .config = one[config],
                           .version = base::member(one.json(), "version"),
                           .x = base::member(one.json(), "x"),
                           .y = base::member(one.json(), "y")});
  }
  return graph;
}

void refuse_faults(Checking& checking, const GivenGraph& graph, const std::string& place) {
  auto faults = faults_of(graph, place);
  for (const auto& one : graph.nodes) {
    for (auto& fault : page_kind_faults(one.type, one.config, fmt::format("{}.{}.config", place, shown_key(one.key)))) {
      const bool is_told = std::ranges::find(faults, fault.path, &Violation::path) != faults.end();
      if (!is_told) faults.push_back(std::move(fault));
    }
  }
  checking.refuse(std::move(faults));
}

// A new journey has no stored secrets that a stand-in could mean.
void refuse_stand_ins(Checking& checking, const GivenGraph& graph) {
  for (const auto& one : graph.nodes) {
    for (auto& found : find_placeholders(one.config, fmt::format("journeyData.nodes.{}.config", one.key)))
      checking.refuse(found.path, found.rule, found.value);
  }
}

void check_creation(Checking& checking) {
  const auto data = checking.given(journey_data);
  if (!data) return;
  const auto graph = graph_of((*data)[entry], (*data)[nodes]);
  refuse_faults(checking, graph, "journeyData.nodes");
  if (!checking.given(replace).value_or(false)) refuse_stand_ins(checking, graph);
}

// `given` is a call or one of its records.
template <typename Given, typename T>
void take(Json& settings, const Given& given, const Field<std::optional<T>>& field) {
  if (const auto value = given[field]) settings[field.name()] = *value;
}

template <typename Given>
Json given_settings(const Given& given) {
  Json settings = Json::object();
  take(settings, given, description);
  take(settings, given, identity_resource);
  take(settings, given, must_run);
  take(settings, given, inner_only);
  take(settings, given, enabled);
  take(settings, given, no_session);
  take(settings, given, transactional_only);
  take(settings, given, ui_config);
  take(settings, given, session_time);
  take(settings, given, idle_time);
  return settings;
}

net::Task<Result> create_journey(Call& call) {
  const Record data = call[journey_data];
  JourneyChange change{.realm = call[realm],
                       .name = call[journey_name],
                       .graph = graph_of(data[entry], data[nodes], data[static_nodes]),
                       .place = "journeyData.nodes",
                       .settings = given_settings(data)};
  // The tenant adds these; an older one knows neither.
  for (const auto& name : {no_session.name(), transactional_only.name()}) {
    if (base::is_false(base::member(change.settings, name)) && !call[replace]) change.settings.erase(name);
  }
  take(change.settings, call, description);
  take(change.settings, call, identity_resource);
  change.may_be_new = true;
  change.may_exist = call[replace];
  change.force = call[force];
  co_return co_await change_journey(call, std::move(change));
}

void check_update(Checking& checking) {
  // What is refused by itself reads as if it had been left out.
  if (checking.has_refused()) return;
  const auto key = checking.given(new_entry);
  const auto given = checking.given(new_nodes);
  if (checking.given(static_nodes) && !given) checking.refuse("staticNodes", "requires entryNodeId and nodes");
  if (key.has_value() != given.has_value())
    checking.refuse(key ? "nodes" : "entryNodeId", "is required: entryNodeId and nodes belong together");
  if (key && given) refuse_faults(checking, graph_of(*key, *given), "nodes");
  const bool any = key || given || checking.given(description) || checking.given(identity_resource) ||
                   checking.given(must_run) || checking.given(inner_only) || checking.given(enabled) ||
                   checking.given(no_session) || checking.given(transactional_only) || checking.given(static_nodes) ||
                   checking.given(ui_config) || checking.given(session_time) || checking.given(idle_time);
  if (!any) checking.refuse("(arguments)", "must contain at least one thing to change");
}

net::Task<Result> update_journey(Call& call) {
  JourneyChange change{.realm = call[realm], .name = call[journey_name], .settings = given_settings(call)};
  if (const auto given = call[new_nodes])
    change.graph = graph_of(call[new_entry].value_or(""), *given, call[static_nodes]);
  change.force = call[force];
  change.may_exist = true;
  change.revision = call[expected_revision].value_or("");
  change.remove_orphans = call[remove_orphans];
  co_return co_await change_journey(call, std::move(change));
}

const std::vector<Tool> writing_tools{
    {
        .name = "createJourney",
        .title = "Add journey",
        .description =
            "Creates a journey with all its nodes. getJourney with format editable returns the form of journeyData. "
            "Refuses a journey that already exists, unless replace is true.",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, journey_name, description, identity_resource, journey_data, replace, force},
        .run = create_journey,
        .check = check_creation,
    },
    {
        .name = "updateJourney",
        .title = "Edit journey",
        .description = "Changes settings of a journey, or replaces its whole graph. What is not given stays "
                       "unchanged. Returns the "
                       "nodes that the new graph no longer contains (orphans).",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, journey_name, description, identity_resource, must_run, inner_only, enabled, no_session,
                   transactional_only, ui_config, session_time, idle_time, new_entry, new_nodes, static_nodes,
                   expected_revision, remove_orphans, force},
        .run = update_journey,
        .check = check_update,
    },
};

}  // namespace

std::span<const Tool> writing() {
  return writing_tools;
}

}  // namespace tools::journeys
