#include "base/surrogates.h"

#include <charconv>

namespace base {
namespace {

constexpr std::size_t escape_size = 6;  // \uXXXX

// The code unit of an escape that begins at `at`, or nothing.
std::optional<unsigned> code_unit(std::string_view text, std::size_t at) {
  if (text.size() < at + escape_size || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const char* digits = text.data() + at + 2;
  const auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
  if (error != std::errc() || end != digits + 4) return std::nullopt;
  return unit;
}

bool is_high(unsigned unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}
bool is_low(unsigned unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

// How far the escape at `at` reaches, and whether it is half a pair.
struct Escape {
  std::size_t size = 2;  // of another one: its second character is no backslash of its own
  bool is_lone = false;
};

Escape escape_at(std::string_view text, std::size_t at) {
  const auto unit = code_unit(text, at);
  if (!unit) return {};
  const auto next = is_high(*unit) ? code_unit(text, at + escape_size) : std::nullopt;
  if (next && is_low(*next)) return {.size = 2 * escape_size};
  return {.size = escape_size, .is_lone = is_high(*unit) || is_low(*unit)};
}

}  // namespace

std::optional<SurrogateRepair> replace_lone_surrogates(std::string_view json) {
  SurrogateRepair repair;
  std::size_t copied = 0;
  for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
    const auto escape = escape_at(json, at);
    if (escape.is_lone) {
      const bool is_first = repair.count++ == 0;
      if (is_first) repair.position = at;
      repair.text.append(json, copied, at - copied).append("\\ufffd");
      copied = at + escape_size;
    }
    at += escape.size;
  }
  if (repair.count == 0) return std::nullopt;
  repair.escape = json.substr(repair.position, escape_size);
  repair.text.append(json, copied);
  return repair;
}

}  // namespace base
