// The settings of a journey's nodes beside a write: reading them, and whether what the tenant shows is what was asked
// (R-WRT-07, -09). The tree of a journey never shows them.
#pragma once

#include <string>
#include <vector>

#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// What a planned journey brings to one node; `settings` is null where the node only has to exist.
struct NodeSettings {
  NodeRef node;
  Json settings;
};

// Of all nodes of the plan, pages' children too. What a page brings to its children is theirs alone.
std::vector<NodeSettings> settings_in(const Plan& plan);

// Node id → settings as the tenant shows them; null for a node that does not exist; without those that could not be
// read.
net::Task<Json> read_settings(Call& call, std::string realm, std::vector<NodeRef> nodes);

// What the tenant shows, in the members that were asked for. Settings that it adds do not matter, nor do secrets it
// keeps to itself (left out or null), nor empty ones it leaves out, nor the order of a list that it keeps as a set.
enum class Order { matters, may_differ };
Json shown_as_asked(const Json& wanted, const Json& shown, Order order = Order::may_differ);

// True when the tenant shows exactly these settings, so that writing them would change nothing.
bool are_stored(const std::vector<NodeSettings>& planned, const Json& shown);

// True when both looks at these nodes show the same.
bool are_alike(const std::vector<NodeRef>& nodes, const Json& then, const Json& now);

// How the settings of a plan stand in the tenant.
struct SettingsState {
  bool hold = true;                      // all are as planned
  Json problems = Json::array();         // [{nodeType, nodeId, problem}]: missing, or not as planned
  std::vector<std::string> unread = {};  // node ids
};
SettingsState compare_settings(const std::vector<NodeSettings>& planned, const Json& shown);

// The page's settings with those of its children in place, as far as `configs` has them.
Json with_children(Json page, const Json& configs);

}  // namespace tools::journeys
