// Servers of which the test decides every byte: for what a well-behaved one never does.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/server/server.h"
#include "net/loop.h"

namespace test {

// One connection, after the TLS handshake.
class RawConnection {
 public:
  virtual ~RawConnection() = default;
  // Up to and including the first empty line; empty when the client closed before.
  virtual net::Task<std::string> read_head() = 0;
  // Whatever comes next; empty when the client has closed.
  virtual net::Task<std::string> read_some() = 0;
  virtual net::Task<> write(std::string bytes) = 0;
  // Returns when the client has closed.
  virtual net::Task<> wait_for_close() = 0;
  // With a TCP reset instead of an end.
  virtual void reset() = 0;
};

// Speaks TLS and, by ALPN, the given protocol; runs the script for each connection, counted from 1; then closes it.
class RawTlsServer {
 public:
  using Script = std::function<net::Task<>(RawConnection& connection, int number)>;

  RawTlsServer(net::Loop& loop, const http::TlsIdentity& identity, Script script, std::string protocol = "http/1.1");
  ~RawTlsServer();

  std::uint16_t port() const;
  int connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// An HTTP proxy that knows CONNECT only. Whatever host it is asked for, it connects to that port on 127.0.0.1.
class ConnectProxy {
 public:
  // Where `answer` is set, it is what every CONNECT is answered with, and nothing is forwarded.
  explicit ConnectProxy(net::Loop& loop, std::string answer = {});
  ~ConnectProxy();

  std::uint16_t port() const;
  const std::vector<std::string>& heads() const;  // of the CONNECT requests

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Forwards connections to a port on 127.0.0.1, until it goes deaf: what is connected then stays so, and no byte passes.
class Relay {
 public:
  Relay(net::Loop& loop, std::uint16_t port);
  ~Relay();

  std::uint16_t port() const;
  // New connections are forwarded as before.
  void go_deaf();
  // Connections from now on wait that long before anything is forwarded.
  void delay_new(std::chrono::milliseconds delay);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// A self-signed certificate for localhost that began and ends that many days from now.
http::TlsIdentity self_signed_identity(int begin, int end);

}  // namespace test
