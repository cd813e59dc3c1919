#include "tools/kit/param.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tools {
namespace {

using Kind = Shape::Kind;

template <typename T>
Field<T> field(Kind kind, std::string_view name, std::string_view description) {
  return Field<T>({.name = std::string(name), .shape = {.kind = kind, .description = std::string(description)}});
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "string";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::list:
      return "array";
    case Kind::any_object:
    case Kind::record:
    case Kind::map:
      return "object";
    case Kind::any:
      break;
  }
  return {};
}

struct LimitNames {
  std::string_view least, most;
};

LimitNames limit_names(Kind kind) {
  switch (kind) {
    case Kind::text:
      return {"minLength", "maxLength"};
    case Kind::list:
      return {"minItems", "maxItems"};
    default:
      return {"minimum", "maximum"};
  }
}

void add_limits(Json& schema, const Shape& shape) {
  if (shape.kind == Kind::map) return;
  const auto names = limit_names(shape.kind);
  // A length of zero or more goes without saying.
  const bool is_size = shape.kind != Kind::integer;
  if (shape.least != Shape::lowest && !(is_size && shape.least == 0)) schema[std::string(names.least)] = shape.least;
  if (shape.most != Shape::highest) schema[std::string(names.most)] = shape.most;
}

// What no keyword says that every client takes (R-OFF-04).
std::string rule_in_words(const Shape& shape) {
  if (!shape.syntax) return {};
  if (shape.kind == Kind::text) return std::string(shape.syntax->note);
  return fmt::format("Keys match {}, at most {} characters.", shape.syntax->pattern, shape.syntax->most);
}

std::string description_of(const Shape& shape) {
  const auto rule = rule_in_words(shape);
  const auto* between = shape.description.empty() || rule.empty() ? "" : " ";
  return fmt::format("{}{}{}", shape.description, between, rule);
}

// Every kind of value, each by its name: what has no type is left out by some clients, or taken for a text.
Json any_kind() {
  Json kinds = Json::array();
  for (const auto* name : {"string", "number", "boolean", "object", "null"}) kinds.push_back({{"type", name}});
  const Json entries{{"anyOf", kinds}};
  kinds.push_back({{"type", "array"}, {"items", entries}});
  return kinds;
}

void add_contents(Json& schema, const Shape& shape) {
  switch (shape.kind) {
    case Kind::text:
      if (!shape.choices.empty()) schema["enum"] = shape.choices;
      if (!shape.syntax) break;
      schema["maxLength"] = std::min(shape.most, shape.syntax->most);
      if (!shape.syntax->pattern.empty()) schema["pattern"] = shape.syntax->pattern;
      break;
    case Kind::list:
      schema["items"] = schema_of(shape.element.front());
      break;
    case Kind::map:
      schema["additionalProperties"] = schema_of(shape.element.front());
      break;
    case Kind::record:
      schema.update(schema_of(shape.members));
      break;
    case Kind::any:
      schema["anyOf"] = any_kind();
      break;
    default:
      break;
  }
}

}  // namespace

Field<std::string> text(std::string_view name, std::string_view description) {
  return field<std::string>(Kind::text, name, description);
}

Field<std::int64_t> integer(std::string_view name, std::string_view description) {
  return field<std::int64_t>(Kind::integer, name, description);
}

Field<bool> boolean(std::string_view name, std::string_view description) {
  return field<bool>(Kind::boolean, name, description);
}

Field<Json> number(std::string_view name, std::string_view description) {
  return field<Json>(Kind::number, name, description);
}

Field<Json> any_object(std::string_view name, std::string_view description) {
  return field<Json>(Kind::any_object, name, description);
}

Field<Json> any_value(std::string_view name, std::string_view description) {
  return field<Json>(Kind::any, name, description);
}

Field<Record> record(std::vector<Param> members) {
  return record({}, {}, std::move(members));
}

