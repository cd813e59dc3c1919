// What an answer must hold before anything is concluded from it: one without a body says nothing of what the tenant
// has, neither "none" nor "not found" (R-HTT-09).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace aic {

// Why nothing can be concluded from the answer to `path`; nothing when it is an object and, where `list` is given, its
// member of that name is a list of objects, each with a text of the name `key` where that is given.
std::optional<base::Error> missing_content(std::string_view path, const base::Json& body, std::string_view list = {},
                                           std::string_view key = {});

// Throws that.
void need_content(std::string_view path, const base::Json& body, std::string_view list = {}, std::string_view key = {});

}  // namespace aic
