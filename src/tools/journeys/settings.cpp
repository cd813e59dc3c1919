#include "tools/journeys/settings.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/difference.h"
#include "aic/failure.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/secrets.h"

namespace tools::journeys {
namespace {

// A page's child as the tenant shows it, in the members that were sent; it adds some, and does not show the child's
// settings there.
Json shown_child(const Json& asked, const Json& shown) {
  Json kept = Json::object();
  for (const auto& [name, value] : asked.items()) {
    if (name == "_properties")
      kept[name] = value;
    else if (shown.contains(name))
      kept[name] = shown[name];
  }
  return kept;
}

Json shown_children(const Json& wanted, const Json& shown) {
  if (!shown.is_array() || !wanted.is_array()) return shown;
  Json out = Json::array();
  for (const Json& child : shown) {
    const auto id = base::text_member(child, "_id");
    const auto asked =
        std::ranges::find_if(wanted, [&](const Json& one) { return base::text_member(one, "_id") == id; });
    out.push_back(id.empty() || asked == wanted.end() ? child : shown_child(*asked, child));
  }
  return out;
}

// The same texts and numbers in another order: the tenant keeps some lists as sets.
bool is_reordered(const Json& wanted, const Json& shown) {
  constexpr std::size_t longest = 1'000;
  if (!wanted.is_array() || !shown.is_array() || wanted.size() > longest) return false;
  const auto is_plain = [](const Json& list) {
    return std::ranges::none_of(list, [](const Json& entry) { return entry.is_structured(); });
  };
  return is_plain(wanted) && is_plain(shown) &&
         std::ranges::is_permutation(wanted, shown,
                                     [](const Json& one, const Json& other) { return base::same_value(one, other); });
}

// Takes what a page brings to its children out of the page's settings.
std::vector<NodeSettings> take_children(Json& page) {
  std::vector<NodeSettings> children;
  if (!base::member(page, "nodes").is_array()) return children;
  for (Json& child : page["nodes"]) {
    NodeSettings one{{base::text_member(child, "_id"), base::text_member(child, "nodeType"),
                      base::text_member(child, "nodeVersion")},
                     nullptr};
    if (base::member(child, "_properties").is_object()) {
      one.settings = bare_config(child["_properties"]);
      child.erase("_properties");
    }
    if (!one.node.type.empty()) children.push_back(std::move(one));
  }
  return children;
}

std::string problem_of(const Json& wanted, const Json& shown) {
  if (shown.is_null()) return "missing";
  if (wanted.is_null()) return {};
  const auto missed = aic::differences(wanted, shown_as_asked(wanted, shown));
  return missed.empty() ? std::string() : "not as requested at " + aic::describe(missed);
}

}  // namespace

std::vector<NodeSettings> settings_in(const Plan& plan) {
  std::vector<NodeSettings> all;
  for (const auto& [id, node] : plan.nodes.items()) {
    NodeSettings own{{id, base::text_member(node, "nodeType"), base::text_member(node, "version")},
                     bare_config(node["config"])};
    auto children = own.node.type == page_type ? take_children(own.settings) : std::vector<NodeSettings>();
    all.push_back(std::move(own));
    std::ranges::move(children, std::back_inserter(all));
  }
  return all;
}

net::Task<Json> read_settings(Call& call, std::string realm, std::vector<NodeRef> nodes) {
  std::vector<Ask> asks;
  asks.reserve(nodes.size());
  for (const auto& node : nodes) {
    asks.emplace_back([&call, &realm, &node] { return get_node(call.tenant(), realm, node); });
  }
  auto answers = co_await ask_all(call, "node settings", std::move(asks));
  Json settings = Json::object();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& error = answers[i].error;
    if (!error || is_missing(*error)) settings[nodes[i].id] = std::move(answers[i].body);
  }
  co_return settings;
}

Json shown_as_asked(const Json& wanted, const Json& shown, Order order) {
  Json out = Json::object();
  for (const auto& [name, value] : wanted.items()) {
    const bool is_there = shown.is_object() && shown.contains(name);
    const bool is_alike = is_there && order == Order::may_differ && is_reordered(value, shown[name]);
    if (is_there && !is_alike && !shown[name].is_null())
      out[name] = name == "nodes" ? shown_children(value, shown[name]) : shown[name];
    else if (is_there || value.empty() || base::is_text(value, "") || is_secret_name(name))
      out[name] = value;
  }
  return out;
}

bool are_stored(const std::vector<NodeSettings>& planned, const Json& shown) {
  return std::ranges::all_of(planned, [&](const NodeSettings& one) {
    const Json& stored = base::member(shown, one.node.id);
    return stored.is_object() &&
           (one.settings.is_null() || aic::differences(one.settings, bare_config(stored)).empty());
  });
}

bool are_alike(const std::vector<NodeRef>& nodes, const Json& then, const Json& now) {
  return std::ranges::all_of(nodes, [&](const NodeRef& node) {
    if (!then.contains(node.id) || !now.contains(node.id)) return false;
    const Json& before = then[node.id];
    const Json& after = now[node.id];
    return before.is_null() == after.is_null() && aic::differences(bare_config(before), bare_config(after)).empty();
  });
}

SettingsState compare_settings(const std::vector<NodeSettings>& planned, const Json& shown) {
  SettingsState state;
  for (const auto& [node, settings] : planned) {
    const auto found = shown.find(node.id);
    if (found == shown.end()) {
      state.unread.push_back(node.id);
      continue;
    }
    const auto problem = problem_of(settings, *found);
    if (problem.empty()) continue;
    state.problems.push_back(as_argument(node));
    state.problems.back()["problem"] = problem;
  }
  state.hold = state.problems.empty() && state.unread.empty();
  return state;
}

Json with_children(Json page, const Json& configs) {
  if (!base::member(page, "nodes").is_array()) return page;
  for (Json& child : page["nodes"]) {
    const Json& config = base::member(configs, base::text_member(child, "_id"));
    if (config.is_object()) child["_properties"] = bare_config(config);
  }
  return page;
}

}  // namespace tools::journeys
