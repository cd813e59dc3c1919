// What is known of the kinds in a page's settings (data/page_kinds.json), for the tools that take them: a child whose
// settings stay a text would be stored without them (R-ARG-16). Those of other nodes only the tenant's schema tells.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "tools/kit/check.h"

namespace tools::journeys {

// Of a node {"nodeType", "config", …}: puts values in the place of texts that hold their JSON, where it is a page.
void decode_page(base::Json& node);
// The same with the settings alone.
void decode_page_settings(std::string_view node_type, base::Json& settings);
Violations page_kind_faults(std::string_view node_type, const base::Json& config, const std::string& path);

}  // namespace tools::journeys
