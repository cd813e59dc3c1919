// The values that settings of OAuth 2.0 clients may have: grant types, response types and client authentication
// (R-ECO-06). The tenant refuses others without naming the value, so they are refused before anything is written.
#pragma once

#include <string>
#include <vector>

#include "net/task.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/tool.h"

namespace tools::oidc_apps {

// The requests for the realm's own values: the schema of clients and the settings of the realm's provider.
Ask schema_ask(Call& call, std::string kind);
Ask provider_ask(Call& call);

// {"grantTypes": […], …} by the schema or else by the provider. What neither tells is left out.
Json told_values(const Json& schema, const Json& provider);
// The vendor's in place of what is left out; the names of those settings.
std::vector<std::string> add_usual_values(Json& allowed);

// Throws Error{invalid_request} for values that neither the vendor nor the realm knows. Asks the tenant only where the
// vendor does not know one.
net::Task<> need_allowed_values(Call& call, Json settings);

}  // namespace tools::oidc_apps
