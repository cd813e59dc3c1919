// The requests that reach the product and may ask the person: tools/call, resources/read and prompts/get. They are read
// and printed here, once for both eras. Internal to this library.
#pragma once

#include "mcp/host.h"
#include "mcp/message.h"
#include "net/task.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

// What the product answered: members of the result, without braces and `_meta`.
struct Outcome {
  std::string members;
  std::string caching;  // more members, of revisions that have them
  Json meta;            // null for none
};

// What an era adds to a request.
struct Handling {
  std::uint64_t number = 0;
  std::shared_ptr<Client> client;
  std::string_view revision;  // in whose words the result is wanted
};

// A request that was read and not yet handed to the product.
struct Work {
  std::string about;  // the tool, resource or prompt
  Json arguments = Json::object();
  Json meta;
  std::function<net::Task<Outcome>(Handling)> run;
};

// Nothing for a method that is none of these, or not offered. Throws ProtocolError{invalid_params}.
std::optional<Work> read_work(const Request& request, Host& host);

Work tool_work(const Json& params, Host& host);
Work resource_work(const Json& params, Resources& resources);
Work prompt_work(const Json& params, Prompts& prompts);

// True for the methods whose requests reach the product and may take time: only so many run at the same time.
bool reaches_product(std::string_view method);

// A text member that the request must have; `whose` names the method in the refusal.
std::string required_text(const Json& params, const char* member, std::string_view whose);
// `_meta` of a request: an object or null.
const Json& checked_meta(const Json& params);
// An object member, or an empty object.
Json object_or_empty(const Json& params, const char* member);
void require_texts(const Json& object, std::string_view what);

// `"hints"` of 2026-07-28 (server/utilities/caching).
std::string caching_members(std::int64_t ttl_ms, bool is_public);

}  // namespace mcp
