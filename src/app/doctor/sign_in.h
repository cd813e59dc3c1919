// `doctor --sign-in`: a whole sign-in, and what its tokens are good for (R-DOC-02).
#pragma once

#include "app/doctor/doctor.h"

namespace app {

// The sets of scopes that tools ask for, each once.
std::vector<auth::Scopes> scope_sets();

}  // namespace app
