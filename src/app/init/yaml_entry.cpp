#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/init/entry.h"
#include "base/text.h"

// Goose writes its configuration by a program, as block mappings. That form is changed here, line by line; where the
// lines that matter have another form, nothing is changed.
namespace app {
namespace {

// A line of the document, its line break included.
struct YamlLine {
  std::size_t begin = 0, end = 0;
  std::size_t indent = 0;
  std::string_view content;  // without indentation and blanks at the end
  bool is_blank = false;     // or a comment
  bool is_inner = false;     // a part of a list, or of a value of several lines
};

struct NotYaml {
  std::string why;
};

// Where a line's key ends; nothing where it does not begin with one.
std::optional<std::size_t> key_end(std::string_view content) {
  std::size_t end = 0;
  if (content.starts_with('"') || content.starts_with('\'')) {
    end = content.find(content.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  } else {
    if (content.empty() || std::string_view("-?[]{}&*!|>%@`#,").contains(content.front())) return std::nullopt;
    for (end = content.find(':'); end != std::string_view::npos; end = content.find(':', end + 1)) {
      if (end + 1 == content.size() || content[end + 1] == ' ') break;
    }
  }
  if (end == std::string_view::npos || end >= content.size() || content[end] != ':') return std::nullopt;
  return end;
}

std::string_view key_of(const YamlLine& line) {
  const auto end = line.is_blank || line.is_inner ? std::nullopt : key_end(line.content);
  if (!end) return {};
  const auto key = line.content.substr(0, *end);
  return key.starts_with('"') || key.starts_with('\'') ? key.substr(1, key.size() - 2) : key;
}

// The value behind the key, without a comment; `at` in the content.
struct YamlValue {
  std::size_t at = 0;
  std::string_view text;
};
YamlValue value_of(const YamlLine& line) {
  YamlValue value{.at = key_end(line.content).value_or(0) + 1};
  value.at = std::min(line.content.find_first_not_of(' ', value.at), line.content.size());
  value.text = line.content.substr(value.at);
  if (value.text.starts_with('"') || value.text.starts_with('\'')) {
    const auto end = value.text.find(value.text.front(), 1);
    const auto rest = end == std::string_view::npos ? end : value.text.find_first_not_of(' ', end + 1);
    if (rest != std::string_view::npos && value.text[rest] == '#') value.text = value.text.substr(0, end + 1);
    return value;
  }
  if (value.text.starts_with('#')) value.text = {};
  value.text = base::trim(value.text.substr(0, value.text.find(" #")));
  return value;
}

// What a value of one line says.
std::string scalar_of(std::string_view value) {
  if (value.starts_with('"')) {
    const auto parsed = base::try_parse_json(value);
    return parsed && parsed->is_string() ? parsed->get<std::string>() : std::string(value);
  }
  if (value.size() < 2 || !value.starts_with('\'')) return std::string(value);
  return std::string(value.substr(1, value.size() - 2));
}

// A value in quotes or brackets, which may go on in deeper lines.
class YamlFlow {
 public:
  static bool begins(std::string_view text) { return text.find_first_of("\"'[{") == 0; }

  bool is_open() const { return quote_ != '\0' || !brackets_.empty(); }
  // Takes the next line of it; false where that is no YAML.
  bool take(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote_ == '"' && c == '\\') {
        ++i;
      } else if (quote_ != '\0') {
        if (c == quote_) quote_ = '\0';
      } else if (c == '#' && (i == 0 || line[i - 1] == ' ')) {
        return true;
      } else if (is_done_ ? c != ' ' && !is_doubled(line, i) : !take(c)) {
        return false;
      }
      is_done_ = !is_open();
    }
    return true;
  }

 private:
  // A quote within single quotes.
  bool is_doubled(std::string_view line, std::size_t i) {
    if (line[i] != '\'' || i == 0 || line[i - 1] != '\'') return false;
    quote_ = '\'';
    return true;
  }
  bool take(char c) {
    if (c == '"' || c == '\'') quote_ = c;
    if (c == '[' || c == '{') brackets_ += c;
    if (c != ']' && c != '}') return true;
    if (brackets_.empty() || brackets_.back() != (c == ']' ? '[' : '{')) return false;
    brackets_.pop_back();
    return true;
  }

