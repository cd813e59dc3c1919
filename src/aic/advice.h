// What helps after a failure, where several places say the same.
#pragma once

namespace aic::advice {

inline constexpr const char* tell_maintainers = "Asking again will not help; tell the maintainers of this server.";
inline constexpr const char* read_again = "Read it again, then decide anew.";

}  // namespace aic::advice
