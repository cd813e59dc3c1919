#include "tools/managed/definition_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "aic/difference.h"
#include "base/encoding.h"
#include "tools/data.h"
#include "tools/kit/kinds.h"
#include "tools/managed/config.h"

namespace tools::definitions {
namespace {

using aic::Pointer;

const Kinds& kinds() {
  static const Json facts = base::parse_json(data::definition_kinds_json);
  static const Kinds all(facts);
  return all;
}

const Kinds& property_kinds() {
  static const Kinds property = kinds().at(Pointer::parse("/schema/properties/any"));
  return property;
}

std::optional<std::size_t> list_index(const std::string& token, std::size_t size) {
  if (token == "-") return size;
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (failure != std::errc() || end != token.data() + token.size() || index > size) return std::nullopt;
  return index;
}

// The container of the operation's place; objects on the way are made. Null where a text or number is in the way.
Json* container_of(Json& definition, const Pointer& field) {
  Json* at = &definition;
  for (std::size_t i = 0; i + 1 < field.tokens().size(); ++i) {
    const auto& token = field.tokens()[i];
    if (at->is_array()) {
      const auto index = list_index(token, at->size());
      if (!index || *index == at->size()) return nullptr;
      at = &(*at)[*index];
    } else if (at->is_object()) {
      at = &(*at)[token];
      if (at->is_null()) *at = Json::object();
    } else {
      return nullptr;
    }
  }
  return at->is_structured() ? at : nullptr;
}

void apply_to_list(Json& list, const std::string& token, Operation::Kind kind, const Json& value) {
  const auto index = list_index(token, list.size());
  if (!index) return;
  const auto place = list.begin() + static_cast<std::ptrdiff_t>(*index);
  if (kind == Operation::Kind::add)
    list.insert(place, value);
  else if (*index < list.size() && kind == Operation::Kind::remove)
    list.erase(place);
  else if (*index < list.size())
    *place = value;
}

void apply_to_object(Json& object, const std::string& token, Operation::Kind kind, const Json& value) {
  if (kind == Operation::Kind::remove) {
    object.erase(token);
    return;
  }
  Json& member = object[token];
  // Adding to a list appends to it.
  const bool appends = kind == Operation::Kind::add && member.is_array();
  if (!appends)
    member = value;
  else if (value.is_array())
    member.insert(member.end(), value.begin(), value.end());
  else
    member.push_back(value);
}

bool has_type(const Json& property, std::string_view type) {
  const Json& stated = base::member(property, "type");
  return base::is_text(stated, type) || base::lists_text(stated, type);
}

void collect_references(const Json& value, const std::string& path, const Pointer& at, std::vector<Pointer>& found) {
  const Json& collection = base::member(value, "resourceCollection");
  const bool refers = base::is_text(collection, path) ||
                      (collection.is_array() && std::ranges::any_of(collection, [&](const Json& entry) {
                         return base::is_text(base::member(entry, "path"), path);
                       }));
  if (refers) found.push_back(at);
  if (!value.is_structured()) return;
  for (const auto& [key, child] : value.items()) collect_references(child, path, at / key, found);
}

void find_missing_names(const Json& schema, const char* list, std::vector<std::string>& faults) {
  const Json& names = base::member(schema, list);
  if (names.is_null()) return;
  if (!names.is_array()) {
    faults.push_back(fmt::format("schema.{} must be an array of property names", list));
    return;
  }
  const Json& properties = base::member(schema, "properties");
  for (const Json& name : names) {
    const bool exists = name.is_string() && properties.is_object() && properties.contains(name.get<std::string>());
    if (!exists)
      faults.push_back(fmt::format("schema.{} lists {}, which is not in schema.properties", list,
                                   base::printable(base::print_json(name), 100)));
  }
}

// The relationship itself, where the property is an array of them.
const Json& relation_of(const Json& property) {
  return has_type(property, "array") ? base::member(property, "items") : property;
}

// Types other than this one that are not as they should be; null for one that should not be there.
std::vector<std::pair<std::string, Json>> hit_types(std::string_view type, const Json& wanted, const Json& stored) {
  std::vector<std::pair<std::string, Json>> hit;
  for (const auto& name : managed::type_names(wanted)) {
    const Json& should = managed::definition_of(wanted, name);
    if (name != type && !aic::differences(should, managed::definition_of(stored, name)).empty())
      hit.emplace_back(name, should);
  }
  for (const auto& name : managed::type_names(stored)) {
    if (name != type && !managed::index_of(wanted, name)) hit.emplace_back(name, nullptr);
  }
  return hit;
}

base::Error partial(std::string message) {
  base::Error error(base::Errc::partial, std::move(message));
  error.next = "Read the type with getManagedObjectSchema and compare before you change anything else.";
  return error;
}

}  // namespace

void decode(Json& definition) {
  kinds().decode(definition);
}

void decode_property(Json& property) {
  property_kinds().decode(property);
}

void decode_operation(Json& operation) {
  const auto value = operation.find("value");
  const auto field = base::text_member(operation, "field");
  if (value == operation.end() || !syntax::json_pointer.violation(field).empty()) return;
  const auto kind = base::text_member(operation, "operation");
  if (kind == "remove" && value->is_null()) {
    operation.erase("value");
    return;
  }
  kinds().of_operand(Pointer::parse(field), kind == "add", *value).decode(*value);
}

Violations kind_faults(const Json& definition, const std::string& path) {
  Violations faults;
  kinds().find_faults(definition, path, faults);
  return faults;
}

Violations property_kind_faults(const Json& property, const std::string& path) {
  Violations faults;
  property_kinds().find_faults(property, path, faults);
  return faults;
}

Violations value_kind_faults(const Operation& operation, const std::string& path) {
  Violations faults;
  if (operation.kind != Operation::Kind::remove && operation.value)
    kinds()
        .of_operand(operation.field, operation.kind == Operation::Kind::add, *operation.value)
        .find_faults(*operation.value, path, faults);
  return faults;
}

std::string place_fault(const Json& definition, const Operation& operation) {
  if (operation.field.is_root()) return "the whole definition cannot be changed at once";
  if (operation.kind == Operation::Kind::remove) return {};  // what is not there need not be removed
  auto tokens = operation.field.tokens();
  const auto token = tokens.back();
  tokens.pop_back();
  const Pointer parent(std::move(tokens));
  const auto name = parent.is_root() ? "the definition" : parent.str();
  const Json* container = aic::find(definition, parent);
  if (!container) return fmt::format("there is no {} to contain it", name);
  if (!container->is_structured()) return fmt::format("{} is neither an object nor a list", name);
  if (container->is_object()) return {};
  const auto index = list_index(token, container->size());
  const bool is_there = index && (*index < container->size() || operation.kind == Operation::Kind::add);
  return is_there ? "" : fmt::format("the list {} has {} entries and no index {}", name, container->size(), token);
}

Json patched(Json definition, const Operation& operation) {
  if (operation.field.is_root() || (operation.kind != Operation::Kind::remove && !operation.value)) return definition;
  Json changed = definition;
  Json* container = container_of(changed, operation.field);
  if (!container) return definition;
  const auto& token = operation.field.tokens().back();
  const Json value = operation.value.value_or(nullptr);
  const bool removes_nothing = operation.kind == Operation::Kind::remove && !aic::find(definition, operation.field);
  if (removes_nothing) return definition;
  if (container->is_array())
    apply_to_list(*container, token, operation.kind, value);
  else
    apply_to_object(*container, token, operation.kind, value);
  return changed;
}

bool is_relationship(const Json& property) {
  if (has_type(property, "relationship")) return true;
  return has_type(property, "array") && has_type(base::member(property, "items"), "relationship");
}

std::optional<Pointer> find_relationship(const Json& value, const Pointer& at) {
  if (is_relationship(value)) return at;
  if (!value.is_structured()) return std::nullopt;
  for (const auto& [key, child] : value.items()) {
    if (auto found = find_relationship(child, at / key)) return found;
  }
  return std::nullopt;
}

std::optional<Pointer> touched_relationship(const Json& definition, const Operation& operation) {
  Pointer at;
  for (const auto& token : operation.field.tokens()) {
    at = at / token;
    const Json* here = aic::find(definition, at);
    if (here && is_relationship(*here)) return at;
  }
  if (const Json* old = aic::find(definition, operation.field)) {
    if (auto inside = find_relationship(*old, operation.field)) return inside;
  }
  if (operation.value) {
    if (auto inside = find_relationship(*operation.value, operation.field)) return inside;
  }
  // A relationship can also come about around the place, by its `type` alone.
  const Json after = patched(definition, operation);
  at = Pointer();
  for (const auto& token : operation.field.tokens()) {
    const Json* here = aic::find(after, at);
    if (here && is_relationship(*here)) return at;
    at = at / token;
  }
  return std::nullopt;
}

std::vector<std::string> references_to(const Json& config, std::string_view type) {
  const auto path = "managed/" + std::string(type);
  std::vector<std::string> list;
  for (const Json& definition : base::member(config, "objects")) {
    const auto name = base::text_member(definition, "name");
    if (name == type) continue;
    std::vector<Pointer> found;
    collect_references(definition, path, Pointer(), found);
    for (const auto& place : found) list.push_back(name + ": " + place.str());
  }
  return list;
}

bool is_built_in(std::string_view type) {
  static constexpr std::array<std::string_view, 8> kinds{"user",  "role",        "assignment", "organization",
                                                         "group", "application", "aiagent",    "aiagentprivilege"};
  for (const std::string_view realm : {"alpha_", "bravo_"}) {
    if (type.starts_with(realm)) return std::ranges::find(kinds, type.substr(realm.size())) != kinds.end();
  }
  return false;
}

std::vector<std::string> new_faults(const Json& before, const Json& after) {
  const auto all = [](const Json& definition) {
    auto faults = schema_faults(definition);
    for (const auto& fault : kind_faults(definition, {}))
      faults.push_back(fmt::format("{} {}", fault.path, fault.rule));
    return faults;
  };
  const auto known = all(before);
  auto faults = all(after);
  std::erase_if(faults, [&](const auto& fault) { return std::ranges::find(known, fault) != known.end(); });
  return faults;
}

std::vector<std::string> schema_faults(const Json& definition) {
  if (definition.empty()) return {"must not be empty: a type needs at least a schema"};
  if (!definition.contains("schema")) return {};
  const Json& schema = definition["schema"];
  if (!schema.is_object()) return {"schema must be an object"};
  std::vector<std::string> faults;
  if (!base::member(schema, "properties").is_object()) faults.emplace_back("schema.properties must be an object");
  find_missing_names(schema, "required", faults);
  find_missing_names(schema, "order", faults);
  return faults;
}

std::vector<std::string> relationship_faults(const Json& property) {
  if (!is_relationship(property))
    return {R"(must be {"type":"relationship",…} or {"type":"array","items":{"type":"relationship",…}})"};
  const Json& collection = base::member(relation_of(property), "resourceCollection");
  if (!collection.is_array() || collection.empty()) return {"must have a resourceCollection with at least one entry"};
  const bool named =
      std::ranges::all_of(collection, [](const Json& entry) { return !base::text_member(entry, "path").empty(); });
  if (!named) return {"must have a path in every entry of its resourceCollection, such as managed/alpha_user"};
  return {};
}

std::vector<std::string> related_paths(const Json& property) {
  constexpr std::string_view prefix = "managed/";
  std::vector<std::string> paths;
  for (const Json& entry : base::member(relation_of(property), "resourceCollection")) {
    auto path = base::text_member(entry, "path");
    paths.push_back(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
  }
  return paths;
}

bool shows_change(const Json& before, const Json& wanted, const Json& stored) {
  if (wanted.is_object() && stored.is_object()) {
    const bool has_all = std::ranges::all_of(wanted.items(), [&](const auto& member) {
      return stored.contains(member.key()) &&
             shows_change(base::member(before, member.key()), member.value(), stored[member.key()]);
    });
    return has_all && std::ranges::all_of(stored.items(), [&](const auto& member) {
             return wanted.contains(member.key()) || base::member(before, member.key()).is_null();
           });
  }
  if (wanted.is_array() && stored.is_array())
    return std::ranges::equal(wanted, stored,
                              [](const Json& one, const Json& other) { return shows_change(nullptr, one, other); });
  return base::same_value(wanted, stored);
}

std::optional<base::Error> check_stored(std::string_view type, const Json& before, const Json& wanted,
                                        const Json& stored) {
  if (const auto hit = hit_types(type, wanted, stored); !hit.empty()) {
    auto error = partial(fmt::format("The write was meant for {}, but it also changed", type));
    Json former = Json::object();
    for (const auto& [name, content] : hit) {
      error.message += (former.empty() ? " " : ", ") + name;
      former[name] = content;
    }
    error.detail = {{"former", std::move(former)}};
    error.next = "Restore these types from detail.former, which contains their former definitions.";
    return error;
  }
  if (managed::index_of(stored, type) != managed::index_of(wanted, type))
    return partial(managed::index_of(stored, type)
                       ? fmt::format("{} is not at its expected position after the write", type)
                       : fmt::format("{} is missing after the write", type));
  const Json& then = managed::definition_of(before, type);
  const Json& held = managed::definition_of(stored, type);
  const Json& asked = managed::definition_of(wanted, type);
  if (shows_change(then, asked, held)) return std::nullopt;
  if (aic::differences(then, held).empty())
    return partial(fmt::format("The tenant accepted the change of {}, but the definition is unchanged", type));
  return partial(fmt::format("The tenant accepted the change of {} but stored something else at {}", type,
                             aic::describe(aic::differences(asked, held))));
}

}  // namespace tools::definitions
