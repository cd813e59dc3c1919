// A journey as an SVG image: self-contained, without script and outside references, for light and dark screens.
#pragma once

#include <string>

#include "tools/journeys/picture/picture.h"

namespace tools::journeys {

std::string svg(const Picture& picture);

}  // namespace tools::journeys
