// Which members of documents hold secrets, and hiding them in results and errors (R-RES-14).
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace tools {

using base::Json;

// Stands in results for the value of a secret member.
inline constexpr std::string_view hidden_secret = "[redacted]";

// True for names such as userPassword, client_secret, privateKey, in any spelling.
bool is_secret_name(std::string_view name);

// Replaces the texts of all secret members, at any depth.
void hide_secrets(Json& value);

// Stands in results for a text that was left out because of its length.
std::string left_out_text(std::size_t characters);
// True for the two stand-ins above: whoever writes one back would destroy what it stands for.
bool is_stand_in(std::string_view text);

}  // namespace tools
