// What the server and its two eras share: how an era takes a request, and the parts of tools/call that are the same
// in both. Internal to this library.
#pragma once

#include "base/random.h"
#include "mcp/host.h"
#include "mcp/message.h"
#include "net/clock.h"
#include "net/loop.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mcp {

// The edges of the world and the product; they outlive every era.
struct World {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  Host& host;
  std::uint64_t calls = 0;  // tools/call so far
};

// Where messages to the client go: those of one request, or those that belong to none.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(std::string message) = 0;
};

// A whole response, at once; or the work that ends with one. The work owns what it needs and may throw ProtocolError.
using Step = std::variant<std::string, net::Task<std::string>>;

// One of the two ways to speak MCP.
class Era {
 public:
  virtual ~Era() = default;
  // May throw ProtocolError. `outlet` takes what is sent while the request is worked on.
  virtual Step take(Request request, std::shared_ptr<Outlet> outlet) = 0;
};

// The name, arguments and `_meta` of a tools/call. Throws ProtocolError{invalid_params}.
ToolCall read_tool_call(const Json& params);

// The members of a tools/call result but `_meta`: `"content":[…],…`.
std::string print_tool_result(const ToolResult& result);

// `serverInfo` or `_meta`'s "io.modelcontextprotocol/serverInfo".
Json implementation(const Identity& identity);

// Throws ProtocolError for a cursor: all lists fit one page, so none was ever given out.
void refuse_cursor(const Json& params);

// The modes of elicitation that a client's capabilities declare.
struct Elicits {
  bool forms = false;
  bool urls = false;
};
Elicits elicits(const Json& capabilities);

// An ElicitResult of the client; nothing when it is none.
std::optional<ElicitationAnswer> read_elicitation_answer(const Json& result);

// `requestedSchema` of a form.
Json form_schema(const Json& wanted);

// Progress of one request, for as long as its outlet takes messages.
class Progress {
 public:
  // `meta` is the request's `_meta`, or null.
  Progress(const Json& meta, std::shared_ptr<Outlet> outlet);
  bool wanted() const { return !token_.empty(); }
  void report(std::string_view message);

 private:
  std::string token_;  // its JSON text; empty for none
  std::uint64_t value_ = 0;
  std::shared_ptr<Outlet> outlet_;
};

}  // namespace mcp
