// What helps after a failure, where several places say the same.
#pragma once

namespace aic::advice {

inline constexpr const char* tell_maintainers =
    "Report this to the maintainers of this server; calling again does not help.";
inline constexpr const char* read_again = "Read the current state, then decide again.";

}  // namespace aic::advice
