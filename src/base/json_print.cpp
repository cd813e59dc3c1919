// Values to compact text.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json.h"

namespace base {
namespace {

// What is printed goes into a text, or is only counted.
class Text {
 public:
  void add(char c) { out_ += c; }
  void add(std::string_view part) { out_ += part; }
  // Of a text of the value: valid UTF-8 without anything that JSON escapes.
  void add_plain(std::string_view part) { out_ += part; }
  static constexpr bool is_full() { return false; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Length {
 public:
  void add(char) { ++characters_; }
  void add(std::string_view ascii) { characters_ += ascii.size(); }
  void add_plain(std::string_view part) {
    characters_ += static_cast<std::size_t>(
        std::ranges::count_if(part, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }
  static constexpr bool is_full() { return false; }
  std::size_t characters() const { return characters_; }

 private:
  std::size_t characters_ = 0;
};

// Only whether it is longer than so many bytes: then nothing more of it has to be looked at.
class Limit {
 public:
  explicit Limit(std::size_t bytes) : left_(bytes) {}
  void add(char) { add(std::string_view(" ")); }
  void add(std::string_view part) {
    is_full_ = is_full_ || part.size() > left_;
    left_ -= std::min(left_, part.size());
  }
  void add_plain(std::string_view part) { add(part); }
  bool is_full() const { return is_full_; }

 private:
  std::size_t left_;
  bool is_full_ = false;
};

constexpr auto is_escaped = [] {
  std::array<bool, 256> escaped{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) escaped[byte] = true;
  escaped['"'] = escaped['\\'] = true;
  return escaped;
}();

std::string_view short_escape(unsigned char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

template <typename Out>
void print_string(Out& out, std::string_view text) {
  out.add('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!is_escaped[c]) continue;
    out.add_plain(text.substr(plain, i - plain));
    plain = i + 1;
    const auto escape = short_escape(c);
    out.add(escape.empty() ? std::string_view(fmt::format("\\u{:04x}", c)) : escape);
  }
  out.add_plain(text.substr(plain));
  out.add('"');
}

template <typename Out>
void print_valid_string(Out& out, const std::string& text) {
  if (is_valid_utf8(text))
    print_string(out, text);
  else
    print_string(out, replace_invalid_utf8(text));
}

template <typename Out>
void print_to(Out& out, const Json& value);

template <typename Out>
void print_name(Out& out, const std::string& name) {
  print_valid_string(out, name);
  out.add(':');
}

template <typename Out>
void print_object(Out& out, const Json& value) {
  out.add('{');
  bool first = true;
  for (const auto& [name, item] : value.get_ref<const Json::object_t&>()) {
    if (out.is_full()) return;
    if (!first) out.add(',');
    first = false;
    print_name(out, name);
    print_to(out, item);
  }
  out.add('}');
}

template <typename Out>
void print_array(Out& out, const Json& value) {
  out.add('[');
  bool first = true;
  for (const Json& item : value) {
    if (out.is_full()) return;
    if (!first) out.add(',');
    first = false;
    print_to(out, item);
  }
  out.add(']');
}

template <typename Out>
void print_to(Out& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return print_object(out, value);
    case Json::value_t::array:
      return print_array(out, value);
    case Json::value_t::string:
      return print_valid_string(out, value.get_ref<const std::string&>());
    case Json::value_t::boolean:
      return out.add(value.get<bool>() ? std::string_view("true") : std::string_view("false"));
    case Json::value_t::null:
    case Json::value_t::discarded:
      return out.add(std::string_view("null"));
    default:
      out.add(std::string_view(number_text(value)));
  }
}

// Objects that print shorter stand on one line, unless they are the whole.
constexpr std::size_t long_object = 1'000;
// Objects within so many are still broken: what lies deeper is part of something that is read as one.
constexpr int most_broken = 4;

bool is_long(const Json& value) {
  Limit limit(long_object);
  print_to(limit, value);
  return limit.is_full();
}

template <typename Out>
void print_lines_to(Out& out, const Json& value, int depth);

template <typename Out>
void print_list_lines(Out& out, const Json& list) {
  for (std::string_view before = "[\n"; const Json& entry : list) {
    out.add(std::exchange(before, ",\n"));
    print_to(out, entry);
  }
  out.add(std::string_view("\n]"));
}

template <typename Out>
void print_object_lines(Out& out, const Json& object, int depth) {
  const std::string_view between = is_long(object) ? ",\n" : ",";
  std::string_view before = "{";
  for (const auto& [name, item] : object.get_ref<const Json::object_t&>()) {
    out.add(std::exchange(before, between));
    print_name(out, name);
    print_lines_to(out, item, depth + 1);
  }
  out.add('}');
}

template <typename Out>
void print_lines_to(Out& out, const Json& value, int depth) {
  if (value.is_array() && !value.empty()) return print_list_lines(out, value);
  const bool is_broken = value.is_object() && !value.empty() && depth < most_broken;
  if (!is_broken || (depth > 0 && !is_long(value))) return print_to(out, value);
  print_object_lines(out, value, depth);
}

}  // namespace

std::string print_json(const Json& value) {
  Text out;
  print_to(out, value);
  return out.take();
}

std::string print_json_lines(const Json& value) {
  Text out;
  print_lines_to(out, value, 0);
  return out.take();
}

std::size_t printed_size(const Json& value) {
  Length out;
  print_to(out, value);
  return out.characters();
}

std::size_t printed_lines_size(const Json& value) {
  Length out;
  print_lines_to(out, value, 0);
  return out.characters();
}

}  // namespace base
