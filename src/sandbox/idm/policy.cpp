// The policies of a managed object type, answered in IDM's form: 403 "Failed policy validation".

#include <algorithm>

#include "base/error.h"
#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

class Failures {
 public:
  void add(const std::string& property, std::string_view requirement, const Json& params = nullptr) {
    Json entry = Json::object();
    if (!params.is_null()) entry["params"] = params;
    entry["policyRequirement"] = requirement;
    for (Json& failure : failures_) {
      if (base::is_text(failure["property"], property)) return failure["policyRequirements"].push_back(entry);
    }
    failures_.push_back({{"policyRequirements", Json::array({entry})}, {"property", property}});
  }
  void refuse_if_any() const {
    if (failures_.empty()) return;
    crest::refuse(403, "Failed policy validation", {{"result", false}, {"failedPolicyRequirements", failures_}});
  }

 private:
  Json failures_ = Json::array();
};

std::string type_name(const Json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  return value.is_null() ? "null" : "number";
}

bool has_type(const Json& value, const std::string& wanted) {
  const std::string name = type_name(value);
  if (wanted == "integer") return value.is_number_integer();
  return wanted == "any" || name == wanted || (wanted == "relationship" && name == "object");
}

void check_type(const std::string& name, const Json& property, const Json& value, Failures& failures) {
  const Json& declared = base::member(property, "type");
  if (declared.is_null()) return;
  const Json types = declared.is_array() ? declared : Json::array({declared});
  const bool fits =
      std::ranges::any_of(types, [&](const Json& type) { return has_type(value, type.get<std::string>()); });
  if (!fits) failures.add(name, "VALID_TYPE", {{"invalidType", type_name(value)}, {"validTypes", types}});
}

bool is_taken(const IdmState& state, std::string_view type, std::string_view id, const std::string& name,
              const Json& value) {
  const auto collection = state.objects.find(std::string(type));
  if (collection == state.objects.end()) return false;
  return std::ranges::any_of(collection->second, [&](const Json& other) {
    return base::same_value(base::member(other, name), value) && base::text_member(other, "_id") != id;
  });
}

std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool looks_like_mail(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && text.find('.', at) != std::string::npos && !text.ends_with('.') &&
         text.find_first_of(" \t\n,;<>") == std::string::npos && text.find('@', at + 1) == std::string::npos;
}

bool is_query_filter(const std::string& text) {
  try {
    crest::parse_filter(text);
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

void check_text(const std::string& name, const std::string& text, const Json& policy, Failures& failures) {
  const std::string id = base::text_member(policy, "policyId");
  const Json& params = base::member(policy, "params");
  if (id == "valid-email-address-format" && !looks_like_mail(text)) failures.add(name, "VALID_EMAIL_ADDRESS_FORMAT");
  if (id == "valid-query-filter" && !is_query_filter(text)) failures.add(name, "VALID_QUERY_FILTER");
  if (id == "minimum-length" && length_of(text) < params.value("minLength", std::size_t{0})) {
    failures.add(name, "MIN_LENGTH", params);
  }
  if (id == "maximum-length" && length_of(text) > params.value("maxLength", std::size_t{0})) {
    failures.add(name, "MAX_LENGTH", params);
  }
  if (id == "cannot-contain-characters") {
    for (const Json& part : base::member(params, "forbiddenChars")) {
      if (text.find(part.get<std::string>()) != std::string::npos)
        failures.add(name, "CANNOT_CONTAIN_CHARACTERS", params);
    }
  }
}

void check_property(const IdmState& state, std::string_view type, std::string_view id, const std::string& name,
                    const Json& property, const Json& value, Failures& failures) {
  check_type(name, property, value, failures);
  const bool is_user_name = name == "userName";
  for (const Json& policy : base::member(property, "policies")) {
    if (value.is_string()) check_text(name, value.get<std::string>(), policy, failures);
    if (base::text_member(policy, "policyId") == "unique" && is_taken(state, type, id, name, value)) {
      failures.add(name, "UNIQUE");
    }
  }
  if (is_user_name && is_taken(state, type, id, name, value)) failures.add(name, "UNIQUE");
}

}  // namespace

void check_policies(const IdmState& state, std::string_view type, const Json& object, std::string_view id) {
  Failures failures;
  const Json& schema = base::member(definition(state, type), "schema");
  for (const Json& name : base::member(schema, "required")) {
    const Json& value = base::member(object, name.get<std::string>());
    const bool is_blank = value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
    if (is_blank) failures.add(name.get<std::string>(), "REQUIRED");
  }
  for (const auto& [name, property] : base::member(schema, "properties").items()) {
    const Json& value = base::member(object, name);
    if (!value.is_null()) check_property(state, type, id, name, property, value, failures);
  }
  failures.refuse_if_any();
}

}  // namespace sandbox::idm
