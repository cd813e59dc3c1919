#include "tools/logs/filter.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"

namespace tools {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// Words, quoted texts (with their quotes), "(", ")" and "!". Nothing when a quote is never closed.
std::optional<std::vector<std::string_view>> tokens_of(std::string_view filter) {
  std::vector<std::string_view> tokens;
  std::size_t at = 0;
  while ((at = filter.find_first_not_of(blanks, at)) != std::string_view::npos) {
    const char c = filter[at];
    std::size_t end = at + 1;
    if (c == '"' || c == '\'') {
      while (end < filter.size() && filter[end] != c) end += filter[end] == '\\' ? 2 : 1;
      if (end >= filter.size()) return std::nullopt;
      ++end;
    } else if (c != '(' && c != ')' && c != '!') {
      end = std::min(filter.find_first_of(" \t\r\n()\"'", at), filter.size());
    }
    tokens.push_back(filter.substr(at, end - at));
    at = end;
  }
  return tokens;
}

bool balances(const std::vector<std::string_view>& tokens) {
  int open = 0;
  for (const auto token : tokens) {
    if (token == "(") ++open;
    if (token == ")" && --open < 0) return false;
  }
  return open == 0;
}

// An entry's own members; whatever else people name is in its payload.
std::string corrected(std::string_view path) {
  constexpr std::array<std::string_view, 4> members = {"payload", "timestamp", "type", "source"};
  const auto first = path.substr(0, path.find('/'));
  const bool known = std::ranges::find(members, first) != members.end();
  return fmt::format("{}{}", known ? "/" : "/payload/", base::printable(path, 100));
}

// The first field path without its slash, as far as the filter has the form that filters have.
std::optional<std::string_view> bare_path(const std::vector<std::string_view>& tokens) {
  std::size_t at = 0;
  while (at < tokens.size()) {
    while (at < tokens.size() && (tokens[at] == "(" || tokens[at] == "!")) ++at;
    if (at == tokens.size()) return std::nullopt;
    const auto operand = tokens[at++];
    if (!base::same_ignoring_case(operand, "true") && !base::same_ignoring_case(operand, "false")) {
      const bool is_path = operand.front() != '"' && operand.front() != '\'' && operand != ")";
      if (is_path && !operand.starts_with('/')) return operand;
      const bool is_presence = at < tokens.size() && base::same_ignoring_case(tokens[at], "pr");
      at += is_presence ? 1 : 2;
    }
    while (at < tokens.size() && tokens[at] == ")") ++at;
    if (at < tokens.size() && !base::same_ignoring_case(tokens[at], "and") &&
        !base::same_ignoring_case(tokens[at], "or"))
      return std::nullopt;
    ++at;
  }
  return std::nullopt;
}

}  // namespace

std::string log_filter_violation(std::string_view filter) {
  const auto tokens = tokens_of(filter);
  if (!tokens) return "must close every quote";
  if (!balances(*tokens)) return "must have balanced parentheses";
  if (const auto path = bare_path(*tokens))
    return fmt::format("must use field paths that begin with a slash: {} instead of {}", corrected(*path),
                       base::printable(*path, 100));
  return {};
}

}  // namespace tools
