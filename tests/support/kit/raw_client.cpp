#include "support/kit/raw_client.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace test {
namespace asio = boost::asio;
using asio::ip::tcp;

net::Task<std::string> send_raw(net::Loop& loop, std::uint16_t port, std::string bytes) {
  constexpr auto with_error = asio::as_tuple(asio::use_awaitable);
  std::string received;
  tcp::socket socket(loop.executor());
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  if (auto [error] = co_await socket.async_connect(endpoint, with_error); error) co_return received;
  if (auto [error, size] = co_await asio::async_write(socket, asio::buffer(bytes), with_error); error) {
    co_return received;
  }
  std::array<char, 4096> part{};
  while (true) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(part), with_error);
    if (error) co_return received;
    received.append(part.data(), size);
  }
}

net::Task<std::string> get_page(net::Loop& loop, std::uint16_t port, std::string target) {
  return send_raw(loop, port, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

}  // namespace test
