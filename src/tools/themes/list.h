// The themes of a realm as a list: finding one, and judging what the tenant stored (R-THM-01, -02, -06).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aic/document.h"
#include "base/error.h"
#include "base/json.h"

namespace tools::themes {

using base::Json;

// The key that a map by realm uses, "alpha" or "/alpha"; "alpha" where it has neither.
std::string key_of(const Json& realms, std::string_view realm);
// The realm's themes in the document that holds all; an empty list where it has none. Throws unknown_form().
const Json& themes_of(const Json& config, std::string_view realm);

// The tenant's configuration is not as this program knows it.
base::Error unknown_form();

// One theme that an identifier stands for.
struct Match {
  std::size_t index = 0;
  std::string id, name;
  std::string_view matched_by;  // "_id" or "name"
};
// Looks for an _id first, then for a name. Throws Error when none or several are found; `realm` is for its words.
Match match(const Json& themes, std::string_view identifier, std::string_view realm);

bool is_default(const Json& theme);
// Names of journeys that use the theme.
std::vector<std::string> linked_journeys(const Json& theme);

// Throws Error{conflict} when another theme than the one at `except` has that name.
void check_name_is_free(const Json& themes, std::string_view name, std::optional<std::size_t> except = std::nullopt);

// What was asked for must be stored in the document that holds all themes, and nothing else be changed; further
// settings that the tenant adds to the theme with that id do not matter (R-WRT-07).
aic::Check check_stored(std::string realm, std::string id);
// True when a stored theme has every setting that was wanted.
bool holds_settings(const Json& stored, const Json& wanted);

}  // namespace tools::themes
