#include "tools/oidc_apps/client.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "tools/data.h"
#include "tools/kit/kinds.h"
#include "tools/kit/secrets.h"

namespace tools::oidc_client {
namespace {

constexpr auto core_section = "coreOAuth2ClientConfig";

const Kinds& kinds() {
  static const Json facts = base::parse_json(data::oauth2_client_kinds_json);
  static const Kinds all(facts);
  return all;
}

bool is_metadata(std::string_view member) {
  return member == "_id" || member == "_rev" || member == "_type";
}

bool is_wrapped(const Json& setting) {
  if (!setting.is_object() || setting.empty()) return false;
  return std::ranges::all_of(setting.items(),
                             [](const auto& member) { return member.key() == "inherited" || member.key() == "value"; });
}

// The value, whether it is wrapped or not.
const Json& plain(const Json& setting) {
  return is_wrapped(setting) ? base::member(setting, "value") : setting;
}

bool has_wrapped_settings(const Json& section) {
  return std::ranges::any_of(section, [](const Json& setting) { return is_wrapped(setting); });
}

// One setting as it is sent. `section` is the stored one that it goes into.
Json merged_setting(const Json& section, const std::string& name, const Json& given) {
  const Json& stored = base::member(section, name);
  if (is_wrapped(stored)) {
    Json setting = stored;
    if (is_wrapped(given))
      setting.update(given);
    else
      setting["value"] = given;
    return setting;
  }
  const bool wrappers_live_here = has_wrapped_settings(section);
  if (!is_wrapped(given)) return given;
  if (!wrappers_live_here && !section.empty()) return plain(given);
  Json setting{{"inherited", false}};
  setting.update(given);
  return setting;
}

// The value with a mark for each number that is the same for 1.50 and 1.5.
Json with_number_keys(Json value) {
  if (base::is_number(value)) return "number " + base::number_key(value);
  if (value.is_structured()) {
    for (Json& entry : value) entry = with_number_keys(std::move(entry));
  }
  return value;
}

std::string comparable_text(const Json& value) {
  return base::lower_case(base::print_json(with_number_keys(value)));
}

// A value in the form that is compared. A client that is given null shows no value, or an empty one.
std::vector<std::string> comparable(const Json& value) {
  if (base::is_blank(value)) return {};
  if (!value.is_array()) return {comparable_text(value)};
  std::vector<std::string> entries;
  for (const Json& entry : value) entries.push_back(comparable_text(entry));
  std::ranges::sort(entries);
  return entries;
}

std::string uri_rule(const Json& uri) {
  if (!uri.is_string()) return "must be a string";
  const auto& text = uri.get_ref<const std::string&>();
  const auto colon = text.find(':');
  const bool has_scheme = colon != std::string::npos && colon > 0 && base::is_letter(text.front()) &&
                          std::ranges::all_of(text.substr(0, colon), [&](char c) {
                            return base::is_letter_or_digit(c) || c == '+' || c == '-' || c == '.';
                          });
  if (!has_scheme || colon + 1 == text.size()) return "must be absolute, such as https://app.example/callback";
  const bool is_web = base::lower_case(text).starts_with("http:") || base::lower_case(text).starts_with("https:");
  const auto rest = std::string_view(text).substr(colon + 1);
  if (is_web && (!rest.starts_with("//") || rest.size() < 3 || std::string_view("/?#").contains(rest[2])))
    return "must be absolute, such as https://app.example/callback";
  if (text.contains('#')) return "must not have a fragment";
  if (text.contains(' ') || base::printable(text, text.size()) != text)
    return "must not contain spaces or control characters";
  return {};
}

}  // namespace

void decode(Json& settings) {
  kinds().decode(settings);
}

Violations kind_faults(const Json& settings, const std::string& path) {
  Violations faults;
  kinds().find_faults(settings, path, faults);
  return faults;
}

const Json& given_value(const Json& settings, std::string_view section, std::string_view name) {
  return plain(base::member(base::member(settings, section), name));
}

Json new_client(Json given, const std::string& name) {
  if (!given.is_object()) given = Json::object();
  for (const auto* member : {"_id", "_rev", "_type"}) given.erase(member);
  Json& core = given[core_section];
  if (!core.is_object()) core = Json::object();
  const Json& client_name = plain(base::member(core, "clientName"));
  if (client_name.empty() || base::is_text(client_name, ""))
    core["clientName"] = {{"inherited", false}, {"value", Json::array({name})}};
  return given;
}

Json merged(const Json& stored, const Json& given) {
  Json client = stored;
  for (const auto& [section, settings] : given.items()) {
    if (is_metadata(section)) continue;
    const Json& before = base::member(stored, section);
    if (!settings.is_object() || !before.is_object()) {
      client[section] = settings;
      continue;
    }
    for (const auto& [name, setting] : settings.items()) client[section][name] = merged_setting(before, name, setting);
  }
  for (const auto* member : {"_id", "_rev", "_type"}) client.erase(member);
  return client;
}

std::vector<std::string> not_shown(const Json& client, const Json& given) {
  std::vector<std::string> names;
  for (const auto& [section, settings] : given.items()) {
    if (is_metadata(section) || !settings.is_object()) continue;
    for (const auto& [name, setting] : settings.items()) {
      if (is_secret_name(name)) continue;
      const Json& shown = base::member(base::member(client, section), name);
      if (comparable(plain(shown)) != comparable(plain(setting))) names.push_back(fmt::format("{}/{}", section, name));
    }
  }
  return names;
}

bool holds_secret(const Json& given) {
  return std::ranges::any_of(given.items(), [](const auto& section) {
    return section.value().is_object() && std::ranges::any_of(section.value().items(), [](const auto& setting) {
             return is_secret_name(setting.key());
           });
  });
}

std::optional<std::string> redirect_violation(const Json& given) {
  const Json& uris = plain(base::member(base::member(given, core_section), "redirectionUris"));
  if (uris.is_null()) return std::nullopt;
  if (!uris.is_array()) return "redirectionUris must be an array";
  for (const Json& uri : uris) {
    if (const auto rule = uri_rule(uri); !rule.empty())
      return fmt::format("redirectionUris: {} {}", base::printable(base::print_json(uri), 100), rule);
  }
  return std::nullopt;
}

}  // namespace tools::oidc_client
