#include "app/confirmation_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "tools/kit/secrets.h"
#include "tools/kit/trim.h"

namespace app {
namespace {

// Characters that a person can be expected to look through.
constexpr std::size_t longest_question = 30'000;
// How long a line may be before its middle is hidden: the first that keeps the question within its limit.
constexpr std::array<std::size_t, 3> longest_lines = {4'000, 1'000, 300};

struct Range {
  char32_t first, last;
};
// Characters that are not seen, or that change the order in which others are.
constexpr std::array<Range, 7> unseen = {{{0x7F, 0x9F},
                                          {0xAD, 0xAD},
                                          {0x200B, 0x200F},
                                          {0x2028, 0x202E},
                                          {0x2060, 0x206F},
                                          {0xFEFF, 0xFEFF},
                                          {0xFFF9, 0xFFFB}}};

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// The character of two or three bytes that begins there; 0 for others, which are all seen.
char32_t character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  const char32_t first = byte(at);
  if (first == 0x7F) return first;
  if (first >= 0xC0 && first < 0xE0 && at + 1 < text.size()) return (first & 0x1F) << 6 | (byte(at + 1) & 0x3F);
  if (first >= 0xE0 && first < 0xF0 && at + 2 < text.size()) {
    return (first & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
  }
  return 0;
}

// As JSON would escape them.
std::string with_unseen_escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at + 1;
    while (end < text.size() && !starts_character(text[end])) ++end;
    const char32_t character = character_at(text, at);
    const bool is_unseen =
        std::ranges::any_of(unseen, [&](Range range) { return character >= range.first && character <= range.last; });
    out += is_unseen ? fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character))
                     : std::string(text.substr(at, end - at));
    at = end;
  }
  return out;
}

// Where the character of that number begins.
std::size_t offset_of(std::string_view text, std::size_t number) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (starts_character(text[at]) && number-- == 0) break;
  }
  return at;
}

std::string shortened(std::string_view line, std::size_t longest) {
  const auto length = tools::characters(line);
  if (length <= longest) return std::string(line);
  const auto tail = longest / 3;
  const auto head = longest - tail;
  return fmt::format("{}…[{} characters hidden]…{}", line.substr(0, offset_of(line, head)), length - longest,
                     line.substr(offset_of(line, length - tail)));
}

std::string shortened_lines(std::string_view text, std::size_t longest) {
  std::string out;
  std::string_view before;
  for (const auto line : std::views::split(text, '\n')) {
    out.append(std::exchange(before, "\n")).append(shortened(std::string_view(line), longest));
  }
  return out;
}

std::string all_arguments(const base::Json& arguments) {
  std::string text;
  for (const auto& [name, value] : arguments.items())
    text += fmt::format("\n{}: {}", name, base::print_json_lines(value));
  return with_unseen_escaped(text);
}

}  // namespace

std::optional<std::string> confirmation_text(const tools::Tool& tool, base::Json arguments, std::string_view subject,
                                             const base::Origin& tenant) {
  const auto secrets = tools::secret_texts(arguments);
  tools::hide_secrets(arguments);
  tools::hide_texts(arguments, secrets);
  std::string head = fmt::format("Let the assistant run {} ({}) on {}?\n", tool.name, tool.title, tenant.authority());
  if (!subject.empty()) head += fmt::format("\nIt affects {}.", shortened(with_unseen_escaped(subject), 500));
  const std::string shown = all_arguments(arguments);
  for (const auto longest : longest_lines) {
    auto text = head + shortened_lines(shown, longest);
    if (tools::characters(text) <= longest_question) return text;
  }
  return std::nullopt;
}

}  // namespace app
