// The person's desktop session, where the one who started us has not told it: many MCP clients pass few variables on.
// One source file per system.
#pragma once

#include <string>
#include <vector>

namespace net {

// What a program needs to show a window in that session and this environment lacks: "DISPLAY=:0", …; empty where there
// is no session. Blocks for as long as the session's manager likes.
std::vector<std::string> desktop_session(const std::vector<std::string>& environment);

}  // namespace net
