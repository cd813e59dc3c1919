// An HTTP server on loopback: the redirect listener, the sandbox tenant, and MCP's HTTP transport.
// HTTP/1.1 always; HTTP/2 where TLS is on and the client asks for it (ALPN).
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "http/http.h"
#include "net/loop.h"

namespace http {

struct ServerRequest {
  std::string method;
  std::string target;  // as received: "/path?query"
  Headers headers;
  std::string body;
  int version = 11;              // 10, 11, 20
  std::string peer;              // "127.0.0.1:41234"
  std::uint64_t connection = 0;  // same number for requests of one connection
  bool is_tls = false;
};

// One answer. A stream of parts (SSE) is sent by `stream` after the head; see below.
struct ServerReply {
  int status = 200;
  Headers headers;
  std::string body;

  // Where set, the body is what this coroutine sends, part by part, until it returns; it is cancelled when the
  // client goes away. Its length is not told unless `headers` say it.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual net::Task<> send(std::string part) = 0;  // throws when the client is gone
  };
  std::function<net::Task<>(Sink&)> stream;
};

// Thrown by a handler that gives no answer, or by a stream that gives no more of it: the connection is broken off, over
// HTTP/2 the stream alone. A Content-Length among the headers of a stream then tells the client that something is
// missing.
class BrokenOff : public std::exception {
 public:
  const char* what() const noexcept override { return "the answer is broken off"; }
};

using Handler = std::function<net::Task<ServerReply>(ServerRequest)>;

struct TlsIdentity {
  std::string certificate_chain_pem;
  std::string private_key_pem;
};

struct ServerOptions {
  // Bound in this order; `port` 0 = any free one (the same for all addresses then is not promised).
  std::vector<std::string> addresses = {"127.0.0.1"};
  std::uint16_t port = 0;
  std::shared_ptr<const TlsIdentity> tls;  // null = plain
  bool http2 = true;
  net::Duration header_limit{10'000};  // from accept or the previous answer to a whole head
  std::size_t max_header = 16 * 1024;
  std::size_t max_body = std::size_t{16} << 20;
  net::Duration body_limit{30'000};
  std::size_t max_connections = 256;
  // When full, the oldest connection without a complete request makes room (R-PKC-08).
  bool evict_idle = true;
  bool keep_alive = true;
  Headers always;  // added to every answer, those to broken requests included
  // What the sender of a broken request is told, by its status (400, 408, 413, 431); nothing = the status alone.
  std::function<ServerReply(int status)> on_broken;
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;  // stops listening and closes every connection
  virtual std::uint16_t port() const = 0;
  // No new connections; running answers are finished.
  virtual void stop_accepting() = 0;
  // Waits until running answers are on the wire, `limit` at most.
  virtual net::Task<> drain(net::Duration limit) = 0;
};

// Thrown when an address cannot be bound.
class AddressInUse : public base::Error {
 public:
  explicit AddressInUse(std::string message) : Error(base::Errc::login_failed, std::move(message)) {}
};

// Throws AddressInUse, or Error{internal} for other failures. An address family that the machine lacks is
// skipped when another one works. No other program can share the port (http/server/listen_rules.h).
std::unique_ptr<HttpServer> start_server(net::Loop& loop, ServerOptions options, Handler handler);

}  // namespace http
