// Log messages to the client: for a session at a level that the client sets (MCP 2025-11-25, server/utilities/logging),
// for one request of 2026-07-28 at the level that its `_meta` names. Internal to this library.
#pragma once

#include "mcp/client.h"

#include <optional>
#include <string>

namespace mcp {

// Throws ProtocolError{invalid_params} for what is none.
LogLevel read_log_level(const Json& value);

// A notifications/message.
std::string print_log(LogLevel level, const std::string& logger, const Json& data);

}  // namespace mcp
