// Points in time as documents of the tenant write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

// "2026-01-31", "2026-01-31T08:15:30Z", with up to nine digits of a fraction or with an offset; milliseconds since
// 1970.
std::optional<std::int64_t> parse_timestamp(std::string_view text);
// "2026-01-31T08:15:30.123Z"
std::string print_timestamp(std::int64_t unix_ms);

}  // namespace sandbox
