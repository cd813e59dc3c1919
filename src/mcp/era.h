// What the server and its two eras share: how an era takes a request, what clients are able to, progress. Internal to
// this library.
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
#include <vector>

namespace mcp {

// The edges of the world and the product; they outlive every era.
struct Edges {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  Host& host;
  std::uint64_t calls = 0;  // requests so far that reach the product
};

// Where messages to the client go: those of one request, or those that belong to none.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(std::string message) = 0;
  // Takes a request of ours, which unlike news must not be lost. False: it shall go the session's way.
  virtual bool ask(const std::string&) { return false; }
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

// `serverInfo` or `_meta`'s "io.modelcontextprotocol/serverInfo".
Json implementation(const Identity& identity);

// `capabilities`: what the host offers.
Json capabilities(Host& host);

// What a client declares that it can be asked for.
struct Abilities {
  bool forms = false;
  bool urls = false;
  bool sampling = false;
  bool roots = false;
};
Abilities abilities(const Json& capabilities);

std::string_view method_of(Inquiry::Kind kind);
// The capabilities that these need and the client lacks; empty for none.
Json missing_abilities(const Abilities& can, const std::vector<Inquiry>& inquiries);

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
  void report(double value, double total, std::string_view message);

 private:
  void send(std::string_view numbers, std::string_view message);

  std::string token_;  // its JSON text; empty for none
  double value_ = 0;
  std::shared_ptr<Outlet> outlet_;
};

}  // namespace mcp
