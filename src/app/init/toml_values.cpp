#include "app/init/toml_values.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace app {
namespace {

bool is_hex_digit(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_octal_digit(char c) {
  return c >= '0' && c <= '7';
}
bool is_binary_digit(char c) {
  return c == '0' || c == '1';
}

// Digits, with single underscores between them.
bool are_digits(std::string_view text, bool (*is_one)(char)) {
  bool may_part = false;
  for (const char c : text) {
    if (c == '_' ? !may_part : !is_one(c)) return false;
    may_part = c != '_';
  }
  return may_part;
}
bool are_digits(std::string_view text) {
  return are_digits(text, [](char c) { return base::is_digit(c); });
}

bool is_decimal(std::string_view text) {
  return are_digits(text) && (text == "0" || !text.starts_with('0'));
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('+') || text.starts_with('-') ? text.substr(1) : text;
}

bool is_number(std::string_view word) {
  if (word.starts_with("0x")) return are_digits(word.substr(2), is_hex_digit);
  if (word.starts_with("0o")) return are_digits(word.substr(2), is_octal_digit);
  if (word.starts_with("0b")) return are_digits(word.substr(2), is_binary_digit);
  auto number = without_sign(word);
  if (number == "inf" || number == "nan") return true;
  if (const auto at = number.find_first_of("eE"); at != std::string_view::npos) {
    if (!are_digits(without_sign(number.substr(at + 1)))) return false;
    number = number.substr(0, at);
  }
  const auto point = number.find('.');
  if (point == std::string_view::npos) return is_decimal(number);
  return is_decimal(number.substr(0, point)) && are_digits(number.substr(point + 1));
}

// The text with 0 for each digit, so that it can be compared with a pattern.
std::string shape_of(std::string_view text) {
  std::string shape(text);
  std::ranges::replace_if(shape, [](char c) { return base::is_digit(c); }, '0');
  return shape;
}

// "08:15", "08:15:30.5"; seconds may be left out from TOML 1.1 on.
bool is_time(std::string_view shape) {
  if (shape == "00:00" || shape == "00:00:00") return true;
  return shape.starts_with("00:00:00.") && shape.size() > 9 &&
         shape.find_first_not_of('0', 9) == std::string_view::npos;
}

bool is_date_or_time(std::string_view word) {
  constexpr std::string_view date = "0000-00-00";
  const auto whole = shape_of(word);
  std::string_view shape = whole;
  if (!shape.starts_with(date)) return is_time(shape);
  shape.remove_prefix(date.size());
  if (shape.empty()) return true;
  if (!std::string_view("Tt ").contains(shape.front())) return false;
  shape.remove_prefix(1);
  if (shape.ends_with('Z') || shape.ends_with('z')) {
    shape.remove_suffix(1);
  } else if (const auto zone = shape.find_first_of("+-"); zone != std::string_view::npos) {
    if (shape.substr(zone + 1) != "00:00") return false;
    shape = shape.substr(0, zone);
  }
  return is_time(shape);
}

}  // namespace

bool is_within(const TomlPath& path, const TomlPath& outer) {
  return path.size() >= outer.size() && std::equal(outer.begin(), outer.end(), path.begin());
}

bool is_toml_word(std::string_view word) {
  return word == "true" || word == "false" || is_number(word) || is_date_or_time(word);
}

bool begins_escape(std::string_view text) {
  if (text.empty()) return false;
  constexpr std::size_t short_code = 4, long_code = 8, byte_code = 2;
  std::size_t digits = 0;
  if (text.front() == 'u') digits = short_code;
  if (text.front() == 'U') digits = long_code;
  if (text.front() == 'x') digits = byte_code;  // 1.1, as is \e
  if (digits == 0) return std::string_view("btnfre\"\\").contains(text.front());
  return text.size() > digits && std::ranges::all_of(text.substr(1, digits), is_hex_digit);
}

bool TomlNames::is_in_value(const TomlPath& path) const {
  return std::ranges::any_of(values_, [&](const TomlPath& value) { return is_within(path, value); });
}

bool TomlNames::has_inside(const TomlPath& path) const {
  const auto is_inside = [&](const TomlPath& each) { return is_within(each, path); };
  return std::ranges::any_of(values_, is_inside) || std::ranges::any_of(tables_, is_inside) ||
         std::ranges::any_of(lists_, is_inside);
}

bool TomlNames::add_table(const TomlPath& path) {
  return !is_in_value(path) && !dotted_.contains(path) && !lists_.contains(path) && tables_.insert(path).second;
}

bool TomlNames::add_list_entry(const TomlPath& path) {
  if (is_in_value(path) || (!lists_.contains(path) && has_inside(path))) return false;
  lists_.insert(path);
  // What the entry before it had.
  const auto is_old = [&](const TomlPath& each) { return each != path && is_within(each, path); };
  std::erase_if(tables_, is_old);
  std::erase_if(lists_, is_old);
  std::erase_if(values_, is_old);
  std::erase_if(dotted_, is_old);
  return true;
}

bool TomlNames::add_value(const TomlPath& path, const TomlPath& table) {
  if (is_in_value(path) || has_inside(path)) return false;
  values_.insert(path);
  for (auto size = table.size() + 1; size < path.size(); ++size)
    dotted_.emplace(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size));
  return true;
}

}  // namespace app
