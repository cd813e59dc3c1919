#include "tools/logs/windows.h"

#include <algorithm>

#include "tools/logs/time.h"

namespace tools::logs {
namespace {

constexpr std::int64_t overlap_ms = 1'000;

}  // namespace

bool Window::holds(const base::Json& entry) const {
  // Times of entries lose their fractions here, and parts begin and end at whole seconds.
  const auto time = parse_log_time(base::text_member(entry, "timestamp"), 0);
  const bool is_of_older = time && *time >= asked_begin && *time < begin;
  const bool is_of_newer = time == end;
  return !is_of_older && !is_of_newer;
}

std::vector<Window> windows_of(Range range) {
  std::vector<Window> windows;
  auto end = range.end;
  while (end - range.begin > longest_query_ms) {
    const auto begin = end - longest_query_ms + overlap_ms;
    windows.push_back({.begin = begin, .end = end, .asked_begin = begin - overlap_ms});
    end = begin;
  }
  windows.push_back({.begin = range.begin, .end = end, .asked_begin = range.begin});
  return windows;
}

}  // namespace tools::logs
