// What a call of a tool came to, in the words of MCP. docs/clients.md says why it has this form.
#pragma once

#include "base/json.h"
#include "mcp/host.h"
#include "tools/kit/result.h"

namespace app {

// The text, then what is attached; the value where the tool declares its output.
mcp::ToolResult tool_result(tools::Rendered rendered);

// `_meta` of what was made of such a result: the transaction ids and the tenant; null when there is neither.
base::Json result_meta(const tools::Rendered& rendered);

}  // namespace app
