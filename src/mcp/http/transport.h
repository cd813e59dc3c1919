// MCP over Streamable HTTP, for http/server/server.h: the sessions of 2025-03-26 to 2025-11-25 and the stateless
// requests of 2026-07-28 at one address. What is said is the eras' business. Who may talk is decided here: loopback
// names only, unless told otherwise, and whom `authorize` lets in.
#pragma once

#include "base/random.h"
#include "http/server/server.h"
#include "mcp/host.h"
#include "mcp/http/headers.h"
#include "net/clock.h"
#include "net/loop.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mcp {

struct HttpLimits {
  std::size_t sessions = 256;  // when full, the one that idles longest makes room
  net::Duration session_idle{30 * 60'000};
  std::size_t calls = 64;                     // running at the same time in one session
  std::size_t unsent = std::size_t{1} << 20;  // of one stream; above, news are dropped
  std::size_t kept = std::size_t{256} << 10;  // of one stream, for clients that lost the connection
  std::size_t ended_streams = 16;             // kept for such clients, of one session
  net::Duration keep_alive{15'000};           // a stream is silent no longer than this
};

// Whether a request is let in, and as whom. A session serves the one who began it only.
struct Admission {
  std::string person;
  std::optional<http::ServerReply> refusal;  // 401 with WWW-Authenticate, 403, …
};

struct HttpOptions {
  std::string path = "/mcp";
  HttpGate gate;
  // Empty: everybody who gets through the gate.
  std::function<net::Task<Admission>(const http::ServerRequest&)> authorize;
  HttpLimits limits;
};

// What it is given must outlive it and its requests: these have ended once net::Loop::run returns by itself after
// transport and server are gone.
struct HttpParts {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  Host& host;
  HttpOptions options = {};
};

class HttpTransport {
 public:
  explicit HttpTransport(HttpParts parts);
  // Ends all sessions. A handler that is still in use answers 503.
  ~HttpTransport();
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  // For http::start_server. Limits of bodies, headers, connections and slow clients are ServerOptions'.
  http::Handler handler();
  // Ends every connection that takes events of a session; clients come back for the rest (2025-11-25, Resumability).
  void hang_up();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mcp
