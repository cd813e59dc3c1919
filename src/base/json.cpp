#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"

namespace base {
namespace {

// Marks a binary node as a number kept as text: JSON itself has no binary values, so the two cannot be confused.
constexpr std::uint64_t exact_number_subtype = 0x6e756d;

// Members of one object up to here are compared one by one; above, by a hash set, so that a hostile object with a
// million members costs no quadratic time.
constexpr std::size_t few_members = 32;

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
  if (digits.empty()) return negative ? "-0" : "0";
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

// True when the double prints back as the same decimal number in the same notation.
bool keeps_text(double value, std::string_view text) {
  return shortest(value) == text;
}

// Which names an object has, by their hashes: an open-addressed table, as a set of strings would double every name.
class SeenNames {
 public:
  // False when a name of that hash is there already.
  bool insert(std::size_t hash) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    std::size_t& slot = slot_of(hash);
    if (slot == hash) return false;
    slot = hash;
    ++count_;
    return true;
  }

 private:
  std::size_t& slot_of(std::size_t hash) {
    const auto mask = slots_.size() - 1;
    auto i = hash & mask;
    while (slots_[i] != free_slot && slots_[i] != hash) i = (i + 1) & mask;
    return slots_[i];
  }
  void grow() {
    const auto before = std::exchange(
        slots_, std::vector<std::size_t>(std::max<std::size_t>(4 * few_members, 2 * slots_.size()), free_slot));
    for (const auto hash : before) {
      if (hash != free_slot) slot_of(hash) = hash;
    }
  }

  static constexpr std::size_t free_slot = 0;
  std::vector<std::size_t> slots_;  // a power of two
  std::size_t count_ = 0;
};

// Never 0, which marks a free slot.
std::size_t hash_of(const std::string& name) {
  return std::hash<std::string>()(name) | 1;
}

struct Frame {
  Json value;
  std::string key;
  SeenNames names;  // filled once there are more than `few_members`
};

// Builds the value by nlohmann's SAX interface, which hands over the text of each number.
class Builder {
 public:
  explicit Builder(std::size_t depth) : depth_(depth) {}

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string& text) {
    return keeps_text(value, text) ? add(value) : add(exact_number(text));
  }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    frames_.back().key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) {
    problem_ = fmt::format("no valid JSON at byte {}: {}", position, reason(error.what()));
    return false;
  }

  Json take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

 private:
  // nlohmann's text without its prefix "[json.exception…] parse error at line 1, column 2: ", or the first half of it.
  static std::string reason(std::string_view text) {
    for (const std::string_view mark : {": ", "] "}) {
      if (const auto at = text.find(mark); at != std::string_view::npos) return printable(text.substr(at + 2), 200);
    }
    return printable(text, 200);
  }

  bool open(Json container) {
    if (frames_.size() >= depth_) {
      problem_ = fmt::format("JSON nested deeper than {} levels", depth_);
      return false;
    }
    frames_.push_back({std::move(container), {}, {}});
    return true;
  }

  bool close() {
    Json value = std::move(frames_.back().value);
    frames_.pop_back();
    return add(std::move(value));
  }

  bool add(Json value) {
    if (frames_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.value.is_array()) {
      frame.value.get_ref<Json::array_t&>().push_back(std::move(value));
    } else {
      add_member(frame, std::move(value));
    }
    return true;
  }

  static void add_member(Frame& frame, Json value) {
    auto& members = frame.value.get_ref<Json::object_t&>();
    if (members.size() == few_members) {
      for (const auto& [name, unused] : members) frame.names.insert(hash_of(name));
    }
    const bool is_surely_new = members.size() >= few_members && frame.names.insert(hash_of(frame.key));
    if (is_surely_new || members.find(frame.key) == members.end()) {
      append_member(frame.value, std::move(frame.key), std::move(value));
    } else {
      members.at(frame.key) = std::move(value);
    }
  }

  std::size_t depth_;
  Json root_;
  std::vector<Frame> frames_;
  std::string problem_;
};

bool is_exact_number(const Json& value) {
  return value.is_binary() && value.get_binary().has_subtype() && value.get_binary().subtype() == exact_number_subtype;
}

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

void print_object(std::string& out, const Json& value) {
  out += '{';
  bool first = true;
  for (const auto& [name, item] : value.get_ref<const Json::object_t&>()) {
    if (!first) out += ',';
    first = false;
    print_string(out, is_valid_utf8(name) ? name : replace_invalid_utf8(name));
    out += ':';
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

}  // namespace

Json parse_json(std::string_view text, JsonLimits limits) {
  Builder builder(limits.depth);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
    throw Error(Errc::invalid_request, builder.problem().empty() ? "no valid JSON" : builder.problem());
  }
  return builder.take();
}

std::optional<Json> try_parse_json(std::string_view text, JsonLimits limits) {
  Builder builder(limits.depth);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.take();
}

std::string print_json(const Json& value) {
  std::string out;
  print_to(out, value);
  return out;
}

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
  return canonical_digits(number_text(left)) == canonical_digits(number_text(right));
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
