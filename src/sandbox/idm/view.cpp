// What a read of a managed object shows: its own values, relationships where asked for, and properties that are
// computed from relationships (`queryConfig` in the definition).

#include <algorithm>
#include <array>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

// These types keep their properties in columns of the directory: unset ones show as null.
bool shows_unset(std::string_view type) {
  static constexpr std::array kinds{"user", "aiagent", "aiagentprivilege"};
  return !realm_of(type).empty() && std::ranges::find(kinds, kind_of(type)) != kinds.end();
}

// What a view asks of a property's definition, read in one pass: a user has about 150 properties.
struct Traits {
  explicit Traits(const Json& property) {
    if (!property.is_object()) return;
    for (const auto& [name, value] : property.get_ref<const Json::object_t&>()) {
      if (name == "type" && value.is_string()) {
        type = value.get_ref<const std::string&>();
      } else if (name == "scope" && value.is_string()) {
        is_private = value.get_ref<const std::string&>() == "private";
      } else if (name == "isVirtual" && value.is_boolean()) {
        is_virtual = value.get<bool>();
      } else if (name == "items") {
        is_relationship = base::text_member(value, "type") == "relationship";
      }
    }
    is_relationship = is_relationship || type == "relationship";
  }

  std::string_view type;
  bool is_relationship = false;  // or a list of them
  bool is_virtual = false;
  bool is_private = false;
};

// Never shown unless named (recorded users lack them although their definition says nothing of the sort).
bool is_shown_by_default(std::string_view name, const Traits& traits) {
  static constexpr std::array<std::string_view, 5> unseen{"cn", "assignedDashboard", "_id", "passwordLastChangedTime",
                                                          "passwordExpirationTime"};
  return !traits.is_relationship && !traits.is_private && !name.ends_with("Profiles") &&
         std::ranges::find(unseen, name) == unseen.end();
}

Json empty_of(const Traits& traits) {
  if (traits.type == "array") return Json::array();
  return traits.is_virtual && traits.type == "object" ? Json::object() : Json();
}

struct Place {
  std::string type;
  const Json* object;
};

void add_targets(const IdmState& state, const Place& place, const std::string& property, std::vector<Place>& targets) {
  for (const Link& link : links_of(state, place.type, base::text_member(*place.object, "_id"), property)) {
    const Json* target = find_object(state, link.type, link.id);
    if (target && std::ranges::find(targets, target, &Place::object) == targets.end()) {
      targets.push_back({link.type, target});
    }
  }
}

// The objects at the end of a path of relationships, each once.
std::vector<Place> follow(const IdmState& state, std::vector<Place> places, const Json& path) {
  for (const Json& step : path) {
    std::vector<Place> next;
    for (const Place& place : places) add_targets(state, place, step.get<std::string>(), next);
    places = std::move(next);
  }
  return places;
}

Json short_reference(const Place& place) {
  const std::string id = base::text_member(*place.object, "_id");
  return {{"_refResourceCollection", "managed/" + place.type},
          {"_refResourceId", id},
          {"_ref", "managed/" + place.type + "/" + id}};
}

// The named fields of a related object together with where it is.
Json excerpt(const IdmState& state, const Place& place, const Json& fields) {
  Json result = Json::object();
  for (const Json& field : fields) {
    const std::string name = field.get<std::string>();
    if (name == "*") {
      for (const auto& [key, value] : default_view(state, place.type, *place.object).items()) result[key] = value;
    } else if (Json value = value_of(state, place.type, *place.object, name); !value.is_null()) {
      result[name] = std::move(value);
    }
  }
  result["_rev"] = base::member(*place.object, "_rev");
  result["_id"] = base::member(*place.object, "_id");
  for (const auto& [key, value] : short_reference(place).items()) result[key] = value;
  return result;
}

void append_new(Json& values, const Json& value) {
  if (value.is_null()) return;
  if (std::ranges::find(values, value) == values.end()) values.push_back(value);
}

// The named fields' values side by side, without their names.
void append_flat(const IdmState& state, const Place& place, const Json& fields, Json& values) {
  for (const Json& field : fields) {
    const Json value = value_of(state, place.type, *place.object, field.get<std::string>());
    for (const Json& item : value.is_array() ? value : Json::array({value})) append_new(values, item);
  }
}

// What a virtual property shows of one object that its paths lead to.
void append_view(const IdmState& state, const Place& place, const Json& fields, bool flat, Json& values) {
  if (fields.is_null()) {
    append_new(values, short_reference(place));
  } else if (flat) {
    append_flat(state, place, fields, values);
  } else {
    append_new(values, excerpt(state, place, fields));
  }
}

Json computed(const IdmState& state, std::string_view type, const Json& object, const Json& property) {
  const Json& config = base::member(property, "queryConfig");
  Json paths = base::member(config, "referencedRelationshipFields");
  if (!paths.empty() && paths.front().is_string()) paths = Json::array({paths});
  const Json& fields = base::member(config, "referencedObjectFields");
  const bool flat = config.value("flattenProperties", false);
  Json values = Json::array();
  for (const Json& path : paths) {
    for (const Place& place : follow(state, {{std::string(type), &object}}, path)) {
      append_view(state, place, fields, flat, values);
    }
  }
  const Traits traits(property);
  if (traits.type == "array") return values;
  return values.empty() ? empty_of(traits) : values.front();
}

