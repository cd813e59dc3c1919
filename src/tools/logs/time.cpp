#include "tools/logs/time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

namespace tools {
namespace {

constexpr std::int64_t second = 1000;

// Takes a number of exactly `width` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  const auto digits = text.substr(0, width);
  int value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool all = digits.size() == width && result.ptr == digits.data() + digits.size();
  if (!all || result.ec != std::errc() || digits.starts_with('-')) return std::nullopt;
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "+02:00", "-0530", "Z" at the end, in seconds.
std::optional<std::int64_t> take_offset(std::string_view text) {
  if (text == "Z") return 0;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  take(text, ':');
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return west ? -seconds : seconds;
}

void drop_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return;
  const auto end = text.find_first_not_of("0123456789", 1);
  const auto digits = std::min(end, text.size()) - 1;
  if (digits >= 1 && digits <= 9) text.remove_prefix(digits + 1);
}

std::optional<std::int64_t> parse_relative(std::string_view text, std::int64_t now) {
  if (!take(text, '-') || text.size() < 2) return std::nullopt;
  const auto unit = std::string_view("smhd").find(text.back());
  if (unit == std::string_view::npos) return std::nullopt;
  constexpr std::int64_t lengths[] = {1, 60, 3600, 86400};
  constexpr std::size_t most_digits = 7;
  text.remove_suffix(1);
  const auto count = text.size() <= most_digits ? take_number(text, text.size()) : std::nullopt;
  if (!count) return std::nullopt;
  return std::max<std::int64_t>(0, now - *count * lengths[unit] * second);
}

std::optional<std::int64_t> parse_absolute(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d || !take(text, 'T')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto min = take_number(text, 2);
  if (!min) return std::nullopt;
  const auto sec = take(text, ':') ? take_number(text, 2) : 0;
  if (!sec) return std::nullopt;
  drop_fraction(text);
  const auto offset = take_offset(text);
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!offset || !date.ok() || *hour > 23 || *min > 59 || *sec > 59) return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  // No log is older than 1970, and what follows prints years of four digits.
  return std::max<std::int64_t>(0, days * 86400 + *hour * 3600 + *min * 60 + *sec - *offset) * second;
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
