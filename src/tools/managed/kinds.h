// Values of managed objects that are given as text although their type's schema takes no text there (R-ARG-16). All
// else the tenant checks against the same schema, and no other request is worth it.
#pragma once

#include <string>

#include "aic/tenant.h"
#include "base/json.h"

namespace tools::managed {

using base::Json;

// Puts values in the place of such texts, as far as the type's schema can be read. Throws Error{invalid_request} where
// a text is not of the kind that the schema asks for.
net::Task<> fit_object(aic::Tenant& tenant, std::string type, Json& object);
// `path` names the operations in the caller's arguments.
net::Task<> fit_operations(aic::Tenant& tenant, std::string type, Json& operations, std::string path = "operations");

}  // namespace tools::managed
