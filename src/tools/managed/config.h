// The definitions of managed object types, as the tools of both managed families read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aic/tenant.h"
#include "base/error.h"
#include "base/json.h"

namespace tools::managed {

using base::Json;

net::Task<Json> read_config(aic::Tenant& tenant);

// In the order of the configuration; entries without a name are left out.
std::vector<std::string> type_names(const Json& config);
// Exact match; nothing when there is none.
std::optional<std::size_t> index_of(const Json& config, std::string_view type);
// Null when there is none.
const Json& definition_of(const Json& config, std::string_view type);

// "There is no such type", with the nearest and all names (R-MOB-06).
base::Error unknown_type(std::string_view type, const Json& config);

// False where the tenant has no collection of that type; a new one is served a moment after it was defined.
net::Task<bool> is_served(aic::Tenant& tenant, std::string type);

// Answers a 404 about an object or a collection with what is missing: the type, or that the tenant does not serve it
// yet (R-RES-24), or else what `message` says, which is empty for a collection.
net::Task<base::Error> explain_missing(aic::Tenant& tenant, base::Error error, std::string type, std::string message);

}  // namespace tools::managed
