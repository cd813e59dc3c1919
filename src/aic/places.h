// What lies at an address, in words, for people who read a list of requests.
#pragma once

#include <string>

namespace aic {

// "the managed object alpha_user/c0ffee", "the journey Login in alpha"; the path itself where it is no known place.
std::string name_of_place(const std::string& path);

}  // namespace aic
