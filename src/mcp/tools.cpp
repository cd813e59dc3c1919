#include "mcp/older.h"
#include "mcp/work.h"

namespace mcp {
namespace {

std::string print_tool_result(ToolResult result, std::string_view revision) {
  std::string text = R"("content":)" + base::print_json(content_in(revision, std::move(result.content)));
  if (!result.structured.is_null() && knows_structure(revision)) {
    text.append(R"(,"structuredContent":)").append(base::print_json(result.structured));
  }
  if (result.is_error) text.append(R"(,"isError":true)");
  return text;
}

net::Task<Outcome> run_tool_work(Host& host, ToolCall call, std::string_view revision) {
  ToolResult result = co_await host.call_tool(std::move(call));
  Json meta = std::move(result.meta);
  co_return Outcome{.members = print_tool_result(std::move(result), revision), .caching = {}, .meta = std::move(meta)};
}

}  // namespace

Work tool_work(const Json& params, Host& host) {
  Work work{.about = required_text(params, "name", "tools/call"),
            .arguments = object_or_empty(params, "arguments"),
            .meta = checked_meta(params),
            .run = {}};
  work.run = [&host, call = ToolCall{0, work.about, work.arguments, work.meta, {}}](Handling handling) mutable {
    call.number = handling.number;
    call.client = std::move(handling.client);
    return run_tool_work(host, std::move(call), handling.revision);
  };
  return work;
}

}  // namespace mcp
