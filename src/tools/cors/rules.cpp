#include "tools/cors/rules.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tools {
namespace cors {
namespace {

constexpr int highest_port = 65'535;

bool spelled_like_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return base::is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool spelled_like_port(std::string_view text) {
  int port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos &&
         read.ec == std::errc{} && port <= highest_port;
}

std::string origin_rule(std::string_view text) {
  constexpr auto rule = "must be * or an origin such as https://app.example:8443, without path or trailing slash";
  if (text == "*") return {};
  const auto scheme_end = text.find("://");
  const auto scheme = text.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) return rule;
  text.remove_prefix(scheme_end + 3);
  const auto colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  if (!spelled_like_host(text.substr(0, colon))) return rule;
  if (colon != std::string_view::npos && !spelled_like_port(text.substr(colon + 1))) return rule;
  return {};
}

std::string token_rule(std::string_view text) {
  const bool fits = !text.empty() && std::ranges::all_of(text, [](char c) {
    return base::is_letter_or_digit(c) || std::string_view("!#$%&'*+.^_`|~-").contains(c);
  });
  return fits ? "" : "must be an HTTP token: letters, digits and !#$%&'*+.^_`|~-";
}

// Lists in one order, for comparing.
Json canonical(const Json& setting, bool loosely) {
  if (!setting.is_array()) return setting;
  std::vector<std::string> entries;
  for (const Json& entry : setting) {
    auto text = base::print_json(entry);
    entries.push_back(loosely ? base::lower_case(std::move(text)) : std::move(text));
  }
  std::ranges::sort(entries);
  return entries;
}

bool same(const Json& left, const Json& right, bool loosely) {
  return base::same_value(canonical(left, loosely), canonical(right, loosely));
}

}  // namespace
}  // namespace cors

namespace syntax {

const Syntax origin{
    .pattern = R"(^([*]|https?://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?)$)",
    .most = 300,
    .violation = cors::origin_rule,
    .note = "The port is at most 65535.",
};

const Syntax http_token{.pattern = "^[!#$%&'*+.0-9A-Z^_`a-z|~-]+$", .most = 200, .violation = cors::token_rule};

}  // namespace syntax

namespace cors {

Json settings_of(const Json& policy) {
  Json settings = Json::object();
  for (const auto name : setting_names) {
    const Json& setting = base::member(policy, name);
    if (!setting.is_null()) settings[std::string(name)] = setting;
  }
  return settings;
}

std::optional<std::string> repeated_entry(std::string_view setting, const Json& entries) {
  std::set<std::string> seen;
  for (const Json& entry : entries) {
    auto text = entry.get<std::string>();
    if (!seen.insert(setting == "acceptedMethods" ? text : base::lower_case(text)).second) return text;
  }
  return std::nullopt;
}

bool opens_to_all(const Json& settings) {
  const Json& accepted = base::member(settings, origins_name);
  const bool any_origin = base::is_text(accepted, "*") || base::lists_text(accepted, "*");
  return any_origin && base::is_true(base::member(settings, credentials_name));
}

std::string differing(const Json& left, const Json& right, bool loosely) {
  std::vector<std::string_view> names;
  for (const auto name : setting_names) {
    if (!same(base::member(left, name), base::member(right, name), loosely)) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace cors
}  // namespace tools
