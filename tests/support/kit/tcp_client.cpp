#include "support/kit/tcp_client.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "support/kit/run.h"

namespace test {

namespace asio = boost::asio;
using boost::system::error_code;

TcpClient::TcpClient(net::Loop& loop, std::uint16_t port, std::string_view address)
    : loop_(loop), socket_(loop.context()) {
  std::optional<error_code> done;
  socket_.async_connect({asio::ip::make_address(address), port}, [&](error_code error) { done = error; });
  run_until(loop_, [&] { return done.has_value(); });
  if (*done) throw std::runtime_error("cannot connect: " + done->message());
}

void TcpClient::send(std::string_view bytes) {
  std::optional<error_code> done;
  asio::async_write(socket_, asio::buffer(bytes), [&](error_code error, std::size_t) { done = error; });
  run_until(loop_, [&] { return done.has_value(); });
}

void TcpClient::finish_sending() {
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send);
}

bool TcpClient::read_more() {
  std::array<char, 64 * 1024> buffer;
  std::optional<std::pair<error_code, std::size_t>> done;
  socket_.async_read_some(asio::buffer(buffer), [&](error_code error, std::size_t size) { done = {error, size}; });
  run_until(loop_, [&] { return done.has_value(); });
  unread_.append(buffer.data(), done->second);
  if (done->first == asio::error::connection_reset) was_reset_ = true;
  return !done->first;
}

std::string TcpClient::read_until(std::string_view end) {
  while (unread_.find(end) == std::string::npos) {
    if (!read_more()) throw std::runtime_error("the connection ended after: " + unread_);
  }
  const auto size = unread_.find(end) + end.size();
  std::string text = unread_.substr(0, size);
  unread_.erase(0, size);
  return text;
}

std::string TcpClient::read_to_end() {
  while (read_more()) {
  }
  return std::exchange(unread_, {});
}

bool TcpClient::is_silent() {
  settle(loop_);
  return unread_.empty() && socket_.available() == 0;
}

}  // namespace test
