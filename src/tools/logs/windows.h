// Time ranges of more than a day, asked in parts: a log query takes 24 hours at most (R-ECO-05).
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace tools::logs {

inline constexpr std::int64_t hour_ms = 3'600'000;
inline constexpr std::int64_t longest_query_ms = 24 * hour_ms;

// From `begin` on, before `end`; in milliseconds since 1970, of whole seconds.
struct Range {
  std::int64_t begin = 0, end = 0;
};

// A part of a range. It holds the entries from `begin` on and before `end`, and is asked for from `asked_begin` on:
// whether a query of the tenant includes the very times that it names is not documented. Where another part follows, it
// begins a second early, and what belongs to another part is left to that, so that no entry is missing or told twice.
struct Window {
  std::int64_t begin = 0, end = 0;
  std::int64_t asked_begin = 0;

  // False for an entry that the query gave but that belongs to another part.
  bool holds(const base::Json& entry) const;
};

// The parts of a range, newest first. The first depends on the end alone as long as the range is longer than it.
std::vector<Window> windows_of(Range range);

}  // namespace tools::logs
