// Asking the person before a destructive call (AIC_CONFIRM_DESTRUCTIVE).
#pragma once

#include <optional>

#include "aic/tenant.h"
#include "base/error.h"
#include "mcp/host.h"
#include "tools/kit/tool.h"

namespace app {

// Nothing when the person agrees; else why the call does not happen: refused, or nobody could be asked. Reads the name
// of what the call is about, and so may need the sign-in.
net::Task<std::optional<base::Error>> ask_for_confirmation(const tools::Tool& tool, const base::Json& arguments,
                                                           aic::Tenant& tenant, mcp::Client& client);

}  // namespace app
