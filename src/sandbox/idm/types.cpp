// Definitions of managed object types. The data file says what is particular to a property; what all properties have
// in common, and the long form of relationships, is added here.

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "sandbox/data.h"
#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

// Documents of today's tenants have their members in alphabetical order.
Json sorted(Json value) {
  if (value.is_array()) {
    for (Json& item : value) item = sorted(std::move(item));
    return value;
  }
  if (!value.is_object()) return value;
  std::vector<std::pair<std::string, Json>> members;
  for (auto& [key, item] : value.items()) members.emplace_back(key, sorted(std::move(item)));
  std::ranges::sort(members, {}, &std::pair<std::string, Json>::first);
  Json result = Json::object();
  for (auto& [key, item] : members) result[key] = std::move(item);
  return result;
}

void replace_realm(Json& value, std::string_view realm) {
  if (value.is_structured()) {
    for (Json& item : value) replace_realm(item, realm);
  } else if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    if (const auto at = text.find("{realm}"); at != std::string::npos) text.replace(at, 7, realm);
  }
}

Json reference_properties(bool grants, const std::string& title) {
  Json properties = {
      {"_id",
       {{"description", "Id of the relationship"}, {"propName", "_id"}, {"required", false}, {"type", "string"}}}};
  if (grants) properties["_grantType"] = {{"description", "How it was granted"}, {"type", "string"}};
  return {{"_ref", {{"description", "Path of the other object"}, {"type", "string"}}},
          {"_refProperties",
           {{"description", "What the relationship itself says"},
            {"properties", properties},
            {"title", title + " Items _refProperties"},
            {"type", "object"}}}};
}

Json relationship(const Json& shorthand, std::string_view realm, const std::string& urn) {
  const bool many = shorthand.contains("many");
  const std::string kind = shorthand[many ? "many" : "one"].get<std::string>();
  const Json& reverse = base::member(shorthand, "reverse");
  Json target = {
      {"path", "managed/" + std::string(realm) + "_" + kind},
      {"label", base::text_member(shorthand, "title")},
      {"notify", false},
      {"query", {{"queryFilter", "true"}, {"fields", base::member(shorthand, "fields")}, {"sortKeys", Json::array()}}}};
  const std::string title = base::text_member(shorthand, "title");
  Json result = {{"type", "relationship"},
                 {"id", urn + (many ? ":items" : "")},
                 {"notifySelf", false},
                 {"title", title + (many ? " Items" : "")},
                 {"validate", true},
                 {"reverseRelationship", !reverse.is_null()},
                 {"properties", reference_properties(shorthand.value("grants", false), title)},
                 {"resourceCollection", Json::array({target})}};
  if (!reverse.is_null()) result["reversePropertyName"] = reverse;
  if (many) result = {{"type", "array"}, {"items", result}};
  result["returnByDefault"] = false;
  return result;
}

Json property(const Json& shorthand, std::string_view realm, const std::string& urn, const std::string& suffix) {
  const std::string flags = " " + base::text_member(shorthand, "is") + " ";
  const auto has = [&](const char* flag) { return flags.find(" " + std::string(flag) + " ") != std::string::npos; };
  const bool is_relationship = shorthand.contains("many") || shorthand.contains("one");
  Json result = is_relationship ? relationship(shorthand, realm, urn) : Json::object();
  static constexpr std::array shorthand_only{"many", "one",   "reverse", "fields", "grants",
                                             "is",   "about", "count",   "title"};
  for (const auto& [key, value] : shorthand.items()) {
    if (std::ranges::find(shorthand_only, key) == shorthand_only.end()) result[key] = value;
  }
  const std::string title = base::text_member(shorthand, "title") + suffix;
  if (!urn.ends_with(":_id")) result["title"] = title;
  result["description"] = base::text_member(shorthand, "about", title);
  result["searchable"] = has("searchable");
  result["userEditable"] = !has("fixed");
  result["viewable"] = !has("hidden");
  // Only types about persons say this.
  if (urn.find(":User:") != std::string::npos) result["isPersonal"] = has("personal");
  return result;
}

const Json& kinds() {
  static const Json all = base::parse_json(data::managed_types_json);
  return all;
}

}  // namespace

Json definition_of(std::string_view realm, std::string_view kind) {
  const Json& shorthand = base::member(kinds(), kind);
  const std::string noun = base::text_member(shorthand, "noun");
  std::string compact = noun;
  std::erase(compact, ' ');
  const std::string urn = "urn:jsonschema:org:forgerock:openidm:managed:api:" + compact;
  Json properties = Json::object();
  Json order = Json::array();
  for (const auto& [name, value] : shorthand["properties"].items()) {
    const int count = value.value("count", 0);
    for (int number = 1; number <= std::max(count, 1); ++number) {
      const std::string digits = count == 0 ? "" : std::to_string(number);
      const std::string numbered = name + digits;
      order.push_back(numbered);
      properties[numbered] =
          property(value, realm, fmt::format("{}:{}", urn, name), digits.empty() ? "" : fmt::format(" {}", digits));
    }
  }
  std::string title(realm);
  title.front() = static_cast<char>(title.front() - 'a' + 'A');
  Json schema = {{"$schema", "http://forgerock.org/json-schema#"},
                 {"icon", shorthand["icon"]},
                 {"order", order},
                 {"properties", properties},
                 {"required", shorthand["required"]},
                 {"title", title + " realm - " + noun},
                 {"type", "object"}};
  if (shorthand.contains("mat-icon")) schema["mat-icon"] = shorthand["mat-icon"];
  if (shorthand.contains("about")) schema["description"] = shorthand["about"];
  // Types that came with AI agents have no id of their own.
  if (shorthand.contains("mat-icon")) schema["id"] = urn;
  Json result = {{"name", std::string(realm) + "_" + std::string(kind)}, {"schema", schema}};
  for (const auto& [key, value] : base::member(shorthand, "definition").items()) result[key] = value;
  replace_realm(result, realm);
  return sorted(std::move(result));
}

Json& definition(IdmState& state, std::string_view type) {
  static Json nothing;
  nothing = nullptr;
  for (Json& object : state.managed["objects"]) {
    if (base::text_member(object, "name") == type) return object;
  }
  return nothing;
}

const Json& definition(const IdmState& state, std::string_view type) {
  static const Json nothing;
  for (const Json& object : base::member(state.managed, "objects")) {
    if (base::text_member(object, "name") == type) return object;
  }
  return nothing;
}

const Json& schema_properties(const IdmState& state, std::string_view type) {
  return base::member(base::member(definition(state, type), "schema"), "properties");
}

const Json& relationship_of(const Json& property) {
  static const Json nothing;
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): every caller hands in a part of a stored document.
  if (base::text_member(property, "type") == "relationship") return property;
  const Json& items = base::member(property, "items");
  return base::text_member(items, "type") == "relationship" ? items : nothing;
}

std::string_view realm_of(std::string_view type) {
  for (const std::string_view realm : {"alpha", "bravo"}) {
    if (type.starts_with(realm) && type.substr(realm.size()).starts_with('_')) return realm;
  }
  return {};
}

std::string_view kind_of(std::string_view type) {
  const auto realm = realm_of(type);
  return realm.empty() ? type : type.substr(realm.size() + 1);
}

}  // namespace sandbox::idm
