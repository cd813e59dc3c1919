#include "mcp/work.h"

#include <fmt/format.h>

namespace mcp {

std::optional<Work> read_work(const Request& request, Host& host) {
  if (request.method == "tools/call") return tool_work(request.params, host);
  if (request.method == "resources/read" && host.resources() != nullptr) {
    return resource_work(request.params, *host.resources());
  }
  if (request.method == "prompts/get" && host.prompts() != nullptr) {
    return prompt_work(request.params, *host.prompts());
  }
  return std::nullopt;
}

bool reaches_product(std::string_view method) {
  return method == "tools/call" || method == "resources/read" || method == "prompts/get" ||
         method == "completion/complete" || method == "resources/list";
}

std::string required_text(const Json& params, const char* member, std::string_view whose) {
  const Json& value = base::member(params, member);
  if (!value.is_string()) throw ProtocolError(rpc::invalid_params, fmt::format("{} needs \"{}\"", whose, member));
  return value.get<std::string>();
}

const Json& checked_meta(const Json& params) {
  const Json& meta = base::member(params, "_meta");
  if (!meta.is_null() && !meta.is_object()) throw ProtocolError(rpc::invalid_params, "\"_meta\" is not an object");
  return meta;
}

Json object_or_empty(const Json& params, const char* member) {
  const Json& value = base::member(params, member);
  if (value.is_null()) return Json::object();
  if (!value.is_object()) throw ProtocolError(rpc::invalid_params, fmt::format("\"{}\" is not an object", member));
  return value;
}

void require_texts(const Json& object, std::string_view what) {
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) throw ProtocolError(rpc::invalid_params, fmt::format("{} must be strings", what));
  }
}

std::string caching_members(std::int64_t ttl_ms, bool is_public) {
  return fmt::format(R"("ttlMs":{},"cacheScope":"{}")", ttl_ms, is_public ? "public" : "private");
}

}  // namespace mcp
