// Inside of the HTTP server: what its parts (listening, HTTP/1.1, HTTP/2) share.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "http/server/server.h"
#include "http/server/server_transport.h"
#include "net/loop.h"

namespace http {

// A time limit that is moved with every request: moving it costs a store, not a timer.
class Deadline {
 public:
  Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_expiry);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void set(net::Duration limit);
  void clear();

 private:
  struct Timer;
  std::shared_ptr<Timer> timer_;
};

struct Connection;

// One server's state. Connections outlive the HttpServer object by their last step, so they share it.
struct ServerCore {
  ServerCore(net::Loop& a_loop, ServerOptions some_options, Handler a_handler);

  net::Loop& loop;
  ServerOptions options;
  Handler handler;
  TlsContext tls;
  std::list<std::shared_ptr<Connection>> connections;  // oldest first
  std::uint64_t last_connection = 0;
  std::size_t answering = 0;  // requests whose answer is not on the wire yet
  net::Condition quiet;       // pulses when `answering` reaches 0
  bool stopped = false;       // no further request is served

  // The handler's reply, or 500 when it failed, with the headers every answer has. A cancellation passes through.
  net::Task<ServerReply> answer(ServerRequest request);
};

// One client. It has nothing to wait for while `answering` is 0: then it may be evicted.
struct Connection {
  Connection(ServerCore& core, std::unique_ptr<Transport> a_transport);

  std::uint64_t number = 0;
  std::string peer;
  std::unique_ptr<Transport> transport;
  std::size_t answering = 0;
  bool closing = false;
  Deadline deadline;
  std::function<void()> on_deadline;  // until set, an expiry closes the connection
  net::Running serving;

  // Ends it whatever it is doing.
  void abandon();
};

// Counts a request as being answered for as long as it lives.
class Answering {
 public:
  Answering(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection);
  ~Answering();
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

 private:
  std::shared_ptr<ServerCore> core_;
  std::shared_ptr<Connection> connection_;
};

// Serve one connection to its end.
namespace http1 {
net::Task<> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection);
}
namespace http2 {
net::Task<> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection);
}

// http_date (http/date.h) of now: the Date of answers that have none of their own.
const std::string& http_date();

}  // namespace http
