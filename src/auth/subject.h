// Whom a token names, as far as a client can read that.
#pragma once

#include <string>

#include "base/secret.h"

namespace auth {

// The claim `sub` of a JWT (RFC 7519 §4.1.2), unverified: good for telling whether two of the tenant's own tokens are
// one person's. Empty for opaque tokens.
std::string subject_of(const base::Secret& token);

}  // namespace auth
