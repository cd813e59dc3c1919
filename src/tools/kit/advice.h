// What helps after a failure, in words that several tools share. What aic says for all of them is in aic/advice.h.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tools::advice {

// Where a failure of this category brings no advice of its own; may be empty.
std::string_view usual(base::Errc code);

inline constexpr const char* give_real_value = "Send the real value, or leave it out.";
inline constexpr const char* clear_up_or_force = "Resolve this first, or call again with force: true.";

// `tool` is the one that reads what has changed.
std::string read_again_with(std::string_view tool);

}  // namespace tools::advice