  char quote_ = '\0';
  std::string brackets_;
  bool is_done_ = false;
};

// Why a value cannot stand behind its key, or empty.
std::string_view fault_of_value(std::string_view text) {
  if (text.empty() || YamlFlow::begins(text)) return {};
  if (text.front() == '|' || text.front() == '>') return text.contains('+') ? "keeps empty lines" : "";
  const bool is_plain = !std::string_view("@`%,]}").contains(text.front()) && text != "-" && !text.starts_with("- ") &&
                        !text.starts_with("? ") && !text.contains(": ") && !text.ends_with(':');
  return is_plain ? "" : "cannot be read";
}

bool is_list_item(std::string_view content) {
  return content == "-" || content.starts_with("- ");
}

[[noreturn]] void not_in_block_form(std::size_t line, std::string_view why) {
  throw NotYaml{fmt::format("it is not YAML in block form: line {} {}", line, why)};
}

// The value that begins on a line which is no part of another one.
std::string_view beginning_value(const YamlLine& line) {
  if (is_list_item(line.content)) return base::trim(line.content.substr(1));
  if (!key_end(line.content)) return {};
  const auto at = value_of(line).at;
  return line.content.substr(at);
}

// Checks values in quotes and brackets over the lines.
class YamlValues {
 public:
  void take(const YamlLine& line, bool is_part, std::size_t number) {
    if (line.content.empty()) return;
    if (!is_part) {
      end();
      const auto value = beginning_value(line);
      flow_ = YamlFlow::begins(value) ? std::optional(YamlFlow()) : std::nullopt;
      begin_ = number;
      if (flow_ && is_list_item(line.content) && key_end(value)) flow_.reset();  // - "key": value
      if (flow_ && !flow_->take(value)) not_in_block_form(number, "cannot be read");
      if (flow_ || is_list_item(line.content) || !key_end(line.content)) return;
      if (const auto fault = fault_of_value(value_of(line).text); !fault.empty()) not_in_block_form(number, fault);
    } else if (flow_ && !flow_->take(line.content)) {
      not_in_block_form(number, "cannot be read");
    }
  }
  void end() const {
    if (flow_ && flow_->is_open()) not_in_block_form(begin_, "has a value that does not end");
  }

 private:
  std::optional<YamlFlow> flow_;
  std::size_t begin_ = 0;
};

// Checks that no mapping has a key twice.
class YamlKeys {
 public:
  void take(const YamlLine& line) {
    while (!open_.empty() && open_.back().indent > line.indent) open_.pop_back();
    if (is_list_item(line.content)) return;
    const auto key = key_of(line);
    if (key.empty()) return;
    if (open_.empty() || open_.back().indent < line.indent) open_.push_back({.indent = line.indent, .keys = {}});
    if (!open_.back().keys.insert(key).second) throw NotYaml{fmt::format("it has {} twice", key)};
  }

