// Escapes of half a surrogate pair (\ud83d without its second half): no JSON text stands for them, but language
// models write them when they cut an emoji in two.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

struct SurrogateRepair {
  std::string text;    // with U+FFFD in their place
  std::string escape;  // the first one, as written
  std::size_t position = 0;
};

// Nothing when the text has none.
std::optional<SurrogateRepair> replace_lone_surrogates(std::string_view json);

}  // namespace mcp
