// JSON-RPC 2.0 as MCP uses it: one line of text to a message and back. Pure text work: no I/O, no era, no state.
#pragma once

#include "base/json.h"
#include "mcp/codes.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mcp {

using base::Json;

// A request's id is kept as its JSON text (`7`, `"a"`): that is how it is compared and given back, digit for digit.
using Id = std::string;

struct Request {
  Id id;
  std::string method;
  Json params;              // an object, or null when there are none
  std::string person = {};  // whose it is, where the transport knows
};

struct Notification {
  std::string method;
  Json params;  // as above
};

// The client's answer to a request of ours: `result`, or `error` (an object), or neither when it is malformed.
struct Response {
  Id id;  // empty when it has none that could be ours
  Json result;
  Json error;
};

// No message. Answered with an error, under `id` where that could be read: MCP knows no null id.
struct Malformed {
  int code = rpc::parse_error;
  Id id;
  std::string message;
};

using Message = std::variant<Request, Notification, Response, Malformed>;

struct Line {
  std::vector<Message> messages;  // exactly one, or the members of a batch
  bool is_batch = false;
};

// Never throws: what is no message comes out as Malformed.
Line parse_line(std::string_view line);

// `result` and `params` are JSON texts.
std::string print_result(std::string_view id, std::string_view result);
std::string print_error(std::string_view id, int code, std::string_view message, const Json& data = nullptr);
std::string print_request(std::string_view id, std::string_view method, std::string_view params);
std::string print_notification(std::string_view method, std::string_view params);

// The JSON text of a request id or progress token: a string or an integer. Empty for every other value.
std::string id_text(const Json& value);

}  // namespace mcp
