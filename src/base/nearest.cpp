#include "base/nearest.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace base {
namespace {

// A slip of the shift key is a smaller error than a wrong letter.
constexpr std::size_t wrong_letter = 4;
constexpr std::size_t wrong_case = 1;
// Comparing costs time in proportion to both lengths, and names come from outside.
constexpr std::size_t longest_compared = 128;

std::size_t difference(char left, char right) {
  if (left == right) return 0;
  return to_lower(left) == to_lower(right) ? wrong_case : wrong_letter;
}

// Insertions, deletions, replacements and swapped neighbours (optimal string alignment).
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before_last, last(right.size() + 1), row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) last[j] = j * wrong_letter;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i * wrong_letter;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      row[j] = std::min(
          {last[j] + wrong_letter, row[j - 1] + wrong_letter, last[j - 1] + difference(left[i - 1], right[j - 1])});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + wrong_letter);
    }
    before_last = std::exchange(last, row);
  }
  return last[right.size()];
}

// A name that contains the word, or is contained in it, is near whatever else it holds ("user" for "alpha_user").
bool is_near(std::string_view word, std::string_view candidate, std::size_t errors) {
  if (word.size() >= 3 && (contains_ignoring_case(candidate, word) || contains_ignoring_case(word, candidate)))
    return true;
  return errors <= wrong_letter * std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view word, std::span<const std::string> candidates,
                                       std::size_t count) {
  if (word.empty() || word.size() > longest_compared) return {};
  std::vector<std::pair<std::size_t, std::size_t>> near;  // errors, index
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].size() > longest_compared) continue;
    const auto errors = distance(word, candidates[i]);
    if (is_near(word, candidates[i], errors)) near.emplace_back(errors, i);
  }
  std::ranges::sort(near);
  std::vector<std::string> names;
  for (const auto& [errors, index] : near) {
    if (names.size() == count) break;
    names.push_back(candidates[index]);
  }
  return names;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const auto names = nearest_names(word, candidates, 1);
  return names.empty() ? std::string{} : names.front();
}

}  // namespace base
