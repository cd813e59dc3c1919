#include "tools/journeys/outline.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/references.h"

namespace tools::journeys {
namespace {

bool says_nothing(const Json& value) {
  return value.empty() || base::is_text(value, "");  // null, [] and {} are empty
}

// Every setting that is true or false, but for `enabled`, is false where nothing else was stored.
bool is_default(std::string_view name, const Json& value) {
  return says_nothing(value) || (name != "enabled" && base::is_false(value));
}

bool is_settings_member(std::string_view name) {
  static const std::set<std::string_view> others = {"_id", "_rev", "entryNodeId", "nodes", "staticNodes", "uiConfig"};
  return !others.contains(name);
}

// The ids of the nodes, from the entry along the connections; then those that no way leads to, as they are stored.
std::vector<std::string> in_reading_order(const Json& nodes, const std::string& entry) {
  std::vector<std::string> order;
  std::set<std::string> met;
  std::deque<std::string> ahead;
  const auto meet = [&](const std::string& id) {
    if (nodes.contains(id) && met.insert(id).second) ahead.push_back(id);
  };
  meet(entry);
  while (!ahead.empty()) {
    order.push_back(ahead.front());
    ahead.pop_front();
    const Json& connections = base::member(nodes[order.back()], "connections");
    if (!connections.is_object()) continue;
    for (const Json& target : connections) {
      if (target.is_string()) meet(target.get<std::string>());
    }
  }
  for (const auto& [id, node] : nodes.items()) {
    if (!met.contains(id)) order.push_back(id);
  }
  return order;
}

class Outline {
 public:
  explicit Outline(const Journey& journey) : journey_(journey) {
    if (journey.all_nodes.is_object()) count_names(journey.all_nodes);
  }

  Json draw() const {
    Json out = head();
    Json& list = out["nodes"] = Json::array();
    const Json& nodes = base::member(journey_.tree, "nodes");
    if (!nodes.is_object()) return out;
    for (const auto& id : in_reading_order(nodes, base::text_member(journey_.tree, "entryNodeId")))
      list.push_back(node(id, nodes[id]));
    return out;
  }

 private:
  void count_names(const Json& nodes) {
    for (const auto& [id, node] : nodes.items()) ++names_[base::text_member(node, "displayName")];
  }

  Json head() const {
    Json out{{"name", base::member(journey_.tree, "_id")}};
    if (const Json& revision = base::member(journey_.tree, "_rev"); !revision.is_null()) out["revision"] = revision;
    if (journey_.tree.is_object()) {
      for (const auto& [name, value] : journey_.tree.items()) {
        if (is_settings_member(name) && !is_default(name, value)) base::append_member(out, name, value);
      }
    }
    const auto entry = base::text_member(journey_.tree, "entryNodeId");
    const auto name = base::text_member(base::member(journey_.all_nodes, entry), "displayName");
    if (!name.empty()) out["entryNode"] = name;
    out["entryNodeId"] = entry;
    return out;
  }

  Json node(const std::string& id, const Json& stored) const {
    Json out{{"id", id}};
    name_and_type(out, stored, "version");
    Json& connections = out["connections"] = Json::object();
    const Json& given = base::member(stored, "connections");
    if (given.is_object()) {
      for (const auto& [outcome, target] : given.items()) base::append_member(connections, outcome, shown(target));
    }
    add_unconnected(out, id, given);
    add_settings(out, id, stored, "version");
    add_children(out, id);
    return out;
  }

  static void name_and_type(Json& out, const Json& stored, const char* version) {
    out["displayName"] = base::text_member(stored, "displayName");
    out["nodeType"] = base::text_member(stored, "nodeType");
    if (const auto told = base::text_member(stored, version); !told.empty() && told != "1.0") out["version"] = told;
  }

  // Where a connection leads: success, failure, or the name of a node where it stands for this node alone.
  Json shown(const Json& target) const {
    if (!target.is_string()) return target;
    const auto& id = target.get_ref<const std::string&>();
    if (id == success_end) return "success";
    if (id == failure_end) return "failure";
    auto name = base::text_member(base::member(journey_.all_nodes, id), "displayName");
    const auto count = names_.find(name);
    const bool is_clear = !name.empty() && count != names_.end() && count->second == 1 && end_of(name).empty() &&
                          !journey_.all_nodes.contains(name);
    return is_clear ? Json(std::move(name)) : target;
  }

