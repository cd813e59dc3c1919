// The tenant's pages, filled from the templates in data/: they work without script and without outside resources.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/tenant.h"

namespace sandbox {

using Values = std::vector<std::pair<std::string_view, std::string>>;

// `{{name}}` becomes the value, escaped; `{{{name}}}` the value as it is.
std::string fill(std::string_view page, const Values& values);

// A hidden field for each pair.
std::string hidden_fields(const base::FormFields& fields);

// The page with its frame around it.
ApiReply page(int status, std::string_view title, std::string_view body);
// A page with nothing but a heading and a text.
ApiReply message_page(int status, std::string_view title, std::string_view text, bool good = false);

}  // namespace sandbox
