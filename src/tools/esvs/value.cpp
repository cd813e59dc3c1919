#include "tools/esvs/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "base/encoding.h"
#include "tools/kit/param.h"

namespace tools::esvs {
namespace {

constexpr std::size_t most_encoded_bytes = 65'535;

bool is_finite(const Json& number) {
  return std::isfinite(base::to_double(number));
}

bool are_texts(const Json& values) {
  return std::ranges::all_of(values, [](const Json& value) { return value.is_string(); });
}

// Whether a JSON value is one of that type.
bool is_of(std::string_view type, const Json& value) {
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "keyvaluelist") return value.is_object() && are_texts(value);
  if (type == "bool") return value.is_boolean();
  if (type == "int") return whole_number(value).is_whole;
  return type == "number" && base::is_number(value) && is_finite(value);
}

// A whole number as the tenant reads it: 64 bits, no plus, no leading zeros.
bool is_whole_text(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && std::to_string(number) == text;
}

bool is_base64(std::string_view text) {
  return base::base64_decode(text).has_value();
}

bool is_text_of(std::string_view type, std::string_view text) {
  if (type == "bool") return text == "true" || text == "false";
  if (type == "int") return is_whole_text(text);
  if (type == "number" && text.find_first_of(" \t\r\n") != std::string_view::npos) return false;
  return parsed_value(type, text).has_value();
}

// 5.0 is the whole number 5.
std::optional<std::string> whole_text(const Json& number) {
  const auto whole = whole_number(number).value;
  return whole ? std::optional(std::to_string(*whole)) : std::nullopt;
}

std::string_view wanted(std::string_view type) {
  if (type == "list") return "must be a string, or an array of strings without commas";
  if (type == "array") return "must be an array, or a string with its JSON";
  if (type == "object") return "must be an object, or a string with its JSON";
  if (type == "keyvaluelist") return "must be an object with string values, or a string with its JSON";
  if (type == "bool") return "must be true or false";
  if (type == "int") return "must be a whole number of at most 64 bits, without leading zeros,";
  if (type == "number") return "must be a finite number";
  if (type == "base64encodedinlined") return "must be a base64 string, padded with = where needed,";
  return "must be a string";
}

std::optional<std::string> list_text(const Json& entries) {
  std::string text;
  for (const Json& entry : entries) {
    if (!entry.is_string() || entry.get_ref<const std::string&>().contains(',')) return std::nullopt;
    text += (&entry == &entries.front() ? "" : ",") + entry.get_ref<const std::string&>();
  }
  return text;
}

std::optional<std::string> text_of(std::string_view type, const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const bool fits = type == "base64encodedinlined" ? is_base64(text) : is_text_type(type) || is_text_of(type, text);
    return fits ? std::optional(text) : std::nullopt;
  }
  if (type == "list") return value.is_array() ? list_text(value) : std::nullopt;
  if (!is_of(type, value)) return std::nullopt;
  return type == "int" ? whole_text(value) : base::print_json(value);
}

}  // namespace

const std::vector<std::string>& types() {
  static const std::vector<std::string> all = {
      "string", "array", "object", "bool", "int", "number", "list", "base64encodedinlined", "keyvaluelist"};
  return all;
}

bool is_text_type(std::string_view type) {
  return type == "string" || type == "list" || type == "base64encodedinlined";
}

Stored stored_text(std::string_view type, const Json& value) {
  auto text = text_of(type, value);
  if (!text) return {.text = {}, .violation = fmt::format("{} for type {}", wanted(type), type)};
  if (text->empty())
    return {.text = {}, .violation = "must not be empty: the tenant does not accept a variable without a value"};
  const auto size = base::base64(*text).size();
  if (size > most_encoded_bytes)
    return {.text = {},
            .violation = fmt::format("must be at most {} bytes in base64, but has {}", most_encoded_bytes, size)};
  return {.text = std::move(*text)};
}

std::optional<Json> parsed_value(std::string_view type, std::string_view text) {
  if (is_text_type(type)) return std::nullopt;
  auto value = base::try_parse_json(text);
  return value && is_of(type, *value) ? std::move(value) : std::nullopt;
}

std::optional<std::string> decoded(std::string_view base64) {
  auto text = base::base64_decode(base64);
  return text && base::is_valid_utf8(*text) ? std::move(text) : std::nullopt;
}

}  // namespace tools::esvs
