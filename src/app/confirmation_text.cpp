#include "app/confirmation_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "tools/kit/secrets.h"
#include "tools/kit/trim.h"
#include "tools/kit/unseen.h"

namespace app {
namespace {

// Characters that a person can be expected to look through.
constexpr std::size_t longest_question = 30'000;
// How long a line may be before its middle is hidden: the first that keeps the question within its limit.
constexpr std::array<std::size_t, 3> longest_lines = {4'000, 1'000, 300};

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
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
  return tools::with_unseen_shown(std::move(text));
}

}  // namespace

std::optional<std::string> confirmation_text(const tools::Tool& tool, base::Json arguments, std::string_view subject,
                                             const base::Origin& tenant) {
  const auto secrets = tools::secret_texts(arguments);
  tools::hide_secrets(arguments);
  tools::hide_texts(arguments, secrets);
  std::string head = fmt::format("Let the assistant run {} ({}) on {}?\n", tool.name, tool.title, tenant.authority());
  if (!subject.empty())
    head += fmt::format("\nIt affects {}.", shortened(tools::with_unseen_shown(std::string(subject)), 500));
  const std::string shown = all_arguments(arguments);
  for (const auto longest : longest_lines) {
    auto text = head + shortened_lines(shown, longest);
    if (tools::characters(text) <= longest_question) return text;
  }
  return std::nullopt;
}

}  // namespace app
