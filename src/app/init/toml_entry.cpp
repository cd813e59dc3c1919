#include <algorithm>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/init/entry.h"
#include "app/init/toml_values.h"
#include "base/text.h"

namespace app {
namespace {

struct NotToml {
  std::size_t at = 0;
};

// A key with its value: a statement, or a member of an inline table.
struct TomlKey {
  TomlPath path;  // with that of its table
  std::size_t value_begin = 0, value_end = 0;
};

// A table's header, or a key with its value; whole lines.
struct TomlStatement {
  enum class Kind { table, list_of_tables, key };
  Kind kind = Kind::key;
  TomlPath path;
  std::size_t begin = 0, end = 0;
};

struct TomlDocument {
  std::vector<TomlStatement> statements;
  std::vector<TomlKey> keys;  // those in inline tables too
};

// Walks over a TOML document (1.0, and line breaks in inline tables as in 1.1) by its statements. It checks strings,
// brackets, keys, values, and that nothing is defined twice.
class TomlScanner {
 public:
  explicit TomlScanner(std::string_view text) : text_(text) {}

  TomlDocument document() {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    while (at_ < text_.size()) {
      const auto begin = at_;
      skip_spaces();
      if (!is_at_line_end()) statement(begin);
      if (!is_at_line_end()) fail();
      next_line();
      if (has_statement_) document_.statements.back().end = at_;
      has_statement_ = false;
    }
    return std::move(document_);
  }

