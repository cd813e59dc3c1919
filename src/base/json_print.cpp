// Values to compact text.
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json.h"

namespace base {
namespace {

void print_string(std::string& out, const std::string& text) {
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    }
  }
  out.append(text, plain);
  out += '"';
}

void print_to(std::string& out, const Json& value);

void print_name(std::string& out, const std::string& name) {
  print_string(out, is_valid_utf8(name) ? name : replace_invalid_utf8(name));
  out += ':';
}

void print_object(std::string& out, const Json& value) {
  out += '{';
  bool first = true;
  for (const auto& [name, item] : value.get_ref<const Json::object_t&>()) {
    if (!first) out += ',';
    first = false;
    print_name(out, name);
    print_to(out, item);
  }
  out += '}';
}

void print_array(std::string& out, const Json& value) {
  out += '[';
  bool first = true;
  for (const Json& item : value) {
    if (!first) out += ',';
    first = false;
    print_to(out, item);
  }
  out += ']';
}

void print_to(std::string& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return print_object(out, value);
    case Json::value_t::array:
      return print_array(out, value);
    case Json::value_t::string: {
      const auto& text = value.get_ref<const std::string&>();
      return print_string(out, is_valid_utf8(text) ? text : replace_invalid_utf8(text));
    }
    case Json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case Json::value_t::null:
    case Json::value_t::discarded:
      out += "null";
      return;
    default:
      out += number_text(value);
  }
}

// Objects that print shorter stand on one line, unless they are the whole.
constexpr std::size_t long_object = 1'000;
// Objects within so many are still broken: what lies deeper is part of something that is read as one.
constexpr int most_broken = 4;

void print_lines_to(std::string& out, const Json& value, int depth);

void print_list_lines(std::string& out, const Json& list) {
  for (const char* before = "[\n"; const Json& entry : list) {
    out += std::exchange(before, ",\n");
    print_to(out, entry);
  }
  out += "\n]";
}

void print_object_lines(std::string& out, const Json& object, int depth) {
  const std::string_view between = print_json(object).size() > long_object ? ",\n" : ",";
  std::string_view before = "{";
  for (const auto& [name, item] : object.get_ref<const Json::object_t&>()) {
    out += std::exchange(before, between);
    print_name(out, name);
    print_lines_to(out, item, depth + 1);
  }
  out += '}';
}

void print_lines_to(std::string& out, const Json& value, int depth) {
  if (value.is_array() && !value.empty()) return print_list_lines(out, value);
  const bool is_broken = value.is_object() && !value.empty() && depth < most_broken;
  if (!is_broken || (depth > 0 && print_json(value).size() <= long_object)) return print_to(out, value);
  print_object_lines(out, value, depth);
}

}  // namespace

std::string print_json(const Json& value) {
  std::string out;
  print_to(out, value);
  return out;
}

std::string print_json_lines(const Json& value) {
  std::string out;
  print_lines_to(out, value, 0);
  return out;
}

}  // namespace base
