// Texts in the tenant's settings and in scripts, and what they name. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tools::references {

using base::Json;

// A text somewhere in a value: its JSON pointer, and the nearest name above it.
using Visit = std::function<void(const std::string& place, const std::string& member, const std::string& text)>;
void for_each_text(const Json& value, const Visit& visit);

// Values that an ESV makes, as "&{esv.name}": what they name is not known.
bool is_made_by_esv(std::string_view text);

// "tree", "treeName", "fallbackJourney", …
bool names_journeys(std::string_view member);

// A page's stage holds a theme as {"themeId": "…"} or themeId=….
std::optional<std::string> theme_in(const std::string& text);

// "&{esv.mail.host}", "esv.mail.host" in a script, "esv-mail-host": the ESV of that id.
bool names_esv(std::string_view text, std::string_view id);

// `word` with nothing before or behind it that would make it a longer name: "managed/car" is not in "managed/cars".
bool holds_word(std::string_view text, std::string_view word);

// "word", 'word' or `word`.
bool holds_quoted(std::string_view text, std::string_view word);

// A link that starts the journey: "…?service=Login", "…&authIndexValue=Login", "#/service/Login".
bool links_to_journey(std::string_view text, std::string_view journey);

// require('name'), as a script asks for a library.
bool requires_library(std::string_view source, std::string_view name);

}  // namespace tools::references
