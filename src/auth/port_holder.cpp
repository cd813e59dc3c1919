#include "auth/port_holder.h"

#include <array>

#include <fmt/core.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "auth/result_page.h"

namespace auth {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

// The head of the answer to "GET /", as far as it came.
net::Task<std::string> fetch_head(asio::any_io_executor executor, tcp::endpoint endpoint) {
  constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  constexpr std::size_t longest = 16 * 1024;
  std::string head;
  tcp::socket socket(executor);
  if (auto [error] = co_await socket.async_connect(endpoint, with_error); error) co_return head;
  if (auto [error, size] = co_await asio::async_write(socket, asio::buffer(request), with_error); error) co_return head;
  std::array<char, 4096> part{};
  while (head.size() < longest && head.find("\r\n\r\n") == std::string::npos) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(part), with_error);
    if (error) break;
    head.append(part.data(), size);
  }
  co_return head;
}

bool has_mark(std::string_view head) {
  return head.find(fmt::format("\r\n{}:", listener_mark)) != std::string_view::npos;
}

}  // namespace

net::Task<PortHolder> ask_port_holder(net::Loop& loop, net::Clock& clock, std::uint16_t port) {
  constexpr net::Duration limit{1'000};
  PortHolder holder;
  const std::array<asio::ip::address, 2> addresses{asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
  for (const auto& address : addresses) {
    const auto head = co_await loop.within(clock, limit, fetch_head(loop.executor(), tcp::endpoint(address, port)));
    if (head && has_mark(*head)) holder.is_listener_of_ours = true;
  }
  if (holder.is_listener_of_ours) co_return holder;
  const auto name = co_await loop.offload(clock, limit, [port] { return listening_process(port); });
  holder.name = name.value_or(std::string());
  co_return holder;
}

}  // namespace auth
