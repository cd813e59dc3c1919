// Which words TOML 1.0 knows as values, and which names a document may define once. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace app {

using TomlPath = std::vector<std::string>;

bool is_within(const TomlPath& path, const TomlPath& outer);

// A number, a date, a time or a truth value: "-1_000", "0x1F", "1e6", "2026-01-31T08:15:30Z", "true".
bool is_toml_word(std::string_view word);

// What stands behind a backslash in a basic string: "n", "u00e9"; `text` is all that follows.
bool begins_escape(std::string_view text);

// What a document has defined so far; a second definition makes it no TOML. Each returns false for one.
class TomlNames {
 public:
  bool add_table(const TomlPath& path);
  bool add_list_entry(const TomlPath& path);
  // In the table `table`: what stands between the two is a table by a dotted key, which no header may open again.
  bool add_value(const TomlPath& path, const TomlPath& table);

 private:
  bool is_in_value(const TomlPath& path) const;
  bool has_inside(const TomlPath& path) const;

  std::set<TomlPath> tables_, lists_, values_, dotted_;
};

}  // namespace app
