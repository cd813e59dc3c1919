// Node types: their lists, schemas, templates and outcomes. The data file has one type a line:
// settings are [type, default, title, description, first version].

#include <algorithm>

#include "sandbox/am/am.h"
#include "sandbox/data.h"

namespace sandbox::am {

namespace {

const Json& types() {
  static const Json all = base::parse_json(data::node_types_json);
  return all;
}

Json split(std::string_view text, char separator) {
  Json parts = Json::array();
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

void add_type(Json& property, const std::string& type) {
  property["type"] = "object";
  if (type.starts_with("enum:")) {
    const Json values = split(std::string_view(type).substr(5), '|');
    property["type"] = "string";
    property["enum"] = values;
    property["options"] = {{"enum_titles", values}};
    property["enumNames"] = values;
  } else if (type == "array") {
    property["items"] = {{"type", "string"}};
    property["type"] = "array";
  } else if (type == "children") {
    property["items"] = {{"type", "object"}, {"properties", Json::object()}};
    property["type"] = "array";
  } else if (type == "map") {
    property["patternProperties"] = {{".*", {{"type", "string"}}}};
  } else {
    property["type"] = type;
  }
}

Json outcome(const std::string& id, const std::string& display_name) {
  return {{"id", id}, {"displayName", display_name}};
}

Json pairs(const Json& entries) {
  Json outcomes = Json::array();
  for (const Json& entry : entries)
    outcomes.push_back(outcome(entry[0].get<std::string>(), entry[1].get<std::string>()));
  return outcomes;
}

// A page ends as its last child does; since version 2.0 outcomes name the child.
Json page_outcomes(const AmRealm& realm, const std::string& version, const Json& children) {
  if (!children.is_array() || children.empty()) return Json::array();
  const Json& last = children.back();
  const std::string id = base::text_member(last, "_id");
  const std::string type = base::text_member(last, "nodeType");
  const Json& inline_settings = base::member(last, "_properties");
  const std::string child_version = told_version(realm, last, "nodeVersion");
  const AmNode* stored = find_node(realm, type, child_version, id);
  if (node_type(type).is_null() || (!stored && !inline_settings.is_object())) return Json::array();
  Json outcomes =
      node_outcomes(realm, type, child_version, inline_settings.is_object() ? inline_settings : stored->settings);
  if (version == "2.0") {
    for (Json& entry : outcomes) entry["id"] = id + "-" + entry["id"].get<std::string>();
  }
  return outcomes;
}

}  // namespace

const Json& node_type(std::string_view id) {
  return base::member(types(), id);
}

std::vector<std::string> node_type_ids() {
  std::vector<std::string> ids;
  for (const auto& [id, type] : types().items()) ids.push_back(id);
  return ids;
}

bool has_version(std::string_view type, std::string_view version) {
  return version == "1.0" || base::is_text(base::member(node_type(type), "latest"), version);
}

Json node_type_summary(const std::string& id) {
  const Json& type = node_type(id);
  return {{"_id", id},
          {"name", type["name"]},
          {"collection", true},
          {"tags", type["tags"]},
          {"metadata", {{"tags", type["tags"]}}},
          {"help", type["help"]}};
}

Json node_settings(const std::string& id, const std::string& version) {
  Json settings = Json::object();
  for (const auto& [name, setting] : node_type(id)["settings"].items()) {
    // The fifth member is the version that brought the setting.
    if (setting.size() < 5 || setting[4].get<std::string>() <= version) settings[name] = setting;
  }
  return settings;
}

Json node_schema(const std::string& id, const std::string& version) {
  Json schema = {{"type", "object"}};
  Json required = Json::array();
  int order = 0;
  for (const auto& [name, setting] : node_settings(id, version).items()) {
    Json property = {{"title", setting[2]}, {"description", setting[3]}, {"propertyOrder", order += 100}};
    add_type(property, setting[0].get<std::string>());
    property["exampleValue"] = "";
    if (!setting[1].is_null()) {
      property["default"] = setting[1];
      required.push_back(name);
    }
    schema["properties"][name] = property;
  }
  schema["required"] = required;
  return schema;
}

Json node_template(const std::string& id, const std::string& version) {
  Json defaults = Json::object();
  for (const auto& [name, setting] : node_settings(id, version).items()) {
    if (!setting[1].is_null()) defaults[name] = setting[1];
  }
  return defaults;
}

Json node_outcomes(const AmRealm& realm, const std::string& type, const std::string& version, const Json& settings) {
  const Json& definition = node_type(type);
  if (type == "PageNode") return page_outcomes(realm, version, base::member(settings, "nodes"));
  Json outcomes = pairs(definition["outcomes"]);
  for (const Json& name : base::member(definition, "outcomes_from")) {
    for (const Json& value : base::member(settings, name.get<std::string>())) {
      if (value.is_string()) outcomes.push_back(outcome(value.get<std::string>(), value.get<std::string>()));
    }
  }
  for (const Json& entry : base::member(definition, "outcomes_if")) {
    if (base::is_true(base::member(settings, entry[0].get<std::string>()))) {
      outcomes.push_back(outcome(entry[1].get<std::string>(), entry[2].get<std::string>()));
    }
  }
  for (const Json& entry : pairs(base::member(definition, "outcomes_last"))) outcomes.push_back(entry);
  return outcomes;
}

}  // namespace sandbox::am
