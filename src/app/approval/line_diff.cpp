#include "app/approval/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace app {
namespace {

using Kind = DiffLine::Kind;
using Lines = std::span<const std::string_view>;

void add(std::vector<DiffLine>& diff, Kind kind, Lines lines) {
  for (const auto line : lines) diff.push_back({.kind = kind, .text = line});
}

// By the longest common subsequence.
void compare(Lines before, Lines after, std::vector<DiffLine>& diff) {
  constexpr std::size_t most_work = 4'000'000;
  if (before.empty() || after.empty() || before.size() > most_work / after.size()) {
    add(diff, Kind::removed, before);
    add(diff, Kind::added, after);
    return;
  }
  const auto columns = after.size() + 1;
  // How many lines the rest of both has in common, from each line of either.
  std::vector<std::uint32_t> common((before.size() + 1) * columns, 0);
  for (std::size_t i = before.size(); i-- > 0;) {
    for (std::size_t j = after.size(); j-- > 0;) {
      const auto below = common[(i + 1) * columns + j], right = common[i * columns + j + 1];
      common[i * columns + j] = before[i] == after[j] ? common[(i + 1) * columns + j + 1] + 1 : std::max(below, right);
    }
  }
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    const bool both = i < before.size() && j < after.size();
    if (both && before[i] == after[j]) {
      diff.push_back({.kind = Kind::same, .text = before[i]});
      ++i, ++j;
    } else if (j == after.size() || (both && common[(i + 1) * columns + j] >= common[i * columns + j + 1])) {
      diff.push_back({.kind = Kind::removed, .text = before[i++]});
    } else {
      diff.push_back({.kind = Kind::added, .text = after[j++]});
    }
  }
}

// Leaves out equal lines that are far from any change.
std::vector<DiffLine> with_context(const std::vector<DiffLine>& diff, std::size_t context) {
  std::vector<bool> kept(diff.size(), false);
  for (std::size_t i = 0; i < diff.size(); ++i) {
    if (diff[i].kind == Kind::same) continue;
    const auto begin = i - std::min(i, context), end = std::min(diff.size(), i + context + 1);
    for (auto near = begin; near < end; ++near) kept[near] = true;
  }
  std::vector<DiffLine> shown;
  for (std::size_t i = 0; i < diff.size(); ++i) {
    if (kept[i]) {
      shown.push_back(diff[i]);
    } else if (!shown.empty() && shown.back().kind == Kind::skipped) {
      ++shown.back().skipped;
    } else {
      shown.push_back({.kind = Kind::skipped, .skipped = 1});
    }
  }
  return shown;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::vector<DiffLine> line_diff(std::string_view before, std::string_view after, std::size_t context) {
  const auto all_before = lines_of(before), all_after = lines_of(after);
  Lines left = all_before, right = all_after;
  std::vector<DiffLine> diff;
  while (!left.empty() && !right.empty() && left.front() == right.front()) {
    diff.push_back({.kind = Kind::same, .text = left.front()});
    left = left.subspan(1), right = right.subspan(1);
  }
  std::size_t tail = 0;
  while (tail < left.size() && tail < right.size() && left[left.size() - 1 - tail] == right[right.size() - 1 - tail])
    ++tail;
  compare(left.first(left.size() - tail), right.first(right.size() - tail), diff);
  add(diff, Kind::same, left.last(tail));
  return with_context(diff, context);
}

}  // namespace app