 private:
  struct Mapping {
    std::size_t indent = 0;
    std::set<std::string_view> keys;
  };
  std::vector<Mapping> open_;
};

// The lines, with what each is. Throws NotYaml for what is no block mapping.
std::vector<YamlLine> read_lines(std::string_view text) {
  std::vector<YamlLine> lines;
  YamlValues values;
  YamlKeys keys;
  std::size_t at = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  std::optional<std::size_t> outer;  // indentation of a line whose value goes on in deeper ones
  bool has_content = false;
  while (at < text.size()) {
    YamlLine line{.begin = at};
    const auto end = text.find('\n', at);
    line.end = end == std::string_view::npos ? text.size() : end + 1;
    const auto whole = text.substr(at, line.end - at);
    line.content = base::trim(whole);
    line.indent = std::min(whole.find_first_not_of(' '), whole.size());
    line.is_inner = outer && line.indent > *outer && !line.content.empty();
    line.is_blank = line.content.empty() || (!line.is_inner && line.content.starts_with('#'));
    const bool is_tab = line.indent < whole.size() && whole[line.indent] == '\t';
    if (is_tab && !line.is_blank && !line.is_inner) not_in_block_form(lines.size() + 1, "begins with a tab");
    at = line.end;
    lines.push_back(line);
    if (!line.is_blank) values.take(line, line.is_inner, lines.size());
    if (line.is_blank || line.is_inner) continue;
    keys.take(line);
    outer = std::nullopt;
    if (is_list_item(line.content)) {
      lines.back().is_inner = true;
      outer = line.indent;
    } else if (key_end(line.content)) {
      // A mapping or a list in the lines that follow, or all of the value.
      if (!value_of(line).text.empty()) outer = line.indent;
    } else if (line.content != "---" || line.indent > 0 || has_content) {
      not_in_block_form(lines.size(), "cannot be read");
    }
    has_content = true;
  }
  values.end();
  return lines;
}

// A key's line and those that belong to its value.
struct YamlBlock {
  std::size_t first = 0;  // numbers of lines
  std::size_t last = 0;   // the last one that is not blank
  std::size_t indent = 0;
};

// The block that begins at a line: what is indented deeper, and a list's items, which may be indented as the key is.
YamlBlock block_at(const std::vector<YamlLine>& lines, std::size_t first) {
  YamlBlock block{.first = first, .last = first, .indent = lines[first].indent};
  for (std::size_t i = first + 1; i < lines.size(); ++i) {
    const YamlLine& line = lines[i];
    if (line.is_blank) continue;
    if (line.indent < block.indent || (line.indent == block.indent && !is_list_item(line.content))) break;
    block.last = i;
  }
  return block;
}

// The blocks directly in a block, or in the whole document.
std::vector<YamlBlock> blocks_in(const std::vector<YamlLine>& lines, const YamlBlock* outer) {
  std::vector<YamlBlock> found;
  const auto end = outer == nullptr ? lines.size() : outer->last + 1;
  for (std::size_t i = outer == nullptr ? 0 : outer->first + 1; i < end;) {
    if (key_of(lines[i]).empty()) {
      ++i;
      continue;
    }
    found.push_back(block_at(lines, i));
    if (found.back().indent != found.front().indent) not_in_block_form(i + 1, "has another indentation");
    i = found.back().last + 1;
  }
  return found;
}

std::optional<YamlBlock> find_block(const std::vector<YamlLine>& lines, const YamlBlock* outer, std::string_view key) {
  for (const YamlBlock& each : blocks_in(lines, outer)) {
    if (key_of(lines[each.first]) == key) return each;
  }
  return std::nullopt;
}

bool is_empty_value(std::string_view value) {
  return value == "{}" || value == "null" || value == "~";
}

[[noreturn]] void other_form(std::string_view key) {
  throw NotYaml{fmt::format("its member {} is written in a form that init does not change", key)};
}

// One change at a time, each on the text as it is then.
class YamlText {
 public:
  YamlText(std::string_view text, std::string_view section, std::string_view name)
      : text_(text), line_break_(line_break_of(text)), section_(section), name_(name) {
    read();
  }

  const std::string& text() const { return text_; }
  bool has_entry() const { return entry_.has_value(); }
  bool has_member(std::string_view key) const { return find_block(lines_, &entry(), key).has_value(); }

  // `fresh` has two spaces for each level.
  void add(std::string_view fresh) {
    const auto outer = find_block(lines_, nullptr, section_);
    if (!outer) {
      end_last_line();
      text_ += fmt::format("{}:{}{}", section_, line_break_, indented(fresh, 2));
      return;
    }
    const YamlLine head = lines_[outer->first];
    const auto value = value_of(head);
    const auto siblings = blocks_in(lines_, &*outer);
    if (is_empty_value(value.text) && outer->last == outer->first) {
      insert_behind(outer->first, indented(fresh, 2));
      text_.erase(head.begin + value.at - 1, value.text.size() + 1);
      return;
    }
    if (!value.text.empty() || (siblings.empty() && outer->last != outer->first)) other_form(section_);
    insert_behind(outer->last, indented(fresh, siblings.empty() ? 2 : siblings.front().indent));
  }

  void set(std::string_view key, std::string_view value) { set_in(entry(), key, value); }

  void set_in_mapping(std::string_view mapping, std::string_view key, std::string_view value) {
    const auto found = find_block(lines_, &entry(), mapping);
    const auto step = member_indent() - entry().indent;
    const auto child =
        fmt::format("{}{}: {}{}", std::string(member_indent() + step, ' '), key, in_quotes(value), line_break_);
    if (!found) {
      insert_behind(entry().last,
                    fmt::format("{}{}:{}{}", std::string(member_indent(), ' '), mapping, line_break_, child));
    } else if (const auto held = value_of(lines_[found->first]);
               found->first == found->last && (held.text.empty() || is_empty_value(held.text))) {
      const auto begin = lines_[found->first].begin + lines_[found->first].indent + held.at;
      insert_behind(found->first, child);
      if (!held.text.empty()) text_.erase(begin - 1, held.text.size() + 1);
    } else if (!held.text.empty() || blocks_in(lines_, &*found).empty()) {
      other_form(mapping);
    } else {
      set_in(*found, key, value);
      return;
    }
    read();
  }

