// What the tools about journeys and nodes share: their field, and how they ask AM.
#pragma once

#include "tools/kit/fields.h"
#include "tools/kit/requests.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

const auto journey_name = segment("journeyName", "Name of the journey.");

}  // namespace tools::journeys
