// Escapes of half a surrogate pair (\ud83d without its second half) in a JSON text: no character stands for them, but
// software that cuts texts by UTF-16 units writes them (RFC 8259 §8.2). base::parse_json refuses them; whoever may not
// refuse replaces them first, and says so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace base {

struct SurrogateRepair {
  std::string text;          // with U+FFFD in their place
  std::string escape;        // the first one, as written
  std::size_t position = 0;  // where that begins
  std::size_t count = 0;
};

// Nothing when the text has none.
std::optional<SurrogateRepair> replace_lone_surrogates(std::string_view json);

}  // namespace base