  void add_unconnected(Json& out, const std::string& id, const Json& connections) const {
    const Json& outcomes = base::member(base::member(journey_.configs, id), "_outcomes");
    if (!outcomes.is_array()) return;
    Json open = Json::array();
    for (const Json& outcome : outcomes) {
      const auto name = base::text_member(outcome, "id");
      if (!name.empty() && base::member(connections, name).is_null()) open.push_back(name);
    }
    if (!open.empty()) out["unconnectedOutcomes"] = std::move(open);
  }

  void add_settings(Json& out, const std::string& id, const Json& stored, const char* version) const {
    const Json& failure = base::member(base::member(journey_.errors, "configs"), id);
    if (!failure.is_null()) out["error"] = failure;
    const Json& config = base::member(journey_.configs, id);
    if (!config.is_object()) return;
    const auto type =
        journey_.templates.find({base::text_member(stored, "nodeType"), base::text_member(stored, version)});
    Json telling = telling_config(config, type == journey_.templates.end() ? Json(nullptr) : type->second);
    if (journey_.children.contains(id)) telling.erase("nodes");  // they stand beside it
    if (telling.empty()) return;
    Json names = Json::object();
    for (const auto& reference : references_in(telling)) add_name(names, reference);
    out["config"] = std::move(telling);
    for (auto& [member, name] : names.items()) {
      if (!out.contains(member)) base::append_member(out, member, std::move(name));
    }
  }

  // "script": "…" of the settings has "scriptName" beside them.
  void add_name(Json& names, const Reference& reference) const {
    const bool is_script = reference.kind == Named::script;
    if (!is_script && reference.kind != Named::theme) return;
    const Json& name = base::member(is_script ? journey_.script_names : journey_.theme_names, reference.name);
    if (!name.is_string()) return;
    const auto member = reference.place.substr(reference.place.rfind('/') + 1);
    const bool is_entry_of_a_list = std::ranges::all_of(member, base::is_digit);
    if (!is_entry_of_a_list) names[is_script ? member + "Name" : "themeName"] = name;
  }

  void add_children(Json& out, const std::string& id) const {
    const Json& children = base::member(journey_.children, id);
    if (!children.is_array()) return;
    Json& list = out["nodes"] = Json::array();
    for (const Json& child : children) {
      const auto child_id = base::text_member(child, "_id");
      Json shown{{"id", child_id}};
      name_and_type(shown, child, "nodeVersion");
      add_settings(shown, child_id, child, "nodeVersion");
      list.push_back(std::move(shown));
    }
  }

  const Journey& journey_;
  std::map<std::string, int> names_;
};

}  // namespace

Json telling_config(const Json& config, const Json& type_template) {
  Json telling = Json::object();
  for (const auto& [name, value] : bare_config(config).items()) {
    const Json& usual = base::member(type_template, name);
    const bool is_usual = type_template.is_object() && base::same_value(value, usual);
    if (!is_usual && !(says_nothing(value) && says_nothing(usual))) base::append_member(telling, name, value);
  }
  return telling;
}

Json errors_beside_nodes(const Journey& journey) {
  Json errors;
  if (const Json& schemas = base::member(journey.errors, "schemas"); !schemas.is_null()) errors["schemas"] = schemas;
  const Json& configs = base::member(journey.errors, "configs");
  if (!configs.is_object()) return errors;
  std::set<std::string> shown;
  const Json& nodes = base::member(journey.tree, "nodes");
  if (nodes.is_object())
    for (const auto& [id, node] : nodes.items()) shown.insert(id);
  for (const Json& children : journey.children) {
    for (const Json& child : children) shown.insert(base::text_member(child, "_id"));
  }
  for (const auto& [id, error] : configs.items()) {
    if (!shown.contains(id)) errors["nodes"][id] = error;
  }
  return errors;
}

Json outline(const Journey& journey) {
  return Outline(journey).draw();
}

}  // namespace tools::journeys
