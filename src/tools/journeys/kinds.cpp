#include "tools/journeys/kinds.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paths.h"
#include "aic/pointer.h"
#include "base/nearest.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/references.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/kinds.h"
#include "tools/kit/secrets.h"

namespace tools::journeys {
namespace {

// Versions are counted up from 1.0, as getNodeTypeDetails counts them.
constexpr int most_versions = 20;
constexpr std::size_t most_names = 20;

// AM's schemas without any setting have no `properties`.
bool tells_settings(const Json& schema) {
  return base::member(schema, "properties").is_object() || base::member(schema, "patternProperties").is_object() ||
         (base::is_text(base::member(schema, "type"), "object") && base::member(schema, "required").is_array());
}

bool takes_others(const Json& schema) {
  const Json& others = base::member(schema, "additionalProperties");
  return base::member(schema, "patternProperties").is_object() || others.is_object() || base::is_true(others);
}

// Whether the listed choices are not all that there is. Of what is named elsewhere in the realm, the realm itself tells
// whether it is there.
bool is_open_choice(const std::string& name, const Json& value, const Json& property) {
  return property.contains("anyOf") || property.contains("oneOf") || base::is_text(value, "[Empty]") ||
         !references_in({{name, value}}).empty();
}

std::vector<std::string> names_of(const Json& object) {
  std::vector<std::string> names;
  if (!object.is_object()) return names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

bool is_stored(const FittedNode& node, const std::string& name, const Json& value) {
  const auto found = node.stored.find(name);
  return found != node.stored.end() && base::same_value(*found, value);
}

// What the tenant adds to settings that it shows is none of them.
bool is_setting(const std::string& name) {
  return !name.starts_with('_');
}

bool brings_something(const FittedNode& node) {
  if (!node.version.empty() && node.stored.is_null()) return true;
  if (!node.settings) return false;
  const auto settings = node.settings->items();
  return std::ranges::any_of(
      settings, [&](const auto& one) { return is_setting(one.key()) && !is_stored(node, one.key(), one.value()); });
}

bool is_to_be_fitted(FittedNode& node) {
  if (node.settings && !node.settings->is_object()) node.settings = nullptr;
  return !node.type.empty() && brings_something(node);
}

std::string in_quotes(const std::string& key) {
  return "\"" + shown_key(key) + "\"";
}

std::string listed(std::vector<std::string> keys) {
  const auto count = keys.size();
  if (count > most_names) keys.resize(most_names);
  for (auto& key : keys) key = in_quotes(key);
  auto list = fmt::format("{}", fmt::join(keys, ", "));
  if (count > most_names) list += fmt::format(" and {} more", count - most_names);
  return list;
}

}  // namespace

void FittedSettings::add(FittedNode node) {
  if (is_to_be_fitted(node)) nodes_.push_back(std::move(node));
}

net::Task<> FittedSettings::read_ahead(std::vector<FittedNode> nodes) {
  std::erase_if(nodes, [](FittedNode& node) { return !is_to_be_fitted(node); });
  co_await read_schemas(types_of(nodes));
}

net::Task<std::vector<std::string>> FittedSettings::fit() {
  co_await read_schemas(types_of(nodes_));
  co_await find_versions();
  for (const auto& node : nodes_) look_at(node);
  co_await judge_nulls();
  if (!faults_.empty()) throw violations_error(faults_);
  co_return notes();
}

std::set<FittedSettings::NodeType> FittedSettings::types_of(const std::vector<FittedNode>& nodes) {
  std::set<NodeType> types;
  for (const auto& node : nodes) types.emplace(node.type, node.version);
  return types;
}

net::Task<> FittedSettings::read_schemas(std::set<NodeType> wanted) {
  std::erase_if(wanted, [this](const NodeType& type) { return schemas_.contains(type) || unread_.contains(type); });
  const std::vector<NodeType> types(wanted.begin(), wanted.end());
  std::vector<Ask> asks;
  asks.reserve(types.size());
  for (const auto& [type, version] : types) {
    asks.emplace_back(
        [this, &type, &version] { return ask_type(call_.tenant(), realm_, type, version, "schema", Json::object()); });
  }
  auto answers = co_await ask_all(call_, "schemas of node types", std::move(asks));
  for (std::size_t i = 0; i < types.size(); ++i) {
    need_body(answers[i], types[i].first);
    if (const auto& error = answers[i].error)
      unread_.emplace(types[i], *error);
    else
      schemas_.emplace(types[i], std::move(answers[i].body));
  }
}

// Types that were asked for in a version that there is not.
std::vector<std::string> FittedSettings::types_in_doubt() const {
  std::vector<std::string> types;
  for (const auto& [type, error] : unread_) {
    const bool is_new = std::ranges::find(types, type.first) == types.end();
    if (is_new && !type.second.empty() && is_missing(error)) types.push_back(type.first);
  }
  return types;
}

// The versions that there are of such types. A tenant from before there were versions has none: there, nothing is
// known.
net::Task<> FittedSettings::find_versions() {
  auto types = types_in_doubt();
  for (int number = 1; !types.empty() && number <= most_versions; ++number)
    types = co_await with_version(std::move(types), fmt::format("{}.0", number));
}

// Those of the types that have the version; notes it.
net::Task<std::vector<std::string>> FittedSettings::with_version(std::vector<std::string> types, std::string version) {
  std::vector<Ask> asks;
  asks.reserve(types.size());
  for (const auto& type : types) {
    asks.emplace_back([this, &type, &version] {
      auto target = aic::node_type(realm_, type, version).query("_action", "schema");
      return call_.tenant().post(std::move(target), Json::object(), am_question(aic::node_headers(version)));
    });
  }
  const auto answers = co_await ask_all(call_, "versions of node types", std::move(asks));
  std::vector<std::string> found;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (answers[i].error || !answers[i].body.is_object()) continue;
    versions_[types[i]].push_back(version);
    found.push_back(types[i]);
  }
  co_return found;
}

void FittedSettings::look_at(const FittedNode& node) {
  const auto schema = schemas_.find({node.type, node.version});
  if (schema == schemas_.end()) {
    const auto versions = versions_.find(node.type);
    const auto& error = unread_.at({node.type, node.version});
    if (versions != versions_.end() && is_missing(error) && node.stored.is_null())
      faults_.push_back({node.version_place,
                         fmt::format("must be a version of {} that this realm has: {} (node {})", shown_key(node.type),
                                     fmt::join(versions->second, ", "), in_quotes(node.key)),
                         short_form(node.version)});
    return;
  }
  if (!node.settings || !tells_settings(schema->second)) return;
  for (const auto& item : node.settings->items()) {
    const bool is_kept = is_stored(node, item.key(), item.value()) || base::is_text(item.value(), hidden_secret);
    if (is_setting(item.key()) && !is_kept) look_at_setting(node, item.key(), item.value(), schema->second);
  }
}

void FittedSettings::look_at_setting(const FittedNode& node, const std::string& name, Json& value, const Json& schema) {
  Json property = base::member(base::member(schema, "properties"), name);
  if (property.is_null() && !takes_others(schema)) {
    if (!node.stored.contains(name)) refuse_unknown(node, name, schema);
    return;
  }
  if (property.is_null()) property = Kinds(schema).at(aic::Pointer(std::vector<std::string>{name})).schema();
  if (!property.is_object()) return;
  if (value.is_null() && property.contains("default") && property["default"].is_null()) return;
  if (is_open_choice(name, value, property)) property.erase("enum");
  const Kinds kinds(property, Kinds::Esvs::fit_everywhere);
  kinds.decode(value);
  Violations faults;
  kinds.find_faults(value, fmt::format("{}.{}", node.place, shown_key(name)), faults);
  for (auto& fault : faults) {
    fault.rule += fmt::format(" (node {})", in_quotes(node.key));
    if (is_secret_name(name)) fault.value.clear();
    if (value.is_null())
      nulls_.push_back({{node.type, node.version}, name, std::move(fault)});
    else
      faults_.push_back(std::move(fault));
  }
}

void FittedSettings::refuse_unknown(const FittedNode& node, const std::string& name, const Json& schema) {
  auto names = names_of(base::member(schema, "properties"));
  const auto near = base::nearest_names(name, names, 1);
  const auto kinship = names.empty()   ? std::string("the type has no settings")
                       : !near.empty() ? fmt::format("a similar setting is {}", near.front())
                                       : fmt::format("its settings are {}", listed(names));
  faults_.push_back(
      {fmt::format("{}.{}", node.place, shown_key(name)),
       fmt::format("is not a setting of {}; {} (node {})", shown_key(node.type), kinship, in_quotes(node.key)),
       {}});
}

// Where a type's own defaults are null, that may be given, too.
net::Task<> FittedSettings::judge_nulls() {
  std::set<NodeType> wanted;
  for (const auto& one : nulls_) wanted.insert(one.type);
  const std::vector<NodeType> types(wanted.begin(), wanted.end());
  std::vector<Ask> asks;
  asks.reserve(types.size());
  for (const auto& [type, version] : types) {
    asks.emplace_back([this, &type, &version] {
      return ask_type(call_.tenant(), realm_, type, version, "template", Json::object());
    });
  }
  const auto answers = co_await ask_all(call_, "templates of node types", std::move(asks));
  for (auto& one : nulls_) {
    const auto at = static_cast<std::size_t>(std::ranges::find(types, one.type) - types.begin());
    const Json& defaults = answers[at].body;
    const bool is_default = defaults.contains(one.name) && defaults[one.name].is_null();
    if (!answers[at].error && !is_default) faults_.push_back(std::move(one.fault));
  }
}

std::vector<std::string> FittedSettings::notes() const {
  std::vector<std::string> notes;
  const auto note = [&](const NodeType& type, const std::string& why) {
    std::vector<std::string> keys;
    for (const auto& node : nodes_) {
      if (NodeType(node.type, node.version) == type) keys.push_back(node.key);
    }
    if (keys.empty()) return;  // read ahead, but not needed
    notes.push_back(fmt::format("The settings of {} were not checked against the schema of {}: {}.", listed(keys),
                                shown_key(type.first), why));
  };
  for (const auto& [type, error] : unread_) note(type, error.message);
  for (const auto& [type, schema] : schemas_) {
    if (!tells_settings(schema)) note(type, "it lists no settings");
  }
  return notes;
}

// By the title of the setting that the refusal tells, or by the settings that would have been right.
std::vector<std::string> FittedSettings::keys_meant_by(const base::Error& refusal) const {
  auto valid = std::vector<std::string>();
  for (const Json& one : base::member(refusal.detail, "validAttributes")) {
    if (one.is_string()) valid.push_back(one.get<std::string>());
  }
  std::ranges::sort(valid);
  std::vector<std::string> keys;
  for (const auto& node : nodes_) {
    const auto schema = schemas_.find({node.type, node.version});
    if (schema == schemas_.end()) continue;
    const Json& properties = base::member(schema->second, "properties");
    auto names = names_of(properties);
    std::ranges::sort(names);
    const bool has_title = std::ranges::any_of(names, [&](const std::string& name) {
      const auto title = base::text_member(properties[name], "title");
      return !title.empty() && refusal.tenant_message.ends_with(title);
    });
    if (valid.empty() ? has_title : names == valid) keys.push_back(node.key);
  }
  return keys;
}

void FittedSettings::name_nodes(base::Error& refusal) const {
  if (refusal.status != 400 || nodes_.empty()) return;
  const auto told = refusal.message + refusal.tenant_message + base::print_json(refusal.detail);
  const bool is_named = std::ranges::any_of(
      nodes_, [&](const FittedNode& node) { return told.find(in_quotes(node.key)) != std::string::npos; });
  if (is_named) return;
  if (const auto keys = keys_meant_by(refusal); !keys.empty()) {
    refusal.message += fmt::format(" (this may refer to {})", listed(keys));
    return;
  }
  std::vector<std::string> keys;
  keys.reserve(nodes_.size());
  for (const auto& node : nodes_) keys.push_back(node.key);
  refusal.message +=
      fmt::format(" (if this refers to a node, the tenant does not say which; the nodes sent are {})", listed(keys));
}

}  // namespace tools::journeys
