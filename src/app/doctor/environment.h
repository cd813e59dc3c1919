// Of the environment of a desktop session, what all systems check in one way.
#pragma once

#include <span>
#include <string_view>

#include "app/doctor/doctor.h"

namespace app {

// Fails where one of the variables is missing or empty; names are compared without regard to case.
Finding check_variables(const Options& options, const Environment& environment,
                        std::span<const std::string_view> wanted);

}  // namespace app
