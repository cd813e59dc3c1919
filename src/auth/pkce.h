// The values that tie a sign-in to this process: PKCE (RFC 7636) and `state` (RFC 6749 §10.12).
#pragma once

#include <string>

#include "base/random.h"
#include "base/secret.h"

namespace auth {

// A verifier and what may be shown of it.
struct Pkce {
  base::Secret verifier;  // 43 characters
  std::string challenge;  // method S256
};

Pkce make_pkce(base::Random& random);

// 22 characters. It travels in an address that people see and that is printed, so it is no Secret: those are
// hidden in all output.
std::string make_state(base::Random& random);

}  // namespace auth
