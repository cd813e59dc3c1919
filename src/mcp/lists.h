// The lists: tools/list, resources/templates/list and prompts/list, which are there at once, and resources/list, page
// by page (server/utilities/pagination). Internal to this library.
#pragma once

#include "mcp/host.h"
#include "mcp/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace mcp {

// One page in the words of that revision, as members of the result but `_meta`. Nothing for a method that is none of
// the lists that are there at once, or not offered. Throws ProtocolError{invalid_params} for a cursor that was never
// given out.
std::optional<std::string> list_page(const Request& request, std::string_view revision, Host& host);

// The same of the resources, where `lists_resources` says so.
bool lists_resources(const Request& request, Host& host);
net::Task<std::string> resources_page(Json cursor, std::string_view revision, Host& host);

}  // namespace mcp
