// The prompts as skills: one folder each with its SKILL.md, served as resources of the scheme skill:// (R-SKL-01). A
// client that knows skills reads name and description first, and the rest when the job is at hand. The extension
// io.modelcontextprotocol/skills, which has requests of its own, is not declared.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace app {

// The entries of resources/list, in the order of the prompts.
const base::Json& listed_skills();

// The text of skill://{name}/SKILL.md; nothing for any other address.
std::optional<std::string> skill_at(std::string_view uri);

}  // namespace app