Field<Record> record(std::string_view name, std::string_view description, std::vector<Param> members) {
  Shape shape{.kind = Kind::record, .description = std::string(description)};
  shape.members = std::move(members);
  return Field<Record>({.name = std::string(name), .shape = std::move(shape)});
}

Field<std::string> segment(std::string_view name, std::string_view description) {
  return text(name, description).in_form(syntax::segment);
}

Field<std::string> revision(std::string_view name, std::string_view description) {
  return text(name, description).in_form(syntax::revision);
}

Field<std::string> json_pointer(std::string_view name, std::string_view description) {
  return text(name, description).in_form(syntax::json_pointer);
}

Json schema_of(const Shape& shape) {
  Json schema = Json::object();
  if (const auto type = type_name(shape.kind); !type.empty()) schema["type"] = type;
  if (auto description = description_of(shape); !description.empty()) schema["description"] = std::move(description);
  add_limits(schema, shape);
  add_contents(schema, shape);
  return schema;
}

Json schema_of(const std::vector<Param>& params) {
  Json schema{{"type", "object"}, {"properties", Json::object()}};
  Json required = Json::array();
  for (const auto& param : params) {
    Json& property = schema["properties"][param.name] = schema_of(param.shape);
    if (!param.otherwise.is_null()) property["default"] = param.otherwise;
    if (param.required) required.push_back(param.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  // Unknown members are refused all the same: some clients do not take a schema that says so (R-CLI-09).
  return schema;
}

namespace {

// Decimal text without sign: its digits, and how many of them stand before the point.
struct Decimal {
  std::string digits;
  long point = 0;
};

Decimal decimal_of(std::string_view number) {
  const auto power = number.find_first_of("eE");
  const auto mantissa = number.substr(0, power);
  const auto dot = mantissa.find('.');
  Decimal decimal{.digits = std::string(mantissa.substr(0, dot))};
  decimal.point = static_cast<long>(decimal.digits.size());
  if (dot != std::string_view::npos) decimal.digits += mantissa.substr(dot + 1);
  if (power != std::string_view::npos) {
    auto exponent = number.substr(power + 1);
    const bool negative = exponent.starts_with('-');
    if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
    long value = 0;
    const auto result = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
    constexpr long beyond_all_digits = 1'000'000'000;
    if (result.ec != std::errc() || value > beyond_all_digits) value = beyond_all_digits;
    decimal.point += negative ? -value : value;
  }
  const auto zeros = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, zeros);
  decimal.point -= static_cast<long>(zeros);
  while (decimal.digits.ends_with('0')) decimal.digits.pop_back();
  return decimal;
}

}  // namespace

Whole whole_number(const Json& value) {
  if (!base::is_number(value)) return {};
  std::string text = base::number_text(value);
  const bool negative = text.starts_with('-');
  auto decimal = decimal_of(std::string_view(text).substr(negative ? 1 : 0));
  if (decimal.digits.empty()) return {.is_whole = true, .value = 0};
  const auto length = static_cast<long>(decimal.digits.size());
  if (length > decimal.point) return {};
  constexpr long most_digits = 19;
  if (decimal.point > most_digits) return {.is_whole = true};
  decimal.digits.append(static_cast<std::size_t>(decimal.point - length), '0');
  if (negative) decimal.digits.insert(0, 1, '-');
  std::int64_t whole = 0;
  const char* end = decimal.digits.data() + decimal.digits.size();
  const auto result = std::from_chars(decimal.digits.data(), end, whole);
  if (result.ec != std::errc()) return {.is_whole = true};
  return {.is_whole = true, .value = whole};
}

namespace detail {

std::string read_text(const Shape& shape, const Json& value) {
  const auto& text = value.get_ref<const std::string&>();
  return shape.syntax && shape.syntax->normal ? shape.syntax->normal(text) : text;
}

std::int64_t read_integer(const Json& value) {
  return whole_number(value).value.value_or(0);
}

}  // namespace detail
}  // namespace tools
