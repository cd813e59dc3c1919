// The settings of OAuth 2.0 clients as AM keeps them: sections of values, most of them wrapped in
// {"inherited":false,"value":…}, one section bare (R-OID-08).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tools/kit/check.h"

namespace tools::oidc_client {

using base::Json;

// Puts settings in the place of texts that hold their JSON, where a setting takes no text (R-ARG-16).
void decode(Json& settings);
// Settings of another kind than AM keeps under their name.
Violations kind_faults(const Json& settings, const std::string& path);

// A setting's value, whether it is wrapped or not; null where it is not given.
const Json& given_value(const Json& settings, std::string_view section, std::string_view name);

// What is sent to create a client of an application of this name: `given`, with the name as its clientName unless it
// has one.
Json new_client(Json given, const std::string& name);

// The stored settings with the given ones in place of theirs: what is sent to change a client.
Json merged(const Json& stored, const Json& given);

// The given settings that the client does not show as given: "section/setting". Secrets are never shown, the order of
// lists and letters' case do not count.
std::vector<std::string> not_shown(const Json& client, const Json& given);

// True where secrets are among the given settings.
bool holds_secret(const Json& given);

// What is wrong with the redirect URIs among the given settings, or nothing: each is absolute and without fragment.
std::optional<std::string> redirect_violation(const Json& given);

}  // namespace tools::oidc_client
