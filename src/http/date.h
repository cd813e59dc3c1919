// The dates of HTTP's headers (RFC 9110 §5.6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t unix_s);

// Milliseconds since 1970, from that form or one of the two obsolete ones.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace http