  // A list that is there loses its items.
  void empty_list(std::string_view key) {
    const auto found = find_block(lines_, &entry(), key);
    if (!found) return;
    const YamlLine line = lines_[found->first];
    const auto value = value_of(line);
    if (value.text == "[]" && found->first == found->last) return;
    const auto begin = line.begin + line.indent + value.at;
    const auto end = found->first == found->last && !value.text.empty() ? begin + value.text.size()
                                                                        : content_end(lines_[found->last]);
    const bool needs_space = text_[begin - 1] == ':';
    text_.replace(begin, end - begin, needs_space ? " []" : "[]");
    read();
  }

  void cut() {
    const auto outer = find_block(lines_, nullptr, section_);
    if (!outer) return;
    const YamlLine head = lines_[outer->first];
    const bool is_only = blocks_in(lines_, &*outer).size() == 1;
    const auto begin = lines_[entry().first].begin;
    text_.erase(begin, lines_[entry().last].end - begin);
    // Without an entry it would be null, which is no mapping.
    if (is_only) text_.insert(head.begin + key_end(head.content).value_or(0) + 1, " {}");
  }

 private:
  void read() {
    lines_ = read_lines(text_);
    const auto outer = find_block(lines_, nullptr, section_);
    entry_ = outer ? find_block(lines_, &*outer, name_) : std::nullopt;
    if (entry_ && blocks_in(lines_, &*entry_).empty()) other_form(name_);
  }

  const YamlBlock& entry() const {
    if (!entry_) other_form(name_);
    return *entry_;
  }

  std::size_t member_indent() const { return blocks_in(lines_, &entry()).front().indent; }

  std::size_t content_end(const YamlLine& line) const { return line.begin + line.indent + line.content.size(); }

  void end_last_line() {
    if (!text_.empty() && text_ != byte_order_mark && !text_.ends_with('\n')) text_ += line_break_;
  }

  void insert_behind(std::size_t line, const std::string& block) {
    if (lines_[line].end == text_.size()) {
      end_last_line();
      text_ += block;
    } else {
      text_.insert(lines_[line].end, block);
    }
  }

  void set_in(const YamlBlock& outer, std::string_view key, std::string_view value) {
    const auto found = find_block(lines_, &outer, key);
    if (!found) {
      const auto indent = blocks_in(lines_, &outer).front().indent;
      insert_behind(outer.last,
                    fmt::format("{}{}: {}{}", std::string(indent, ' '), key, in_quotes(value), line_break_));
    } else {
      const YamlLine line = lines_[found->first];
      const auto held = value_of(line);
      if (found->first != found->last || held.text.empty()) other_form(key);
      if (scalar_of(held.text) != value)
        text_.replace(line.begin + line.indent + held.at, held.text.size(), in_quotes(value));
    }
    read();
  }

  std::string indented(std::string_view block, std::size_t step) const {
    std::string out;
    while (!block.empty()) {
      const auto end = block.find('\n');
      const auto line = block.substr(0, end);
      const auto spaces = line.find_first_not_of(' ');
      out += fmt::format("{}{}{}", std::string(spaces / 2 * step, ' '), line.substr(spaces), line_break_);
      block.remove_prefix(end + 1);
    }
    return out;
  }

  std::string text_;
  std::string_view line_break_;
  std::string_view section_, name_;
  std::vector<YamlLine> lines_;  // of text_
  std::optional<YamlBlock> entry_;
};

}  // namespace

Edited set_yaml_entry(std::string_view text, std::string_view section, const ServerEntry& entry,
                      std::string_view fresh) {
  try {
    YamlText yaml(text, section, entry.name);
    if (!yaml.has_entry()) {
      yaml.add(fresh);
      if (!YamlText(yaml.text(), section, entry.name).has_entry()) other_form(section);
      return changed(text, yaml.text());
    }
    for (const char* remote : {"uri", "url"}) {
      if (yaml.has_member(remote)) return not_changed_because_remote(entry.name);
    }
    yaml.set("cmd", entry.program);
    yaml.empty_list("args");
    yaml.set_in_mapping("envs", tenant_variable, entry.tenant);
    return changed(text, yaml.text());
  } catch (const NotYaml& fault) {
    return not_changed_because(fault.why);
  }
}

Edited remove_yaml_entry(std::string_view text, std::string_view section, std::string_view name) {
  try {
    YamlText yaml(text, section, name);
    if (!yaml.has_entry()) return unchanged(text);
    yaml.cut();
    if (YamlText(yaml.text(), section, name).has_entry()) other_form(name);
    return changed(text, yaml.text());
  } catch (const NotYaml& fault) {
    return not_changed_because(fault.why);
  }
}

}  // namespace app
