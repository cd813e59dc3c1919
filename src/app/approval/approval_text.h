// A question in words, for a form of the MCP client (R-APR-05).
#pragma once

#include <optional>
#include <string>

#include "app/approval/question.h"

namespace app {

// What the page shows, as text. Nothing for a change that is too large to be shown so that a person could judge it.
std::optional<std::string> approval_text(const Question& question);

}  // namespace app
