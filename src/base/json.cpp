#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"

namespace base {
namespace {

// Marks a binary node as a number kept as text: JSON itself has no binary values, so the two cannot be confused.
constexpr std::uint64_t exact_number_subtype = 0x6e756d;

// Digits without sign, point, zeros at the ends and exponent, plus where the point stands: equal for equal values.
std::string canonical_digits(std::string_view number) {
  std::string digits;
  long exponent = 0;
  std::size_t i = 0;
  const bool negative = i < number.size() && number[i] == '-';
  if (negative) ++i;
  bool after_point = false;
  for (; i < number.size() && number[i] != 'e' && number[i] != 'E'; ++i) {
    if (number[i] == '.') {
      after_point = true;
      continue;
    }
    digits += number[i];
    if (after_point) --exponent;
  }
  if (i < number.size()) {
    std::string_view power = number.substr(i + 1);
    if (!power.empty() && power.front() == '+') power.remove_prefix(1);
    long value = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), value);
    if (error != std::errc() || value > 100'000 || value < -100'000) return std::string(number);
    exponent += value;
  }
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return "0";
  return fmt::format("{}{}e{}", negative ? "-" : "", digits, exponent);
}

std::string shortest(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end);
  // A JSON reader must see that it is no integer, as the caller wrote it with a fraction or an exponent.
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

bool is_exact_number(const Json& value) {
  return value.is_binary() && value.get_binary().has_subtype() && value.get_binary().subtype() == exact_number_subtype;
}

}  // namespace

Json exact_number(std::string_view text) {
  return Json::binary({text.begin(), text.end()}, exact_number_subtype);
}

bool is_number(const Json& value) {
  return value.is_number() || is_exact_number(value);
}

std::string number_text(const Json& value) {
  if (is_exact_number(value)) return {value.get_binary().begin(), value.get_binary().end()};
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (!value.is_number_float()) return "null";
  const double number = value.get<double>();
  // JSON has no NaN and no infinity; neither can be parsed, so only a fault of ours could bring one here.
  return number - number == 0 ? shortest(number) : "null";
}

bool same_number(const Json& left, const Json& right) {
  return number_key(left) == number_key(right);
}

double to_double(const Json& value) {
  return is_number(value) ? std::strtod(number_text(value).c_str(), nullptr) : std::numeric_limits<double>::quiet_NaN();
}

std::string number_key(const Json& value) {
  return canonical_digits(number_text(value));
}

bool same_value(const Json& left, const Json& right) {
  if (is_number(left) && is_number(right)) return same_number(left, right);
  if (left.is_object() && right.is_object()) {
    const auto members = left.items();
    return left.size() == right.size() && std::ranges::all_of(members, [&](const auto& one) {
             const auto other = right.find(one.key());
             return other != right.end() && same_value(one.value(), *other);
           });
  }
  if (left.is_array() && right.is_array()) return std::ranges::equal(left, right, same_value);
  return left == right;
}

bool is_text(const Json& value, std::string_view text) {
  return value.is_string() && value.get_ref<const std::string&>() == text;
}

bool is_true(const Json& value) {
  return value.is_boolean() && value.get<bool>();
}

bool is_false(const Json& value) {
  return value.is_boolean() && !value.get<bool>();
}

bool is_blank(const Json& value) {
  return value.is_null() || is_text(value, "");
}

bool lists_text(const Json& value, std::string_view text) {
  return value.is_array() && std::ranges::any_of(value, [&](const Json& entry) { return is_text(entry, text); });
}

void append_member(Json& object, std::string name, Json value) {
  // The vector below ordered_map: its own emplace would search all members once more.
  auto& members = static_cast<std::vector<Json::object_t::value_type>&>(object.get_ref<Json::object_t&>());
  members.emplace_back(std::move(name), std::move(value));
}

const Json& member(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_member(const Json& object, std::string_view name, std::string_view otherwise) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string(otherwise);
}

}  // namespace base
