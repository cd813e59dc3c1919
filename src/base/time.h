// Points in time as ISO 8601 writes them, in milliseconds since 1970-01-01T00:00:00Z.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// "2026-01-31T08:15:30Z", fractions cut.
std::string iso8601(std::int64_t unix_ms);
// "2026-01-31T08:15:30.123Z"
std::string iso8601_ms(std::int64_t unix_ms);

// "2026-01-31T08:15:30Z" with a fraction of up to nine digits or without seconds, with "+02:00" or "+0200" instead of
// Z; "2026-01-31" is its midnight in UTC. Nothing when it is no such time, a time without Z or an offset included.
std::optional<std::int64_t> parse_iso8601(std::string_view text);

}  // namespace base
