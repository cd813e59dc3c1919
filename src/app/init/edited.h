// What became of a configuration file's text that was to be changed. Everything but the entry stays byte for byte
// (R-INI-01).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace app {

struct Edited {
  std::string text;   // the whole document
  std::string fault;  // why it cannot be changed; `text` is then empty
  bool has_changed = false;
};

inline Edited unchanged(std::string_view text) {
  return {.text = std::string(text), .fault = {}};
}
inline Edited changed(std::string_view before, std::string text) {
  const bool has_changed = text != before;
  return {.text = std::move(text), .fault = {}, .has_changed = has_changed};
}
inline Edited not_changed_because(std::string why) {
  return {.text = {}, .fault = std::move(why)};
}

// The entry is that of a server which is reached over HTTP.
inline Edited not_changed_because_remote(std::string_view name) {
  return not_changed_because("its entry " + std::string(name) + " is of a server with a URL; choose another --name");
}

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

inline std::string_view line_break_of(std::string_view text) {
  return text.contains("\r\n") ? "\r\n" : "\n";
}

// Text of ours with the document's line breaks.
inline std::string with_line_breaks(std::string_view block, std::string_view line_break) {
  std::string out;
  for (const char c : block) {
    if (c == '\n') {
      out += line_break;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace app
