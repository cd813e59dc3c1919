// What stands behind the last line break of an audit file, and whether a file is one at all (R-AUD-01). A wrong path in
// AIC_AUDIT_FILE must not cost the content of another file.
#pragma once

#include <cstddef>
#include <string_view>

namespace app {

// What every line of an audit log begins with.
inline constexpr std::string_view line_head = R"({"time":")";

// What the message says of a file that is none.
inline constexpr std::string_view no_audit_log = "is not an audit log: nothing is written to it";

// True for what may be the beginning of a line, or of a file of lines. A killed process may have left a line cut at any
// place, or blanks of its try to write.
bool may_begin_line(std::string_view text);

enum class Torn {
  remove,    // the beginning of a line, or a try
  complete,  // a line that lacks its line break alone
  not_ours,
};
Torn judge_torn(std::string_view text);

}  // namespace app
