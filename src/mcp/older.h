// What older revisions do not know, said in what they know: a client drops a whole result for one kind of content that
// it has never heard of. Members that it only ignores stay. Internal to this library.
#pragma once

#include "base/json.h"

#include <string_view>

namespace mcp {

using base::Json;

// The content of a tool result. Sound came with 2025-03-26, links to resources with 2025-06-18.
Json content_in(std::string_view revision, Json content);

// The messages of a prompt, which hold one item of content each.
Json messages_in(std::string_view revision, Json messages);

// `structuredContent` and the `outputSchema` that promises it came with 2025-06-18.
bool knows_structure(std::string_view revision);

// True where the entries of the lists can be sent as they are.
bool knows_all_of_lists(std::string_view revision);
// One entry of a list. Titles came with 2025-06-18, icons with 2025-11-25.
Json entry_in(std::string_view revision, Json entry);

}  // namespace mcp
