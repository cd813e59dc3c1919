#include "tools/kit/kinds.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tools {
namespace {

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return whole_number(value).is_whole;
  if (type == "number") return base::is_number(value);
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  // IDM's own: a reference to another object, or null to end it. Other types are not known here.
  return type != "relationship" || value.is_object() || value.is_null();
}

std::string_view in_words(std::string_view type) {
  if (type == "string") return "a string";
  if (type == "boolean") return "true or false";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "array") return "an array";
  if (type == "null") return "null";
  return "an object";
}

std::vector<std::string> types_of(const Json& schema) {
  const Json& stated = base::member(schema, "type");
  if (stated.is_string()) return {stated.get<std::string>()};
  std::vector<std::string> types;
  for (const Json& one : stated) {
    if (one.is_string()) types.push_back(one.get<std::string>());
  }
  return types;
}

const Json& resolved(const Json& root, const Json& schema) {
  constexpr std::string_view head = "#/$defs/";
  const auto reference = base::text_member(schema, "$ref");
  return reference.starts_with(head) ? base::member(base::member(root, "$defs"), reference.substr(head.size()))
                                     : schema;
}

// AM keeps a setting so where it can come from elsewhere.
bool is_wrapped(const Json& value) {
  return value.is_object() && value.contains("inherited");
}

// The schema of members that `properties` does not name.
const Json& schema_of_others(const Json& schema) {
  const Json& patterns = base::member(schema, "patternProperties");
  for (const char* all : {".*", "^.*$", ".+", "^.+$"}) {
    if (const Json& found = base::member(patterns, all); found.is_object()) return found;
  }
  return base::member(schema, "additionalProperties");
}

std::string member_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : fmt::format("{}.{}", path, name);
}

}  // namespace

bool is_made_by_esv(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const auto start = text.find("&{");
    return start != std::string::npos && text.find('}', start) != std::string::npos;
  }
  return value.is_object() && value.size() == 1 && value.begin().key().starts_with('$');
}

Kinds::Kinds(const Json& root, const Json& schema, Esvs esvs)
    : root_(&root), schema_(&resolved(root, schema)), esvs_(esvs) {}

bool Kinds::names(std::string_view type) const {
  const auto types = types_of(*schema_);
  return std::ranges::find(types, type) != types.end();
}

Kinds Kinds::entry() const {
  return part(base::member(*schema_, "items"));
}

Kinds Kinds::member(const std::string& name) const {
  const Json& properties = base::member(*schema_, "properties");
  const auto known = properties.find(name);
  return part(known != properties.end() ? *known : schema_of_others(*schema_));
}

Kinds Kinds::at(const aic::Pointer& place) const {
  Kinds here = *this;
  for (const auto& token : place.tokens()) here = here.is_list() ? here.entry() : here.member(token);
  return here;
}

Kinds Kinds::of_operand(const aic::Pointer& place, bool adds, const Json& value) const {
  const auto here = at(place);
  const auto text = value.is_string() ? base::try_parse_json(value.get_ref<const std::string&>()) : std::nullopt;
  // The JSON of a list is no entry of one.
  const bool is_whole = value.is_array() || (text && text->is_array());
  return adds && here.is_list() && !is_whole ? here.entry() : here;
}

bool Kinds::allows(const Json& value) const {
  if (is_free(value)) return true;
  const auto types = types_of(*schema_);
  const bool is_typed =
      types.empty() || std::ranges::any_of(types, [&](const std::string& type) { return is_of_type(value, type); });
  const Json& choices = base::member(*schema_, "enum");
  const bool is_chosen = !choices.is_array() || choices.empty() || !value.is_string() ||
                         base::lists_text(choices, value.get_ref<const std::string&>());
  const Json& least = base::member(*schema_, "minimum");
  const bool is_enough =
      !base::is_number(least) || !base::is_number(value) || base::to_double(value) >= base::to_double(least);
  return is_typed && is_chosen && is_enough;
}

void Kinds::decode(Json& value) const {
  if (is_free(value)) return;
  if (value.is_string() && !allows(value)) {
    auto meant = base::try_parse_json(value.get_ref<const std::string&>());
    if (meant && allows(*meant)) value = std::move(*meant);
  }
  if (is_wrapped(value) && !names("object")) {
    if (const auto inner = value.find("value"); inner != value.end()) decode(*inner);
    return;
  }
  if (value.is_array()) {
    for (Json& one : value) entry().decode(one);
  } else if (value.is_object()) {
    for (const auto& item : value.items()) member(item.key()).decode(item.value());
  }
}

void Kinds::find_faults(const Json& value, const std::string& path, Violations& faults) const {
  if (is_free(value)) return;
  if (is_wrapped(value) && !names("object")) {
    if (const auto inner = value.find("value"); inner != value.end())
      find_faults(*inner, member_path(path, "value"), faults);
    return;
  }
  if (!allows(value)) {
    faults.push_back({path, rule(), short_form(value)});
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      entry().find_faults(value[i], fmt::format("{}[{}]", path, i), faults);
  } else if (value.is_object()) {
    for (const auto& [name, one] : value.items()) member(name).find_faults(one, member_path(path, name), faults);
  }
}

std::string Kinds::rule() const {
  const auto types = types_of(*schema_);
  std::vector<std::string_view> words;
  for (const auto& type : types) {
    if (type != "null" || types.size() == 1) words.push_back(in_words(type));
  }
  std::vector<std::string> choices;
  for (const Json& one : base::member(*schema_, "enum"))
    choices.push_back(one.is_string() ? one.get<std::string>() : base::print_json(one));
  if (words.empty() && !choices.empty()) return fmt::format("must be one of {}", fmt::join(choices, ", "));
  if (words.empty()) words.emplace_back("a number");
  auto rule = fmt::format("must be {}", fmt::join(words, " or "));
  if (!choices.empty()) rule += fmt::format(" ({})", fmt::join(choices, ", "));
  const Json& least = base::member(*schema_, "minimum");
  if (base::is_number(least)) rule += fmt::format(" of at least {}", base::number_text(least));
  return rule;
}

}  // namespace tools
