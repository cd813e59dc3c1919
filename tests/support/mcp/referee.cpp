#include "support/mcp/referee.h"

#include "support/mcp/wire_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace test {

using base::Json;

void Referee::hear_client(const Json& message) {
  if (message.is_array()) {
    for (const Json& item : message) hear_client(item);
    return;
  }
  const std::string method = base::text_member(message, "method");
  if (!message.is_object() || method.empty() || !message.contains("id")) return;
  const Json& meta = base::member(base::member(message, "params"), "_meta");
  const bool is_modern = meta.contains("io.modelcontextprotocol/protocolVersion");
  if (method == "initialize") {
    revision_ = base::text_member(base::member(message, "params"), "protocolVersion", "2025-11-25");
    if (revision_ < "2024-11-05" || revision_ > "2025-11-25" || revision_.size() != 10) revision_ = "2025-11-25";
  }
  asked_[base::print_json(message["id"])] = {is_modern ? "2026-07-28" : revision_, method};
}

void Referee::check(const Json& message) {
  if (message.is_array()) {
    for (const Json& item : message) check(item);
  } else if (!message.contains("method")) {
    check_answer(message);
  } else if (message.contains("id")) {
    check_against(revision_, "ServerRequest", message);
  } else {
    const Json& meta = base::member(base::member(message, "params"), "_meta");
    const bool is_modern = meta.contains("io.modelcontextprotocol/subscriptionId");
    check_against(is_modern ? "2026-07-28" : revision_, "ServerNotification", message);
  }
}

void Referee::check_answer(const Json& message) {
  const auto found = asked_.find(base::print_json(base::member(message, "id")));
  const Asked asked = found == asked_.end() ? Asked{revision_, ""} : found->second;
  if (message.contains("error")) return check_error(asked.revision, message);
  static const std::map<std::string, std::string> definitions = {
      {"initialize", "InitializeResult"},
      {"tools/list", "ListToolsResult"},
      {"tools/call", "CallToolResult"},
      {"resources/list", "ListResourcesResult"},
      {"resources/templates/list", "ListResourceTemplatesResult"},
      {"resources/read", "ReadResourceResult"},
      {"prompts/list", "ListPromptsResult"},
      {"prompts/get", "GetPromptResult"},
      {"completion/complete", "CompleteResult"},
      {"server/discover", "DiscoverResult"},
      {"subscriptions/listen", "SubscriptionsListenResult"},
  };
  const auto known = definitions.find(asked.method);
  std::string definition = known == definitions.end() ? "EmptyResult" : known->second;
  if (base::text_member(message["result"], "resultType") == "input_required") definition = "InputRequiredResult";
  check_against(asked.revision, definition, message["result"]);
  check_against(asked.revision, "JSONRPCMessage", message);
}

// Revisions before 2025-11-25 know no error without an id; MCP has said since that it is left out, not null.
void Referee::check_error(const std::string& revision, const Json& message) {
  const std::string known = message.contains("id") ? revision : std::max<std::string>(revision, "2025-11-25");
  const std::string definition = known < "2025-11-25" ? "JSONRPCError" : "JSONRPCErrorResponse";
  check_against(known, definition, message);
  const Json& code = message["error"]["code"];
  if (code == -32022) check_against(known, "UnsupportedProtocolVersionError", message);
  if (code == -32021) check_against(known, "MissingRequiredClientCapabilityError", message);
}

void Referee::check_against(const std::string& revision, const std::string& definition, const Json& value) {
  static std::map<std::string, std::optional<WireSchema>> schemas;
  auto& schema = schemas.try_emplace(revision, std::nullopt).first->second;
  if (!schema) schema = WireSchema::load(source_dir_, revision);
  if (!schema) return;  // reported by Schemas.FindWhatIsWrong
  EXPECT_EQ(schema->problems(definition, value), "") << definition << " of " << revision << ": " << value.dump(1);
}

}  // namespace test
