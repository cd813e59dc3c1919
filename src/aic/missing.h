// What a 404 means, said by what is missing instead of by an address: "There is no journey "Login" in alpha."
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aic {

struct Missing {
  std::string sentence;
  std::string question;     // whether it is so: "whether the tenant has journey "Login" in alpha"
  bool is_service = false;  // the address is one that every tenant should have, not one of the caller's naming
};

// Nothing for addresses of which no more is known.
std::optional<Missing> what_is_missing(std::string_view path);

}  // namespace aic
