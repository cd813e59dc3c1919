// The values of variables (ESVs): what a caller may give for which type, the text that is stored for it, and the way
// back (R-ESV-02, -04, -06).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace tools::esvs {

using base::Json;

// The types that a variable can have, those first that people should choose from.
const std::vector<std::string>& types();

// The text that a value is stored as, or what is wrong with the value ("must be …").
struct Stored {
  std::string text;
  std::string violation = {};
};
Stored stored_text(std::string_view type, const Json& value);

// The value that the text stands for, in the JSON type that goes with the variable's type; nothing for types that are
// text, and where the text is none of that type.
std::optional<Json> parsed_value(std::string_view type, std::string_view text);
bool is_text_type(std::string_view type);

// The text inside valueBase64; nothing unless it is valid base64 of valid UTF-8.
std::optional<std::string> decoded(std::string_view base64);

}  // namespace tools::esvs
