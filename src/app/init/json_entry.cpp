#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/init/entry.h"

namespace app {
namespace {

using base::Json;

constexpr std::size_t deepest_value = 128;

struct JsonMember {
  std::string key;
  std::size_t begin = 0;        // of the key
  std::size_t value_begin = 0;  // of the value
  std::size_t value_end = 0;    // just behind it
  std::optional<std::size_t> comma;
};

// An object in the text.
struct JsonObject {
  std::size_t begin = 0;  // of '{'
  std::size_t end = 0;    // of '}'
  std::vector<JsonMember> members;
};

struct NotJson {
  std::size_t at = 0;
};

// Walks over JSON with comments and trailing commas, and notes where the members of one object are.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  // The object that the whole document is.
  JsonObject document() {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    skip_blanks();
    JsonObject root = object(0);
    skip_blanks();
    if (at_ != text_.size()) fail();
    return root;
  }
  JsonObject object_at(std::size_t begin) {
    at_ = begin;
    return object(0);
  }
  // The text without its comments and trailing commas, after `document`.
  std::string plain() const {
    std::string out(text_);
    for (const auto& [begin, end] : noise_)
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin), out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    return out;
  }

 private:
  [[noreturn]] void fail() const { throw NotJson{at_}; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void expect(char c) {
    if (peek() != c) fail();
    ++at_;
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const auto begin = at_;
      if (std::string_view(" \t\r\n").contains(text_[at_])) {
        ++at_;
        continue;
      }
      if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) fail();
        at_ = end + 2;
      } else {
        return;
      }
      noise_.emplace_back(begin, at_);
    }
  }

  std::string string() {
    const auto begin = at_;
    expect('"');
    while (peek() != '"') {
      if (at_ >= text_.size() || static_cast<unsigned char>(peek()) < ' ') fail();
      at_ += peek() == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size()) fail();
    ++at_;
    const auto value = base::try_parse_json(text_.substr(begin, at_ - begin));
    if (!value) fail();
    return value->get<std::string>();
  }

  void literal() {
    const auto begin = at_;
    while (at_ < text_.size() && !std::string_view(" \t\r\n,]}/").contains(text_[at_])) ++at_;
    if (begin == at_ || !base::try_parse_json(text_.substr(begin, at_ - begin))) fail();
  }

  void value(std::size_t depth) {
    if (depth > deepest_value) fail();
    if (peek() == '{') {
      object(depth);
    } else if (peek() == '[') {
      list(depth);
    } else if (peek() == '"') {
      string();
    } else {
      literal();
    }
  }

  // Behind a value; true where another one follows.
  std::optional<std::size_t> comma(char closing) {
    skip_blanks();
    if (peek() == closing) return std::nullopt;
    const auto found = at_;
    expect(',');
    skip_blanks();
    if (peek() == closing) noise_.emplace_back(found, found + 1);
    return found;
  }

  void list(std::size_t depth) {
    expect('[');
    skip_blanks();
    while (peek() != ']') {
      value(depth + 1);
      comma(']');
    }
    ++at_;
  }

  JsonObject object(std::size_t depth) {
    JsonObject found{.begin = at_};
    expect('{');
    skip_blanks();
    while (peek() != '}') {
      JsonMember member{.begin = at_};
      member.key = string();
      skip_blanks();
      expect(':');
      skip_blanks();
      member.value_begin = at_;
      value(depth + 1);
      member.value_end = at_;
      member.comma = comma('}');
      found.members.push_back(std::move(member));
    }
    found.end = at_++;
    return found;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> noise_;  // comments and trailing commas
};

