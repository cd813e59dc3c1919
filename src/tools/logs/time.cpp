#include "tools/logs/time.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/time.h"

namespace tools {
namespace {

constexpr std::int64_t second = 1000;

// "-15m"
std::optional<std::int64_t> parse_relative(std::string_view text, std::int64_t now) {
  constexpr std::size_t most_digits = 7;
  constexpr std::int64_t lengths[] = {1, 60, 3600, 86400};
  const auto unit = std::string_view("smhd").find(text.back());
  const auto digits = text.substr(1, std::max<std::size_t>(text.size(), 2) - 2);
  if (unit == std::string_view::npos || digits.empty() || digits.size() > most_digits) return std::nullopt;
  std::int64_t count = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const bool all = result.ec == std::errc() && result.ptr == digits.data() + digits.size();
  if (!all || count < 0) return std::nullopt;
  return std::max<std::int64_t>(0, now - count * lengths[unit] * second);
}

std::optional<std::int64_t> parse_absolute(std::string_view text) {
  const auto time = text.contains('T') ? base::parse_iso8601(text) : std::nullopt;
  // No log is older than 1970.
  return time ? std::optional(std::max<std::int64_t>(0, *time / second * second)) : std::nullopt;
}

std::string log_time_rule(std::string_view text) {
  return parse_log_time(text, 0) ? ""
                                 : "must be a time such as 2026-01-31T08:15:30Z (or with an offset instead of Z), now, "
                                   "-30s, -15m, -2h or -1d";
}

}  // namespace

std::optional<std::int64_t> parse_log_time(std::string_view text, std::int64_t now_unix_ms) {
  const std::int64_t now = now_unix_ms / second * second;
  if (text == "now") return now;
  return text.starts_with('-') ? parse_relative(text, now) : parse_absolute(text);
}

namespace syntax {

const Syntax log_time{
    .pattern =
        "^(now|-[0-9]{1,7}[smhd]|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]"
        "(:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9]))$",
    .most = 64,
    .violation = log_time_rule,
};

}  // namespace syntax
}  // namespace tools
