// `aic-mcp-server audit FILE`: the audit log for people, and whether it is whole (R-AUD-04).
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace app {

struct AuditCommand {
  std::string file;
  bool json = false;   // print the lines as they are
  std::string since;   // a date, or a date and time: 2026-01-31, 2026-01-31T08:15Z
  std::string person;  // of this person alone
  std::string tool;    // of this tool alone
};

struct AuditShown {
  std::size_t lines = 0;
  std::size_t runs = 0;
  std::string fault;               // the first broken line and why; empty for a whole log
  std::vector<std::string> notes;  // what is no fault and yet a gap
};

// Throws base::Error{invalid_request} for a `since` that is no time.
AuditShown show_audit(const AuditCommand& command, std::istream& log,
                      const std::function<void(std::string_view)>& print);

// The whole command: prints, and returns the exit code.
int run_audit(const AuditCommand& command);

}  // namespace app
