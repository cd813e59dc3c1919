// Windows' UTF-16 and our UTF-8. For the files of that system alone.
#pragma once

#include <string>
#include <string_view>

namespace base {

// What is no valid text becomes U+FFFD.
std::string to_utf8(std::wstring_view text);
std::wstring to_wide(std::string_view text);

// An error code of Windows in its own words.
std::string windows_error(unsigned long code);

}  // namespace base
