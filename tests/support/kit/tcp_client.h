// A TCP client that says exactly what a test wants, right or wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "net/loop.h"

namespace test {

// Each call drives the loop until it is done.
class TcpClient {
 public:
  TcpClient(net::Loop& loop, std::uint16_t port, std::string_view address = "127.0.0.1");

  void send(std::string_view bytes);
  void finish_sending();
  // Up to and including `end`.
  std::string read_until(std::string_view end);
  // All until the other side closes or resets.
  std::string read_to_end();
  // True when nothing has come that was not read yet.
  bool is_silent();
  bool was_reset() const { return was_reset_; }

 private:
  bool read_more();

  net::Loop& loop_;
  boost::asio::ip::tcp::socket socket_;
  std::string unread_;
  bool was_reset_ = false;
};

}  // namespace test
