// The difference of two texts by their lines, as reviews show it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace app {

struct DiffLine {
  enum class Kind { same, removed, added, skipped };
  Kind kind = Kind::same;
  std::string_view text;    // into one of the two texts
  std::size_t skipped = 0;  // of Kind::skipped: equal lines that are not shown
  bool operator==(const DiffLine&) const = default;
};

// At least one; none has its line break.
std::vector<std::string_view> lines_of(std::string_view text);

// `context` equal lines are kept around each change. Texts that differ in more lines than can be compared with little
// work are shown as wholly removed and added, apart from what they begin and end with alike.
std::vector<DiffLine> line_diff(std::string_view before, std::string_view after, std::size_t context = 3);

}  // namespace app
