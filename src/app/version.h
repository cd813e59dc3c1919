#pragma once

#include <string>

namespace app {

// For people who report a fault: version, commit, target, and the libraries that are in use, in three lines.
std::string version_text();

}  // namespace app
