// completion/complete, the same in both eras. Internal to this library.
#pragma once

#include "mcp/host.h"
#include "mcp/message.h"

#include <string>

namespace mcp {

// Throws ProtocolError{invalid_params}.
CompletionQuery read_completion(const Json& params);

// The members of the result but `_meta`.
net::Task<std::string> run_completion(Completer& completer, CompletionQuery query);

}  // namespace mcp
