// The times that log queries take (R-LOG-01): ISO 8601, or relative to now.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tools/kit/syntax.h"

namespace tools {

// "2026-01-31T08:15:30Z", with an offset or fractions if need be; "now"; "-30s", "-15m", "-2h", "-1d". In milliseconds
// since 1970, fractions of a second dropped. Nothing when it is no such time.
std::optional<std::int64_t> parse_log_time(std::string_view text, std::int64_t now_unix_ms);

namespace syntax {
extern const Syntax log_time;
}

}  // namespace tools