Json references(const IdmState& state, std::string_view type, const std::string& id, const std::string& property,
                bool many, const Json& fields) {
  Json result = Json::array();
  for (const Link& link : links_of(state, type, id, property)) {
    Json item = reference(link);
    const Json* target = find_object(state, link.type, link.id);
    if (target && !fields.empty()) {
      for (const auto& [key, value] : excerpt(state, {link.type, target}, fields).items()) item[key] = value;
    }
    result.push_back(std::move(item));
  }
  if (many) return result;
  return result.empty() ? Json() : result.front();
}

bool is_many(const Json& property) {
  return base::text_member(property, "type") == "array";
}

// `*` is the default view, `*_ref` every relationship.
void add_all(const IdmState& state, std::string_view type, const Json& object, bool only_references, Json& result) {
  if (!only_references) {
    for (const auto& [key, value] : default_view(state, type, object).items()) result[key] = value;
    return;
  }
  const std::string id = base::text_member(object, "_id");
  for (const auto& [key, property] : schema_properties(state, type).items()) {
    if (relationship_of(property).is_null()) continue;
    result[key] = references(state, type, id, key, is_many(property), nullptr);
  }
}

void add_named(const IdmState& state, std::string_view type, const Json& object, const crest::Pointer& field,
               Json& result) {
  const std::string& name = field.front();
  if (name == "*" || name == "*_ref") return add_all(state, type, object, name == "*_ref", result);
  const std::string id = base::text_member(object, "_id");
  const Json& property = base::member(schema_properties(state, type), name);
  if (!relationship_of(property).is_null()) {
    const Json fields = field.size() > 1 ? Json::array({field[1]}) : Json();
    result[name] = references(state, type, id, name, is_many(property), fields);
    return;
  }
  if (base::text_member(property, "scope") == "private") return;
  Json value = value_of(state, type, object, name);
  if (field.size() > 1) {
    const Json& part = crest::at(value, {field.begin() + 1, field.end()});
    if (!part.is_null()) result[name] = crest::project(value, {{field.begin() + 1, field.end()}});
  } else if (!value.is_null()) {
    result[name] = std::move(value);
  } else if (shows_unset(type) && !property.is_null()) {
    result[name] = empty_of(Traits(property));
  }
}

// `value_of` for callers that have the definition at hand.
Json defined_value(const IdmState& state, std::string_view type, const Json& object, const std::string& property,
                   const Json& definition) {
  if (!relationship_of(definition).is_null()) {
    return references(state, type, base::text_member(object, "_id"), property, is_many(definition), nullptr);
  }
  if (definition.is_object() && definition.value("isVirtual", false)) return computed(state, type, object, definition);
  return base::member(object, property);
}

}  // namespace

const Json* find_object(const IdmState& state, std::string_view type, std::string_view id) {
  const auto collection = state.objects.find(std::string(type));
  if (collection == state.objects.end()) return nullptr;
  const auto found = std::ranges::find_if(
      collection->second, [&](const Json& object) { return object.front().get_ref<const std::string&>() == id; });
  return found == collection->second.end() ? nullptr : &*found;
}

bool is_relationship(const IdmState& state, std::string_view type, const std::string& name) {
  return !relationship_of(base::member(schema_properties(state, type), name)).is_null();
}

bool is_computed(const IdmState& state, std::string_view type, const std::string& name) {
  const Json& property = base::member(schema_properties(state, type), name);
  return property.is_object() && property.value("isVirtual", false);
}

Json value_of(const IdmState& state, std::string_view type, const Json& object, const std::string& property) {
  return defined_value(state, type, object, property, base::member(schema_properties(state, type), property));
}

Json default_view(const IdmState& state, std::string_view type, const Json& object) {
  Json result = {{"_id", base::member(object, "_id")}, {"_rev", base::member(object, "_rev")}};
  static const Json nothing = Json::object();
  const Json& defined = schema_properties(state, type);
  const Json& properties = defined.is_object() ? defined : nothing;
  const bool with_unset = shows_unset(type);
  for (const auto& [name, property] : properties.get_ref<const Json::object_t&>()) {
    const Traits traits(property);
    if (name == "_rev" || !is_shown_by_default(name, traits)) continue;
    Json value = traits.is_virtual ? computed(state, type, object, property) : base::member(object, name);
    if (value.is_null() && !with_unset) continue;
    base::append_member(result, name, value.is_null() ? empty_of(traits) : std::move(value));
  }
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>()) {
    if (!properties.contains(name)) result[name] = value;
  }
  return result;
}

Json view(const IdmState& state, std::string_view type, const Json& object, std::string_view fields) {
  const auto named = crest::parse_fields(fields);
  if (named.empty()) return default_view(state, type, object);
  Json result = {{"_id", base::member(object, "_id")}, {"_rev", base::member(object, "_rev")}};
  for (const auto& field : named) add_named(state, type, object, field, result);
  return result;
}

}  // namespace sandbox::idm