 private:
  [[noreturn]] void fail() const { throw NotToml{at_}; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void expect(char c) {
    if (peek() != c) fail();
    ++at_;
  }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool is_at_line_end() const {
    return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '#' || text_.substr(at_).starts_with("\r\n");
  }
  void next_line() {
    const auto end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  void statement(std::size_t begin) {
    TomlStatement found{.path = {}, .begin = begin};
    if (peek() == '[') {
      found.kind = header();
      found.path = table_;
      const bool is_list = found.kind == TomlStatement::Kind::list_of_tables;
      if (!(is_list ? names_.add_list_entry(table_) : names_.add_table(table_))) fail();
    } else {
      found.path = table_;
      for (auto& part : key()) found.path.push_back(std::move(part));
      if (!names_.add_value(found.path, table_)) fail();
      skip_spaces();
      expect('=');
      skip_spaces();
      value(found.path, 0);
    }
    skip_spaces();
    document_.statements.push_back(std::move(found));
    has_statement_ = true;
  }

  TomlStatement::Kind header() {
    expect('[');
    const bool is_list = peek() == '[';
    if (is_list) ++at_;
    skip_spaces();
    table_ = key();
    skip_spaces();
    expect(']');
    if (is_list) expect(']');
    return is_list ? TomlStatement::Kind::list_of_tables : TomlStatement::Kind::table;
  }

  TomlPath key() {
    TomlPath path;
    while (true) {
      path.push_back(key_part());
      const auto end = at_;
      skip_spaces();
      if (peek() != '.') {
        at_ = end;
        return path;
      }
      ++at_;
      skip_spaces();
    }
  }

  std::string key_part() {
    const auto begin = at_;
    if (peek() == '"' || peek() == '\'') {
      const bool is_basic = peek() == '"';
      string();
      const auto quoted = text_.substr(begin, at_ - begin);
      const auto plain = is_basic ? base::try_parse_json(quoted) : std::nullopt;
      if (plain && plain->is_string()) return plain->get<std::string>();
      return std::string(quoted.substr(1, quoted.size() - 2));
    }
    while (base::is_letter_or_digit(peek()) || peek() == '_' || peek() == '-') ++at_;
    if (begin == at_) fail();
    return std::string(text_.substr(begin, at_ - begin));
  }

  void string() {
    const char quote = peek();
    const std::string three(3, quote);
    if (text_.substr(at_).starts_with(three)) {
      at_ += three.size();
      while (!text_.substr(std::min(at_, text_.size())).starts_with(three)) character(quote, true);
      at_ += three.size();
      for (int more = 0; more < 2 && peek() == quote; ++more) ++at_;
      return;
    }
    ++at_;
    while (peek() != quote) character(quote, false);
    ++at_;
  }

  // One of a string, or an escape.
  void character(char quote, bool is_multi_line) {
    if (at_ >= text_.size()) fail();
    const auto c = static_cast<unsigned char>(peek());
    const bool is_break = c == '\n' || text_.substr(at_).starts_with("\r\n");
    constexpr unsigned char del = 0x7F;
    if (is_break ? !is_multi_line : (c < ' ' && c != '\t') || c == del) fail();
    if (quote == '\'' || c != '\\') {
      ++at_;
      return;
    }
    const auto rest = text_.substr(at_ + 1);
    const auto end = std::min(rest.find_first_not_of(" \t\r"), rest.size());
    const bool ends_line = is_multi_line && end < rest.size() && rest[end] == '\n';
    if (!ends_line && !begins_escape(rest)) fail();
    at_ += ends_line ? end + 2 : 2;
  }

  void skip_blanks_and_comments() {
    while (at_ < text_.size() && (std::string_view(" \t\r\n").contains(peek()) || peek() == '#')) {
      if (peek() == '#') {
        next_line();
      } else {
        ++at_;
      }
    }
  }

  // Behind a value in brackets; false at the end of them.
  void comma(char closing) {
    skip_blanks_and_comments();
    if (peek() == closing) return;
    expect(',');
    skip_blanks_and_comments();
  }

  void value(const TomlPath& path, std::size_t depth) {
    constexpr std::size_t deepest = 64;
    if (depth > deepest) fail();
    const auto begin = at_;
    if (peek() == '"' || peek() == '\'') {
      string();
    } else if (peek() == '[') {
      list(path, depth);
    } else if (peek() == '{') {
      inline_table(path, depth);
    } else {
      word();
    }
    document_.keys.push_back({.path = path, .value_begin = begin, .value_end = at_});
  }

  void list(const TomlPath& path, std::size_t depth) {
    ++at_;
    skip_blanks_and_comments();
    TomlPath inside = path;
    inside.emplace_back("[]");  // no path of ours
    while (peek() != ']') {
      value(inside, depth + 1);
      comma(']');
    }
    ++at_;
  }

  void inline_table(const TomlPath& path, std::size_t depth) {
    ++at_;
    skip_blanks_and_comments();
    TomlNames names;
    while (peek() != '}') {
      TomlPath inside = path;
      for (auto& part : key()) inside.push_back(std::move(part));
      if (!names.add_value(inside, path)) fail();
      skip_spaces();
      expect('=');
      skip_spaces();
      value(inside, depth + 1);
      comma('}');
    }
    ++at_;
  }

  // A number, a date, a truth value.
  void word() {
    const auto begin = at_;
    const auto skip_word = [&] {
      while (at_ < text_.size() && (base::is_letter_or_digit(peek()) || std::string_view("+-_.:").contains(peek())))
        ++at_;
    };
    skip_word();
    constexpr std::size_t date = 10;
    // A date may have a space before its time.
    if (at_ - begin == date && text_.substr(begin, date).contains('-') && peek() == ' ' && at_ + 1 < text_.size() &&
        base::is_digit(text_[at_ + 1])) {
      ++at_;
      skip_word();
    }
    if (!is_toml_word(text_.substr(begin, at_ - begin))) {
      at_ = begin;
      fail();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  TomlPath table_;
  TomlDocument document_;
  TomlNames names_;
  bool has_statement_ = false;
};

TomlPath below(TomlPath path, std::initializer_list<std::string_view> parts) {
  for (const auto part : parts) path.emplace_back(part);
  return path;
}

const TomlKey* find_key(const TomlDocument& document, const TomlPath& path) {
  const auto found = std::ranges::find(document.keys, path, &TomlKey::path);
  return found == document.keys.end() ? nullptr : &*found;
}

const TomlStatement* find_table(const TomlDocument& document, const TomlPath& path) {
  const auto found = std::ranges::find_if(document.statements, [&](const TomlStatement& each) {
    return each.kind == TomlStatement::Kind::table && each.path == path;
  });
  return found == document.statements.end() ? nullptr : &*found;
}

// An entry in a form that this program does not change.
struct OtherForm {};

// Why the entry cannot be a table of its own here: what is round it is a value or a list.
void check_surroundings(const TomlDocument& document, const TomlPath& path) {
  const auto section = std::span(path).first(path.size() - 1);
  for (const TomlStatement& each : document.statements) {
    const bool is_section = std::ranges::equal(each.path, section);
    const bool is_list = each.kind == TomlStatement::Kind::list_of_tables && (is_section || each.path == path);
    if (is_list || (is_section && each.kind == TomlStatement::Kind::key)) throw OtherForm{};
  }
}

// The text that a string of one line holds; nothing for another value.
std::optional<std::string> string_of(std::string_view value) {
  if (value.size() >= 2 && value.starts_with('\'') && !value.starts_with("'''"))
    return std::string(value.substr(1, value.size() - 2));
  const auto parsed = base::try_parse_json(value);
  return parsed && parsed->is_string() ? std::optional(parsed->get<std::string>()) : std::nullopt;
}

std::string insert_line(std::string_view text, std::size_t behind, const std::string& line) {
  const auto line_break = line_break_of(text);
  std::string out(text);
  if (!text.substr(0, behind).ends_with('\n')) return out.insert(behind, fmt::format("{}{}", line_break, line));
  return out.insert(behind, fmt::format("{}{}", line, line_break));
}

std::string insert_inline(std::string_view text, const TomlKey& table, const std::string& member) {
  const auto inside = text.substr(table.value_begin + 1, table.value_end - table.value_begin - 2);
  const bool is_empty = inside.find_first_not_of(" \t\r\n") == std::string_view::npos;
  return std::string(text).insert(table.value_begin + 1,
                                  is_empty ? fmt::format(" {} ", member) : fmt::format(" {},", member));
}

// Gives the entry a member, as a line behind its header or in its inline table.
std::string insert_member(std::string_view text, const TomlDocument& document, const TomlPath& table,
                          const std::string& member) {
  if (const auto* header = find_table(document, table)) return insert_line(text, header->end, member);
  const auto* key = find_key(document, table);
  if (key == nullptr || text[key->value_begin] != '{') throw OtherForm{};
  return insert_inline(text, *key, member);
}

std::string set_string(std::string_view text, const TomlPath& table, std::string_view name, std::string_view value) {
  const auto document = TomlScanner(text).document();
  const auto* key = find_key(document, below(table, {name}));
  if (key == nullptr) return insert_member(text, document, table, fmt::format("{} = {}", name, in_quotes(value)));
  const auto length = key->value_end - key->value_begin;
  if (string_of(text.substr(key->value_begin, length)) == value) return std::string(text);
  return std::string(text).replace(key->value_begin, length, in_quotes(value));
}

std::string set_tenant(std::string_view text, const TomlPath& entry, std::string_view tenant) {
  const auto document = TomlScanner(text).document();
  const TomlPath variables = below(entry, {"env"});
  const bool has_table = find_table(document, variables) != nullptr || find_key(document, variables) != nullptr;
  if (has_table || find_key(document, below(variables, {tenant_variable})) != nullptr)
    return set_string(text, variables, tenant_variable, tenant);
  const bool is_dotted =
      std::ranges::any_of(document.keys, [&](const TomlKey& each) { return is_within(each.path, variables); });
  const auto member = is_dotted ? fmt::format("env.{} = {}", tenant_variable, in_quotes(tenant))
                                : fmt::format("env = {{ {} = {} }}", tenant_variable, in_quotes(tenant));
  return insert_member(text, document, entry, member);
}

std::string empty_arguments(std::string_view text, const TomlPath& entry) {
  const auto document = TomlScanner(text).document();
  const auto* key = find_key(document, below(entry, {"args"}));
  if (key == nullptr) return std::string(text);
  const auto length = key->value_end - key->value_begin;
  const auto value = text.substr(key->value_begin, length);
  if (value.starts_with('[') && value.substr(1, length - 2).find_first_not_of(" \t\r\n") == std::string_view::npos)
    return std::string(text);
  return std::string(text).replace(key->value_begin, length, "[]");
}

std::string append_table(std::string_view text, std::string_view fresh) {
  const auto line_break = line_break_of(text);
  std::string out(text);
  const bool is_empty = out.empty() || out == byte_order_mark;
  if (!is_empty && !out.ends_with('\n')) out += line_break;
  if (!is_empty) out += line_break;
  return out += with_line_breaks(fresh, line_break);
}

std::string cut_entry(std::string_view text, const TomlDocument& document, const TomlPath& entry) {
  const auto line_break = line_break_of(text);
  const auto empty_line = std::string(line_break) + std::string(line_break);
  std::string out(text);
  bool has_cut = false;
  for (const TomlStatement& each : document.statements | std::views::reverse) {
    if (!is_within(each.path, entry)) continue;
    auto begin = each.begin;
    auto end = each.end;
    // The empty line before a table, or behind it at the top, goes with it.
    if (each.kind == TomlStatement::Kind::table) {
      const auto behind = std::string_view(out).substr(end);
      if (text.substr(0, begin).ends_with(empty_line)) begin -= line_break.size();
      if (begin == 0 && behind.starts_with(line_break)) end += line_break.size();
    }
    out.erase(begin, end - begin);
    has_cut = true;
  }
  if (!has_cut) throw OtherForm{};
  return out;
}

// The statements of others, one behind the other.
std::string statements_of_others(std::string_view text, const TomlPath& entry) {
  std::string all;
  for (const TomlStatement& each : TomlScanner(text).document().statements) {
    if (is_within(each.path, entry)) continue;
    all += base::trim(text.substr(each.begin, each.end - each.begin));
    all += '\n';
  }
  return all;
}

Edited checked(std::string_view before, std::string after, const TomlPath& entry) {
  if (statements_of_others(before, entry) != statements_of_others(after, entry))
    return not_changed_because("it cannot be changed safely");
  return changed(before, std::move(after));
}

std::string not_toml(std::string_view text, std::size_t at) {
  const auto line = std::ranges::count(text.substr(0, std::min(at, text.size())), '\n') + 1;
  return fmt::format("it is not TOML: line {} cannot be read", line);
}

Edited not_in_known_form(const TomlPath& entry) {
  return not_changed_because(fmt::format("{} is written in a form that init does not change", fmt::join(entry, ".")));
}

bool is_present(const TomlDocument& document, const TomlPath& entry) {
  const auto is_inside = [&](const auto& each) { return is_within(each.path, entry); };
  return std::ranges::any_of(document.statements, is_inside) || std::ranges::any_of(document.keys, is_inside);
}

}  // namespace

Edited set_toml_entry(std::string_view text, std::string_view section, const ServerEntry& server,
                      std::string_view fresh) {
  const TomlPath entry = {std::string(section), server.name};
  try {
    const auto document = TomlScanner(text).document();
    check_surroundings(document, entry);
    if (!is_present(document, entry)) return checked(text, append_table(text, fresh), entry);
    if (find_key(document, below(entry, {"url"})) != nullptr) return not_changed_because_remote(server.name);
    auto after = set_string(text, entry, "command", server.program);
    after = set_tenant(after, entry, server.tenant);
    return checked(text, empty_arguments(after, entry), entry);
  } catch (const NotToml& fault) {
    return not_changed_because(not_toml(text, fault.at));
  } catch (const OtherForm&) {
    return not_in_known_form(entry);
  }
}

Edited remove_toml_entry(std::string_view text, std::string_view section, std::string_view name) {
  const TomlPath entry = {std::string(section), std::string(name)};
  try {
    const auto document = TomlScanner(text).document();
    if (!is_present(document, entry)) return unchanged(text);
    check_surroundings(document, entry);
    return checked(text, cut_entry(text, document, entry), entry);
  } catch (const NotToml& fault) {
    return not_changed_because(not_toml(text, fault.at));
  } catch (const OtherForm&) {
    return not_in_known_form(entry);
  }
}

}  // namespace app
