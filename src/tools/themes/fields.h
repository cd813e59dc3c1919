// What is known of the settings of a theme: their description for people, and checking given ones against it (R-THM-04,
// -05, -09). The facts are data/theme_fields.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tools/kit/check.h"

namespace tools::themes {

using base::Json;

// Whether fields are known whose group is this or begins with it: "journey.card", "journey".
bool is_group(std::string_view group);
std::vector<std::string> groups();

// One row per field, by group, with the rules that hold for several of them. An empty group stands for all.
Json field_guide(std::string_view group);

// Puts settings in the place of texts that hold their JSON, where a setting takes no text (R-ARG-16).
void decode(Json& theme);
// What is wrong with the given settings; members that are not known are not looked at. `path` names the theme.
Violations faults(const Json& theme, std::string_view path);
// What is wrong with a name, or empty.
std::string name_fault(const Json& name);
// Members that are not known: tenants have newer ones.
std::vector<std::string> unknown_fields(const Json& theme);

}  // namespace tools::themes
