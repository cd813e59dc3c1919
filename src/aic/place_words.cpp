#include "aic/place_words.h"

#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"

namespace aic {
namespace {

constexpr std::size_t shown_bytes = 100;
constexpr std::size_t most_names = 4;

using Names = std::vector<std::string>;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (const auto part : std::views::split(path, '/')) segments.emplace_back(part);
  return segments;
}

// Node types have versions; ids of nodes never look like one.
bool is_version(std::string_view segment) {
  return segment.contains('.') && segment.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<Names> names_in(std::string_view path, std::string_view form) {
  const auto given = segments_of(path), wanted = segments_of(form);
  Names names;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return std::nullopt;
    if (wanted[i] == "{*}") {
      names.push_back(base::percent_decode(path.substr(static_cast<std::size_t>(given[i].data() - path.data()))));
      return names;
    }
    if (wanted[i] == "{}" || (wanted[i] == "{version}" && is_version(given[i])))
      names.push_back(base::percent_decode(given[i]));
    else if (wanted[i] != given[i])
      return std::nullopt;
  }
  return given.size() == wanted.size() ? std::optional(std::move(names)) : std::nullopt;
}

std::optional<std::string> words_for(std::string_view path, std::span<const PlaceWords> places) {
  for (const auto& place : places) {
    auto names = names_in(path, place.form);
    if (!names) continue;
    for (auto& name : *names) name = base::printable(name, shown_bytes);
    names->resize(most_names);
    return fmt::format(fmt::runtime(place.words), (*names)[0], (*names)[1], (*names)[2], (*names)[3]);
  }
  return std::nullopt;
}

}  // namespace aic
