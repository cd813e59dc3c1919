// Shows a sign-in through the MCP client of a call: auth's Channel over mcp's Client.
#pragma once

#include <memory>

#include "auth/channel.h"
#include "mcp/host.h"

namespace app {

// May live as long as the sign-in that shows a prompt through it, longer than the call.
std::unique_ptr<auth::Channel> channel_to(std::shared_ptr<mcp::Client> client);

}  // namespace app
