#include "base/time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>

#include <fmt/core.h>

namespace base {
namespace {

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

// "08:15:30.123", "08:15": milliseconds since midnight.
std::optional<std::int64_t> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute) return std::nullopt;
  const auto second = take(text, ':') ? take_number(text, 2) : 0;
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  std::int64_t ms = ((*hour * 60 + *minute) * 60 + *second) * std::int64_t{1000};
  if (!take(text, '.')) return ms;
  const auto size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size < 1 || size > 9) return std::nullopt;
  int worth = 100;
  for (const char digit : text.substr(0, size)) {
    ms += (digit - '0') * worth;
    worth /= 10;
  }
  text.remove_prefix(size);
  return ms;
}

// What is left of the text: "Z", "+02:00", "-0530". Milliseconds east of Greenwich.
std::optional<std::int64_t> parse_offset(std::string_view text) {
  if (text == "Z") return 0;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  take(text, ':');
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t ms = (*hours * 60 + *minutes) * std::int64_t{60'000};
  return west ? -ms : ms;
}

std::string print(std::int64_t unix_ms, bool with_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(unix_ms)};
  const auto midnight = floor<days>(time);
  const year_month_day date(midnight);
  const hh_mm_ss clock(time - midnight);
  const auto fraction = with_ms ? fmt::format(".{:03}", clock.subseconds().count()) : "";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), fraction);
}

}  // namespace

std::string iso8601(std::int64_t unix_ms) {
  return print(unix_ms, false);
}

std::string iso8601_ms(std::int64_t unix_ms) {
  return print(unix_ms, true);
}

std::optional<std::int64_t> parse_iso8601(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t midnight = duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count();
  if (text.empty()) return midnight;
  if (!take(text, 'T')) return std::nullopt;
  const auto clock = take_clock(text);
  const auto offset = clock ? parse_offset(text) : std::nullopt;
  if (!offset) return std::nullopt;
  return midnight + *clock - *offset;
}

}  // namespace base
