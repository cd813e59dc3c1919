// Suggestions for a name that does not exist: which of the existing ones was probably meant.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// The candidate that is fewest typing errors away (letters' case counts little); empty when none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
// The nearest ones, best first, `count` at most.
std::vector<std::string> nearest_names(std::string_view word, std::span<const std::string> candidates,
                                       std::size_t count);

}  // namespace base
