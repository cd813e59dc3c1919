// What creating an OIDC application (create.cpp) shares with changing and deleting one (changes.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aic/attempt.h"
#include "tools/oidc_apps/client.h"
#include "tools/oidc_apps/oidc_apps.h"

namespace tools::oidc_apps {

const auto client_settings =
    any_object("oauth2Client",
               "Settings to change, by section, as plain values, e.g. {\"coreOAuth2ClientConfig\": {\"scopes\": "
               "[\"openid\"]}}. A list replaces the stored list. getOidcAppSchema lists them.")
        .decoded_by(oidc_client::decode)
        .optional();

// Before anything is asked of the tenant: the settings' kinds, and redirect URIs that it would not take.
void check_settings(Checking& checking, const Json& settings);

// Both parts as messages name them.
inline std::string client_name(const std::string& id) {
  return "OAuth 2.0 client " + id;
}

inline std::string application_name(const std::string& app) {
  return "application " + app;
}

net::Task<aic::Attempt> read_client(Call& call, std::string realm, std::string id);

// An error when the client does not show the settings as given (R-WRT-07).
std::optional<base::Error> not_as_asked(const std::string& id, const Json& given, const Json& client);

// After the creation of the client: reads it where the answer `shown` did not show it as given. An error when it still
// does not (R-WRT-07).
net::Task<std::optional<base::Error>> check_client(Call& call, std::string realm, std::string id, Json given,
                                                   Json& shown);

}  // namespace tools::oidc_apps
