#include "app/tool_result.h"

#include <utility>

namespace app {
namespace {

using base::Json;

Json text_item(std::string text) {
  return {{"type", "text"}, {"text", std::move(text)}};
}

Json embedded_resource(tools::Attachment attachment) {
  return {{"type", "resource"},
          {"resource",
           {{"uri", std::move(attachment.uri)},
            {"mimeType", std::move(attachment.media_type)},
            {"text", std::move(attachment.text)}}}};
}

}  // namespace

Json result_meta(const tools::Rendered& rendered) {
  Json meta;
  if (!rendered.transaction_ids.empty()) meta["transactionId"] = rendered.transaction_ids;
  if (!rendered.tenant.empty()) meta["tenant"] = rendered.tenant;
  return meta;
}

mcp::ToolResult tool_result(tools::Rendered rendered) {
  mcp::ToolResult result{.is_error = rendered.is_failure, .meta = result_meta(rendered)};
  result.content.push_back(text_item(std::move(rendered.text)));
  for (auto& attachment : rendered.attachments) result.content.push_back(embedded_resource(std::move(attachment)));
  if (rendered.is_declared) result.structured = std::move(rendered.value);
  return result;
}

}  // namespace app
