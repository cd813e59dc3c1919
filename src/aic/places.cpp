#include "aic/places.h"

#include <array>
#include <optional>
#include <ranges>
#include <string_view>
#include <vector>

#include "base/encoding.h"

namespace aic {
namespace {

// A `*` is one segment, a `**` at the end all that follow. In the name %1, %2, … stand for what they matched.
struct NamedPlace {
  std::string_view pattern;
  std::string_view name;
};
constexpr std::array places{
    NamedPlace{"/openidm/managed/*/*", "the object %2 of type %1"},
    NamedPlace{"/openidm/managed/*", "a new object of type %1"},
    NamedPlace{"/openidm/config/managed", "the managed object definitions"},
    NamedPlace{"/openidm/config/ui/themerealm", "the themes of all realms"},
    NamedPlace{"/openidm/config/ui/themeconfig", "the theme settings"},
    NamedPlace{"/openidm/config/ui/*", "the interface setting %1"},
    NamedPlace{"/openidm/config/**", "the configuration %1"},
    NamedPlace{"/openidm/schema/managed/*/properties/*", "the property %2 of the managed type %1"},
    NamedPlace{"/openidm/feature/**", "the feature %1"},
    NamedPlace{"/environment/variables/*", "the variable %1"},
    NamedPlace{"/environment/secrets/*", "the secret %1"},
    NamedPlace{"/environment/aiagent", "AI agents"},
    NamedPlace{"/am/json/*/realm-config/authentication/authenticationtrees/trees/*", "the journey %2 in %1"},
    NamedPlace{"/am/json/*/realm-config/authentication/authenticationtrees/nodes/*/*/*", "the node %4 (%2 %3) in %1"},
    NamedPlace{"/am/json/*/realm-config/authentication/authenticationtrees/nodes/*/*", "the node %3 (%2) in %1"},
    NamedPlace{"/am/json/*/realm-config/authentication", "the authentication settings of %1"},
    NamedPlace{"/am/json/*/scripts/*", "the script %2 in %1"},
    NamedPlace{"/am/json/*/scripts", "a new script in %1"},
    NamedPlace{"/am/json/*/realm-config/agents/OAuth2Client/*", "the OAuth 2.0 client %2 in %1"},
    NamedPlace{"/am/json/global-config/services/CorsService/configuration/*", "the CORS policy %1"},
    NamedPlace{"/am/json/global-config/services/CorsService/configuration", "a new CORS policy"},
};

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (const auto part : std::views::split(path, '/')) segments.emplace_back(part);
  return segments;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  const auto wanted = parts_of(pattern);
  const auto given = parts_of(path);
  std::vector<std::string> matched;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return std::nullopt;
    if (wanted[i] == "**") {
      std::string rest(path.substr(static_cast<std::size_t>(given[i].data() - path.data())));
      matched.push_back(base::percent_decode(rest));
      return matched;
    }
    if (wanted[i] == "*") {
      matched.push_back(base::percent_decode(given[i]));
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  if (given.size() != wanted.size()) return std::nullopt;
  return matched;
}

// The name with what the pattern matched.
std::string filled(std::string_view form, const std::vector<std::string>& matched) {
  constexpr std::size_t longest = 100;
  std::string name;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%') {
      name += form[i];
    } else {
      name += base::printable(matched.at(static_cast<std::size_t>(form[++i] - '1')), longest);
    }
  }
  return name;
}

}  // namespace

std::string name_of_place(const std::string& path) {
  for (const auto& place : places) {
    if (const auto matched = match(place.pattern, path)) return filled(place.name, *matched);
  }
  return base::printable(path, 300);
}

}  // namespace aic