const JsonMember* find_member(const JsonObject& object, std::string_view key) {
  // Of doubled members the last one counts.
  const auto found = std::ranges::find(object.members.rbegin(), object.members.rend(), key, &JsonMember::key);
  return found == object.members.rend() ? nullptr : &*found;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
  const auto before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  if (before != std::string_view::npos) return before + 1;
  return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

// The blanks that the line of this position begins with.
std::string indent_of(std::string_view text, std::size_t at) {
  const auto begin = line_begin(text, at);
  const auto end = std::min(text.find_first_not_of(" \t", begin), text.size());
  return std::string(text.substr(begin, end - begin));
}

bool is_first_of_line(std::string_view text, std::size_t at) {
  const auto begin = line_begin(text, at);
  return text.substr(begin, at - begin).find_first_not_of(" \t") == std::string_view::npos;
}

// How the document is laid out.
struct JsonStyle {
  std::string_view line_break;
  std::string step = "  ";  // one level of indentation
};

JsonStyle style_of(std::string_view text, const JsonObject& root) {
  JsonStyle style{.line_break = line_break_of(text)};
  if (root.members.empty() || !is_first_of_line(text, root.members.front().begin)) return style;
  if (auto step = indent_of(text, root.members.front().begin); !step.empty()) style.step = std::move(step);
  return style;
}

std::string print_in_style(const Json& value, const JsonStyle& style, std::string_view indent) {
  const bool is_tab = style.step.front() == '\t';
  const std::string plain =
      value.dump(static_cast<int>(style.step.size()), is_tab ? '\t' : ' ', false, Json::error_handler_t::replace);
  return with_line_breaks(plain, std::string(style.line_break) + std::string(indent));
}

// The end of the line behind a value, comments on the line included, where nothing else follows on it.
std::size_t end_of_line_behind(std::string_view text, std::size_t at, std::size_t most) {
  for (std::size_t i = at; i < most; ++i) {
    if (text[i] == '\n') return i > at && text[i - 1] == '\r' ? i - 1 : i;
    if (text.substr(i).starts_with("//")) {
      i = std::min(text.find('\n', i), most) - 1;
    } else if (text.substr(i).starts_with("/*")) {
      const auto end = std::min(text.find("*/", i + 2), most);
      if (text.substr(i, end - i).contains('\n')) return at;
      i = end + 1;
    } else if (!std::string_view(" \t\r").contains(text[i])) {
      return at;
    }
  }
  return at;
}

std::string insert_member(std::string_view text, const JsonObject& object, const std::string& key, const Json& value,
                          const JsonStyle& style) {
  const std::string name = base::print_json(Json(key));
  std::string out(text);
  if (object.members.empty()) {
    const auto outer = indent_of(text, object.begin);
    const auto indent = outer + style.step;
    std::string member =
        fmt::format("{}{}{}: {}", style.line_break, indent, name, print_in_style(value, style, indent));
    if (!text.substr(object.begin, object.end - object.begin).contains('\n'))
      member += std::string(style.line_break) + outer;
    return out.insert(object.begin + 1, member);
  }
  const JsonMember& last = object.members.back();
  if (!text.substr(object.begin, last.begin - object.begin).contains('\n')) {
    const auto member = fmt::format("{}: {}", name, base::print_json(value));
    if (last.comma) return out.insert(*last.comma + 1, fmt::format(" {},", member));
    return out.insert(last.value_end, fmt::format(", {}", member));
  }
  const auto indent = indent_of(text, last.begin);
  const auto member = fmt::format("{}{}{}: {}", style.line_break, indent, name, print_in_style(value, style, indent));
  const auto behind = last.comma ? *last.comma + 1 : last.value_end;
  const auto place = end_of_line_behind(text, behind, object.end);
  if (last.comma) return out.insert(place, member + ",");
  out.insert(place, member);
  return out.insert(last.value_end, ",");
}

std::string cut_member(std::string_view text, const JsonObject& object, const JsonMember& member) {
  std::string out(text);
  const bool is_last = &member == &object.members.back();
  std::size_t begin = member.begin;
  std::size_t end = member.comma ? *member.comma + 1 : member.value_end;
  const auto rest = std::min(text.find_first_not_of(" \t\r", end), text.size());
  if (is_first_of_line(text, begin)) {
    // The whole lines, where nothing else stands on them.
    if (rest < text.size() && text[rest] == '\n') {
      begin = line_begin(text, begin);
      if (begin > 0 && text[begin - 1] == '\n') --begin;
      if (begin > 0 && text[begin - 1] == '\r') --begin;
      end = text[rest - 1] == '\r' ? rest - 1 : rest;
    }
  } else if (!is_last) {
    end = rest;
  }
  out.erase(begin, end - begin);
  if (!is_last || member.comma || object.members.size() < 2) return out;
  const auto comma = object.members[object.members.size() - 2].comma.value_or(begin);
  const bool is_next = text.substr(comma + 1, begin - comma - 1).find_first_not_of(" \t") == std::string_view::npos;
  out.erase(comma, is_next ? begin - comma : 1);
  return out;
}

bool is_blank_document(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

using JsonPath = std::vector<std::string>;

// The object or value at a path.
const JsonMember* look_up(std::string_view text, const JsonPath& path, JsonObject& object) {
  object = JsonScanner(text).document();
  const JsonMember* member = nullptr;
  for (std::size_t i = 0; i < path.size(); ++i) {
    member = find_member(object, path[i]);
    if (member == nullptr || i + 1 == path.size()) return member;
    if (text[member->value_begin] != '{') return nullptr;
    object = JsonScanner(text).object_at(member->value_begin);
  }
  return member;
}

std::optional<Json> parse_plain(std::string_view text) {
  JsonScanner scanner(text);
  scanner.document();
  auto plain = scanner.plain();
  if (plain.starts_with(byte_order_mark)) plain.erase(0, byte_order_mark.size());
  return base::try_parse_json(plain);
}

// Sets one value; makes the objects round it. A member on the way that is no object throws its path.
struct NoObject {
  std::string key;
};
std::string set_value(std::string_view text, std::span<const std::string> path, const Json& value) {
  JsonObject object = JsonScanner(text).document();
  const JsonStyle style = style_of(text, object);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const JsonMember* member = find_member(object, path[i]);
    const bool is_last = i + 1 == path.size();
    if (member == nullptr) {
      Json nested = value;
      for (std::size_t inner = path.size() - 1; inner > i; --inner) nested = Json{{path[inner], std::move(nested)}};
      return insert_member(text, object, path[i], nested, style);
    }
    if (is_last) {
      const auto stored =
          base::try_parse_json(text.substr(member->value_begin, member->value_end - member->value_begin));
      if (stored && base::same_value(*stored, value)) break;
      std::string out(text);
      const bool is_one_line = !is_first_of_line(text, member->begin);
      out.replace(member->value_begin, member->value_end - member->value_begin,
                  is_one_line ? base::print_json(value) : print_in_style(value, style, indent_of(text, member->begin)));
      return out;
    }
    if (text[member->value_begin] != '{') throw NoObject{path[i]};
    object = JsonScanner(text).object_at(member->value_begin);
  }
  return std::string(text);
}

std::string fault_at(std::string_view text, std::size_t at) {
  const auto line = std::ranges::count(text.substr(0, std::min(at, text.size())), '\n') + 1;
  return fmt::format("it is not JSON: line {} cannot be read", line);
}

// What was written is read by another parser, and compared with what was meant.
Edited checked(std::string_view before, std::string after, const std::optional<Json>& meant) {
  const auto is = parse_plain(after);
  if (!meant || !is || !base::same_value(*meant, *is)) return not_changed_because("it cannot be changed safely");
  return changed(before, std::move(after));
}

}  // namespace

