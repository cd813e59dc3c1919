#include "tools/references/texts.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"

namespace tools::references {
namespace {

std::string escaped(std::string_view member) {
  std::string out;
  for (const char c : member) out += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return out;
}

void walk(const Json& value, const std::string& place, const std::string& member, const Visit& visit) {
  if (value.is_string()) {
    visit(place, member, value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    for (const auto& [name, one] : value.items()) walk(one, place + "/" + escaped(name), name, visit);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], fmt::format("{}/{}", place, i), member, visit);
  }
}

bool is_in_name(char c) {
  return base::is_letter_or_digit(c) || c == '_' || c == '-';
}

bool is_in_esv(char c) {
  return is_in_name(c) || c == '.';
}

// True where `is_it` holds for the beginning of `word` somewhere in the text.
template <typename Test>
bool any_place(std::string_view text, std::string_view word, const Test& is_it) {
  if (word.empty()) return false;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (is_it(at)) return true;
  }
  return false;
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

}  // namespace

void for_each_text(const Json& value, const Visit& visit) {
  walk(value, "", "", visit);
}

bool is_made_by_esv(std::string_view text) {
  return text.find("&{") != std::string_view::npos;
}

bool names_journeys(std::string_view member) {
  const auto name = base::lower_case(member);
  return name.ends_with("tree") || name.ends_with("treename") || name.ends_with("journey") ||
         name.ends_with("journeyname");
}

std::optional<std::string> theme_in(const std::string& text) {
  constexpr std::string_view plain = "themeId=";
  if (const auto json = base::try_parse_json(text); json && json->is_object()) {
    auto id = base::text_member(*json, "themeId");
    return id.empty() ? std::nullopt : std::optional(std::move(id));
  }
  const auto at = text.find(plain);
  if (at == std::string::npos) return std::nullopt;
  const auto start = at + plain.size();
  return text.substr(start, text.find_first_of(",;& ", start) - start);
}

bool names_esv(std::string_view text, std::string_view id) {
  constexpr std::string_view head = "esv";
  return any_place(text, head, [&](std::size_t at) {
    if (at > 0 && is_in_esv(text[at - 1])) return false;
    auto end = at;
    while (end < text.size() && is_in_esv(text[end])) ++end;
    // The full stop of a sentence is no part of the name.
    while (end > at && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    std::string name(text.substr(at, end - at));
    std::ranges::replace(name, '.', '-');
    return name == id;
  });
}

bool holds_word(std::string_view text, std::string_view word) {
  return any_place(text, word, [&](std::size_t at) {
    const auto end = at + word.size();
    return (at == 0 || !is_in_name(text[at - 1])) && (end == text.size() || !is_in_name(text[end]));
  });
}

bool holds_quoted(std::string_view text, std::string_view word) {
  return any_place(text, word, [&](std::size_t at) {
    const auto end = at + word.size();
    return at > 0 && end < text.size() && is_quote(text[at - 1]) && text[end] == text[at - 1];
  });
}

bool links_to_journey(std::string_view text, std::string_view journey) {
  static constexpr std::array<std::string_view, 5> heads = {"service=", "authIndexValue=", "acr_values=", "#/service/",
                                                            "#service/"};
  const std::array<std::string, 2> names = {std::string(journey), base::percent_encode(journey)};
  const auto names_it = [&](std::string_view rest) {
    return std::ranges::any_of(names, [&](const std::string& name) {
      const bool goes_on = rest.size() > name.size() && (is_in_name(rest[name.size()]) || rest[name.size()] == '%');
      return rest.starts_with(name) && !goes_on;
    });
  };
  return std::ranges::any_of(heads, [&](std::string_view head) {
    return any_place(text, head, [&](std::size_t at) { return names_it(text.substr(at + head.size())); });
  });
}

bool requires_library(std::string_view source, std::string_view name) {
  return any_place(source, "require", [&](std::size_t at) {
    auto rest = base::trim(source.substr(at + std::string_view("require").size()));
    if (!rest.starts_with('(')) return false;
    rest = base::trim(rest.substr(1));
    return !rest.empty() && is_quote(rest.front()) && rest.substr(1).starts_with(name) &&
           rest.size() > name.size() + 1 && rest[name.size() + 1] == rest.front();
  });
}

}  // namespace tools::references
