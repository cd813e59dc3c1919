// An HTTP/2 server of which the test decides every frame, and that counts the client's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/kit/raw_servers.h"

namespace test {

class RawHttp2Server;

// A request that has come whole, as the test answers it.
class RawStream {
 public:
  RawStream(std::shared_ptr<void> session, std::int32_t stream) : session_(std::move(session)), id(stream) {}

  void answer(int status, std::string body = {});
  // The same, but the stream's end comes by itself a little later, as from servers that learn it late.
  void answer_and_end_later(int status, std::string body);
  void refuse();
  // Nothing beyond the stream `last` was or will be looked at; then the connection ends.
  void go_away(std::int32_t last);

 private:
  std::shared_ptr<void> session_;

 public:
  const std::int32_t id;
};

class RawHttp2Server {
 public:
  // `number` counts all requests, from 1.
  using OnRequest = std::function<void(RawStream stream, int number)>;

  RawHttp2Server(net::Loop& loop, const http::TlsIdentity& identity, OnRequest on_request);

  // As nghttp2's own servers do by default, with 1,000 and 33: who resets more streams than that is sent away.
  void limit_resets(std::uint64_t burst, std::uint64_t per_second);

  std::uint16_t port() const { return server_.port(); }
  int connections() const { return server_.connections(); }
  int open_connections() const;
  int requests() const;
  // The error codes of the RST_STREAM frames that came.
  const std::vector<std::uint32_t>& resets() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  RawTlsServer server_;
};

}  // namespace test