Edited set_json_entry(std::string_view text, std::string_view section, const ServerEntry& entry, const Json& fresh) {
  const std::string outer(section);
  if (is_blank_document(text)) {
    const Json document = {{outer, {{entry.name, fresh}}}};
    const auto mark = text.starts_with(byte_order_mark) ? byte_order_mark : std::string_view();
    return changed(text, std::string(mark) + with_line_breaks(document.dump(2) + "\n", line_break_of(text)));
  }
  try {
    const JsonPath place = {outer, entry.name};
    JsonObject object;
    auto meant = parse_plain(text);
    if (!meant) return not_changed_because("it is not JSON");
    const JsonMember* present = look_up(text, place, object);
    if (present == nullptr) {
      auto after = set_value(text, place, fresh);
      (*meant)[outer][entry.name] = fresh;
      return checked(text, std::move(after), meant);
    }
    if (text[present->value_begin] != '{') throw NoObject{entry.name};
    const JsonObject members = JsonScanner(text).object_at(present->value_begin);
    for (const char* remote : {"url", "httpUrl", "serverUrl"}) {
      if (find_member(members, remote) != nullptr) return not_changed_because_remote(entry.name);
    }
    Json& wanted = (*meant)[outer][entry.name];
    auto after = set_value(text, JsonPath{outer, entry.name, "command"}, fresh["command"]);
    wanted["command"] = fresh["command"];
    if (find_member(members, "args") != nullptr) {
      after = set_value(after, JsonPath{outer, entry.name, "args"}, fresh["args"]);
      wanted["args"] = fresh["args"];
    }
    after = set_value(after, JsonPath{outer, entry.name, "env", std::string(tenant_variable)}, entry.tenant);
    wanted["env"][std::string(tenant_variable)] = entry.tenant;
    return checked(text, std::move(after), meant);
  } catch (const NotJson& fault) {
    return not_changed_because(fault_at(text, fault.at));
  } catch (const NoObject& fault) {
    return not_changed_because(fmt::format("its member {} is not an object", fault.key));
  }
}

Edited remove_json_entry(std::string_view text, std::string_view section, std::string_view name) {
  if (is_blank_document(text)) return unchanged(text);
  try {
    JsonObject object;
    const JsonMember* member = look_up(text, {std::string(section), std::string(name)}, object);
    if (member == nullptr) return unchanged(text);
    // Of doubled members the next one would count then.
    if (std::ranges::count(object.members, name, &JsonMember::key) > 1)
      return not_changed_because(fmt::format("it has more than one entry {}", name));
    auto meant = parse_plain(text);
    if (meant) (*meant)[std::string(section)].erase(std::string(name));
    return checked(text, cut_member(text, object, *member), meant);
  } catch (const NotJson& fault) {
    return not_changed_because(fault_at(text, fault.at));
  }
}

}  // namespace app
