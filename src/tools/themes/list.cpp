#include "tools/themes/list.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/encoding.h"
#include "base/nearest.h"

namespace tools::themes {
namespace {

using base::Errc;
using base::Error;

constexpr std::size_t suggestions = 3;

std::string id_of(const Json& theme) {
  return base::text_member(theme, "_id");
}

std::string name_of(const Json& theme) {
  return base::text_member(theme, "name");
}

Match match_at(const Json& themes, std::size_t index, std::string_view matched_by) {
  return {.index = index, .id = id_of(themes[index]), .name = name_of(themes[index]), .matched_by = matched_by};
}

Error ambiguous(const Json& themes, const std::vector<std::size_t>& found, std::string_view realm) {
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (const auto index : found) ids.push_back(id_of(themes[index]));
  Error error(Errc::invalid_request,
              fmt::format("{} themes of {} have this name; their ids are {}", ids.size(), realm, fmt::join(ids, ", ")));
  error.detail = {{"ids", std::move(ids)}};
  error.next = "Call again with one of the ids.";
  return error;
}

Error missing(const Json& themes, std::string_view identifier, std::string_view realm) {
  std::vector<std::string> names;
  for (const Json& theme : themes) {
    if (const auto name = name_of(theme); !name.empty()) names.push_back(name);
  }
  const auto near = base::nearest_names(identifier, names, suggestions);
  Error error(Errc::not_found,
              fmt::format("There is no theme with id or name \"{}\" in {}", base::printable(identifier, 100), realm));
  error.next = near.empty() ? "Find the theme with getThemes."
                            : fmt::format("Did you mean {}? getThemes lists all themes.", fmt::join(near, " or "));
  return error;
}

// Nothing but its own name: no theme of any realm was ever stored.
bool is_blank(const Json& config) {
  return config.is_object() &&
         std::ranges::all_of(config.items(), [](const auto& member) { return member.key().starts_with('_'); });
}

Json* find_theme(Json& config, const std::string& realm, const std::string& id) {
  if (!base::member(config, "realm").is_object()) return nullptr;
  const auto key = key_of(config["realm"], realm);
  if (!base::member(config["realm"], key).is_array()) return nullptr;
  Json& list = config["realm"][key];
  const auto found = std::ranges::find_if(list, [&](const Json& theme) { return id_of(theme) == id; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

Error unknown_form() {
  Error error(Errc::not_available, "The tenant's theme configuration does not have the expected form");
  error.next = "Check the theme configuration in the tenant's administration first. Nothing was written.";
  return error;
}

std::string key_of(const Json& realms, std::string_view realm) {
  const auto with_slash = fmt::format("/{}", realm);
  const bool has_plain = !base::member(realms, realm).is_null();
  return !has_plain && !base::member(realms, with_slash).is_null() ? with_slash : std::string(realm);
}

const Json& themes_of(const Json& config, std::string_view realm) {
  static const Json none = Json::array();
  const Json& realms = base::member(config, "realm");
  if (is_blank(config)) return none;
  if (!realms.is_object()) throw unknown_form();
  const Json& list = base::member(realms, key_of(realms, realm));
  if (list.is_null()) return none;
  if (!list.is_array()) throw unknown_form();
  return list;
}

Match match(const Json& themes, std::string_view identifier, std::string_view realm) {
  std::vector<std::size_t> named;
  for (std::size_t i = 0; i < themes.size(); ++i) {
    if (id_of(themes[i]) == identifier) return match_at(themes, i, "_id");
    if (name_of(themes[i]) == identifier) named.push_back(i);
  }
  if (named.empty()) throw missing(themes, identifier, realm);
  if (named.size() > 1) throw ambiguous(themes, named, realm);
  return match_at(themes, named.front(), "name");
}

bool is_default(const Json& theme) {
  return base::is_true(base::member(theme, "isDefault"));
}

std::vector<std::string> linked_journeys(const Json& theme) {
  std::vector<std::string> names;
  const Json& links = base::member(theme, "linkedTrees");
  if (!links.is_array()) return names;
  for (const Json& link : links) names.push_back(link.is_string() ? link.get<std::string>() : base::print_json(link));
  return names;
}

void check_name_is_free(const Json& themes, std::string_view name, std::optional<std::size_t> except) {
  for (std::size_t i = 0; i < themes.size(); ++i) {
    if (i == except || name_of(themes[i]) != name) continue;
    Error error(Errc::conflict,
                fmt::format("The theme {} already has this name; nothing was written", id_of(themes[i])));
    error.next = "Choose another name, or change that theme with updateTheme.";
    throw error;
  }
}

bool holds_settings(const Json& stored, const Json& wanted) {
  const auto members = wanted.items();
  return std::ranges::all_of(
      members, [&](const auto& item) { return base::same_value(base::member(stored, item.key()), item.value()); });
}

aic::Check check_stored(std::string realm, std::string id) {
  return [realm = std::move(realm), id = std::move(id)](const Json& before, const Json& wanted, const Json& stored) {
    Json expected = wanted, held = stored;
    Json* mine = find_theme(expected, realm, id);
    const Json* theirs = find_theme(held, realm, id);
    if (mine && theirs && holds_settings(*theirs, *mine)) *mine = *theirs;
    return aic::check_exactly(before, expected, stored);
  };
}

}  // namespace tools::themes
