// All that a sandbox tenant holds, but for revisions, times and the order in which things were made: what two states
// are compared by.
#pragma once

#include "base/json.h"
#include "sandbox/tenant.h"

namespace test {

base::Json state_of(sandbox::Tenant& tenant);
// The same without relationships.
base::Json state_without_links(sandbox::Tenant& tenant);

}  // namespace test
