// A relationship property is a document of its own when it is written, and a part of the managed object definitions
// when it is read.
#pragma once

#include <string>

#include "base/json.h"

namespace aic {

using base::Json;

// True for the address of one: "/openidm/schema/managed/alpha_user/properties/manager".
bool is_property(const std::string& path);
// What the definitions show of it; null where they do not have it.
const Json& property_in(const Json& definitions, const std::string& path);

}  // namespace aic
