// All tools of this server.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tools/kit/tool.h"

namespace tools {

// Tools that belong together; AIC_TOOLS takes the names of families, too.
struct Family {
  std::string_view name;
  std::span<const Tool> tools;
};

// In the order of tools/list.
std::span<const Family> families();
std::span<const Tool* const> catalog();

// Null for an unknown name.
const Tool* find_tool(std::string_view name);

// For the answer to an unknown name: one sentence with the nearest existing names (R-RES-02).
std::string unknown_tool(std::string_view name);

// One function per family.
namespace managed_objects {
std::span<const Tool> all();
}
namespace managed_definitions {
std::span<const Tool> all();
}
namespace logs {
std::span<const Tool> all();
}
namespace themes {
std::span<const Tool> all();
}
namespace esvs {
std::span<const Tool> all();
}
namespace features {
std::span<const Tool> all();
}
namespace journeys {
std::span<const Tool> all();
}
namespace journey_nodes {
std::span<const Tool> all();
}
namespace node_types {
std::span<const Tool> all();
}
namespace scripts {
std::span<const Tool> all();
}
namespace cors {
std::span<const Tool> all();
}
namespace oidc_apps {
std::span<const Tool> all();
}

}  // namespace tools
