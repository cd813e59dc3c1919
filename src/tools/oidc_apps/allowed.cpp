#include "tools/oidc_apps/allowed.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paths.h"
#include "base/encoding.h"
#include "base/nearest.h"
#include "tools/oidc_apps/client.h"
#include "tools/oidc_apps/oidc_apps.h"

namespace tools::oidc_apps {
namespace {

constexpr auto advanced_section = "advancedOAuth2ClientConfig";

// The vendor's values, by setting.
const std::map<std::string, std::vector<std::string>>& usual_values() {
  static const std::map<std::string, std::vector<std::string>> all{
      {"grantTypes",
       {"authorization_code", "implicit", "client_credentials", "refresh_token", "password", "back_channel",
        "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:uma-ticket", "urn:openid:params:grant-type:ciba"}},
      {"responseTypes", {"code", "token", "id_token", "device_code", "none"}},
      {"tokenEndpointAuthMethod",
       {"client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth",
        "self_signed_tls_client_auth", "none"}},
  };
  return all;
}

struct Unknown {
  std::string setting, place, value;
};

// A response type is one value or several with a blank between them.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// The words of an entry that are none of the usual ones; none of what is no text or comes from an ESV.
std::vector<std::string> unusual_words(const Json& entry, std::string_view setting,
                                       const std::vector<std::string>& usual) {
  if (!entry.is_string() || entry.get_ref<const std::string&>().starts_with("&{")) return {};
  auto text = entry.get<std::string>();
  auto words = setting == "responseTypes" ? words_of(text) : std::vector{std::move(text)};
  std::erase_if(words,
                [&](const std::string& word) { return word.empty() || std::ranges::find(usual, word) != usual.end(); });
  return words;
}

std::vector<Unknown> unknown_values(const Json& settings) {
  std::vector<Unknown> unknown;
  for (const auto& [setting, usual] : usual_values()) {
    const Json& given = oidc_client::given_value(settings, advanced_section, setting);
    const Json list = given.is_array() ? given : Json::array({given});
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto index = given.is_array() ? fmt::format("[{}]", i) : "";
      const auto place = fmt::format("oauth2Client.{}.{}{}", advanced_section, setting, index);
      for (auto& word : unusual_words(list[i], setting, usual)) unknown.push_back({setting, place, std::move(word)});
    }
  }
  return unknown;
}

std::vector<std::string> texts_in(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& entry : list) {
    if (entry.is_string()) texts.push_back(entry.get<std::string>());
  }
  return texts;
}

}  // namespace

Ask schema_ask(Call& call, std::string kind) {
  return [&call, kind = std::move(kind)] {
    auto options = both_at_am();
    options.read_only_post = true;
    return call.tenant().post(aic::oauth2_clients(call[realm]).query("_action", kind), Json::object(), options);
  };
}

Ask provider_ask(Call& call) {
  return [&call] {
    return call.tenant().get(aic::oauth2_provider(call[realm]),
                             {.scopes = both().scopes, .headers = aic::am_probe_headers()});
  };
}

Json told_values(const Json& schema, const Json& provider) {
  const Json& section = base::member(base::member(base::member(schema, "properties"), advanced_section), "properties");
  const auto listed = [&](const char* setting) -> const Json& {
    const Json& property = base::member(section, setting);
    const Json& value = base::member(base::member(property, "properties"), "value");
    const Json& of_value = base::member(value.is_null() ? property : value, "enum");
    return of_value.is_null() ? base::member(base::member(value.is_null() ? property : value, "items"), "enum")
                              : of_value;
  };
  const Json& advanced = base::member(provider, "advancedOAuth2Config");
  Json allowed = Json::object();
  const auto add = [&](const char* setting, const Json& otherwise) {
    const Json& values = listed(setting).is_array() ? listed(setting) : otherwise;
    if (values.is_array() && !values.empty()) allowed[setting] = values;
  };
  add("grantTypes", base::member(advanced, "grantTypes"));
  // "code|org.forgerock…": the type, and the class that handles it.
  Json types = Json::array();
  for (const Json& entry : base::member(advanced, "responseTypeClasses")) {
    if (!entry.is_string()) continue;
    const auto& text = entry.get_ref<const std::string&>();
    types.push_back(text.substr(0, text.find('|')));
  }
  add("responseTypes", types);
  add("tokenEndpointAuthMethod", nullptr);
  return allowed;
}

std::vector<std::string> add_usual_values(Json& allowed) {
  std::vector<std::string> added;
  for (const auto& [setting, values] : usual_values()) {
    if (allowed.contains(setting)) continue;
    allowed[setting] = values;
    added.push_back(setting);
  }
  return added;
}

net::Task<> need_allowed_values(Call& call, Json settings) {
  const auto unknown = unknown_values(settings);
  if (unknown.empty()) co_return;
  std::vector<Ask> asks{schema_ask(call, "schema"), provider_ask(call)};
  const auto answers = co_await ask_all(call, "allowed values", std::move(asks));
  Json allowed = told_values(answers[0].body, answers[1].body);
  std::vector<std::string> faults;
  for (const auto& [setting, place, value] : unknown) {
    // Where the realm does not tell, the tenant decides.
    if (!allowed.contains(setting)) continue;
    const auto known = texts_in(allowed[setting]);
    const bool is_allowed = std::ranges::any_of(known, [&](const std::string& one) {
      const auto words = words_of(one);
      return one == value || std::ranges::find(words, value) != words.end();
    });
    if (is_allowed) continue;
    const auto near = base::nearest(value, known);
    faults.push_back(fmt::format("{} is \"{}\", which this realm does not have{}", place, base::printable(value, 100),
                                 near.empty() ? "" : fmt::format("; a similar value is {}", near)));
  }
  if (faults.empty()) co_return;
  base::Error error(base::Errc::invalid_request, fmt::format("{}; nothing was written", fmt::join(faults, "; ")));
  error.detail = {{"allowedValues", std::move(allowed)}};
  error.next = "Use one of allowedValues, as getOidcAppSchema shows them too.";
  throw error;
}

}  // namespace tools::oidc_apps
