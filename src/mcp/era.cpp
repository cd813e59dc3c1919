#include "mcp/era.h"

#include <fmt/format.h>

#include <map>

namespace mcp {

ToolCall read_tool_call(const Json& params) {
  ToolCall call;
  const Json& name = base::member(params, "name");
  if (!name.is_string()) throw ProtocolError(rpc::invalid_params, "tools/call needs the tool's \"name\"");
  call.name = name.get<std::string>();
  if (const Json& arguments = base::member(params, "arguments"); arguments.is_object()) {
    call.arguments = arguments;
  } else if (!arguments.is_null()) {
    throw ProtocolError(rpc::invalid_params, "\"arguments\" is no object");
  }
  call.meta = base::member(params, "_meta");
  if (!call.meta.is_null() && !call.meta.is_object()) {
    throw ProtocolError(rpc::invalid_params, "\"_meta\" is no object");
  }
  return call;
}

std::string print_tool_result(const ToolResult& result) {
  std::string text = R"("content":)" + base::print_json(result.content);
  if (!result.structured.is_null()) text.append(R"(,"structuredContent":)").append(base::print_json(result.structured));
  if (result.is_error) text.append(R"(,"isError":true)");
  return text;
}

Json implementation(const Identity& identity) {
  return {{"name", identity.name}, {"title", identity.title}, {"version", identity.version}};
}

void refuse_cursor(const Json& params) {
  if (!base::member(params, "cursor").is_null()) {
    throw ProtocolError(rpc::invalid_params, "the cursor is unknown: this list has one page only");
  }
}

// `"elicitation": {}` means forms (2025-11-25 client/elicitation, Capabilities).
Elicits elicits(const Json& capabilities) {
  const Json& elicitation = base::member(capabilities, "elicitation");
  if (!elicitation.is_object()) return {};
  const bool urls = elicitation.contains("url");
  return {.forms = !urls || elicitation.contains("form"), .urls = urls};
}

std::optional<ElicitationAnswer> read_elicitation_answer(const Json& result) {
  static const std::map<std::string, Action, std::less<>> actions = {
      {"accept", Action::accept}, {"decline", Action::decline}, {"cancel", Action::cancel}};
  const auto found = actions.find(base::text_member(result, "action"));
  if (found == actions.end()) return std::nullopt;
  return ElicitationAnswer{found->second, base::member(result, "content")};
}

Json form_schema(const Json& wanted) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  schema.update(wanted);
  return schema;
}

Progress::Progress(const Json& meta, std::shared_ptr<Outlet> outlet)
    : token_(id_text(base::member(meta, "progressToken"))), outlet_(std::move(outlet)) {}

void Progress::report(std::string_view message) {
  if (!wanted()) return;
  const std::string params =
      fmt::format(R"({{"progressToken":{},"progress":{},"message":{}}})", token_, ++value_, base::print_json(message));
  outlet_->send(print_notification("notifications/progress", params));
}

}  // namespace mcp
