// Small things about text that the standard library leaves out.
#pragma once

#include <string_view>

namespace base {

// Without the blanks and line breaks round it.
constexpr std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace base
