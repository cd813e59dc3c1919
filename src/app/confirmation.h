// Asking the person before a destructive call (AIC_CONFIRM_DESTRUCTIVE).
#pragma once

#include <optional>

#include "base/error.h"
#include "base/url.h"
#include "mcp/host.h"
#include "net/loop.h"
#include "tools/tool.h"

namespace app {

// Nothing when the person agrees; else why the call does not happen: refused, or nobody could be asked.
net::Task<std::optional<base::Error>> ask_for_confirmation(net::Loop& loop, const tools::Tool& tool,
                                                           const base::Json& arguments, const base::Origin& tenant,
                                                           mcp::Client& client);

}  // namespace app
