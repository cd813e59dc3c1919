#include "support/kit/proxies.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

#include <fmt/format.h>

namespace test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto proxied = asio::as_tuple(asio::use_awaitable);

tcp::acceptor listen_for_proxy(net::Loop& loop) {
  return {loop.context(), {asio::ip::address_v4::loopback(), 0}};
}

// Ends when either side does, and closes both.
template <typename From, typename To>
net::Task<> copy_bytes(std::shared_ptr<From> from, std::shared_ptr<To> to) {
  std::array<char, 16384> bytes{};
  while (true) {
    const auto [error, size] = co_await from->async_read_some(asio::buffer(bytes), proxied);
    if (error) break;
    co_await asio::async_write(*to, asio::buffer(bytes.data(), size), proxied);
  }
  from->lowest_layer().close();
  to->lowest_layer().close();
}

template <typename Client>
net::Task<> join(net::Loop& loop, std::shared_ptr<Client> client, std::uint16_t port) {
  auto server = std::make_shared<tcp::socket>(loop.context());
  const auto [error] = co_await server->async_connect({asio::ip::address_v4::loopback(), port}, proxied);
  if (error) co_return;
  loop.spawn(copy_bytes(client, server), {});
  loop.spawn(copy_bytes(server, client), {});
}

// So many bytes; fewer when the client closed before.
net::Task<std::string> read_bytes(tcp::socket& socket, std::size_t size) {
  std::string bytes(size, '\0');
  const auto [error, got] = co_await asio::async_read(socket, asio::buffer(bytes), proxied);
  bytes.resize(got);
  co_return bytes;
}

// A length in one byte, then that much text.
net::Task<std::string> read_text(tcp::socket& socket) {
  const auto size = co_await read_bytes(socket, 1);
  co_return co_await read_bytes(socket, size.empty() ? 0 : static_cast<unsigned char>(size[0]));
}

net::Task<> write_bytes(tcp::socket& socket, std::string bytes) {
  co_await asio::async_write(socket, asio::buffer(bytes), proxied);
}

}  // namespace

struct SocksProxy::State {
  State(net::Loop& the_loop, std::string the_login)
      : loop(the_loop), acceptor(listen_for_proxy(the_loop)), login(std::move(the_login)) {}

  net::Task<bool> lets_in(tcp::socket& socket) {
    co_await read_bytes(socket, 1);  // the version
    const auto methods = co_await read_text(socket);
    const char method = login.empty() ? '\0' : '\2';
    if (!methods.contains(method)) {
      co_await write_bytes(socket, "\x05\xff");
      co_return false;
    }
    co_await write_bytes(socket, std::string{'\5', method});
    if (login.empty()) co_return true;
    co_await read_bytes(socket, 1);
    auto given = co_await read_text(socket);
    given += ":" + co_await read_text(socket);
    co_await write_bytes(socket, std::string{'\1', given == login ? '\0' : '\1'});
    co_return given == login;
  }

  static net::Task<> serve(std::shared_ptr<State> state, tcp::socket accepted) {
    auto client = std::make_shared<tcp::socket>(std::move(accepted));
    if (!co_await state->lets_in(*client)) co_return;
    const auto head = co_await read_bytes(*client, 4);  // version, CONNECT, reserved, kind of address
    if (head.size() < 4 || head[3] != '\3') co_return;  // a name
    const auto host = co_await read_text(*client);
    const auto digits = co_await read_bytes(*client, 2);
    if (digits.size() < 2) co_return;
    const auto port =
        static_cast<std::uint16_t>(static_cast<unsigned char>(digits[0]) * 256 + static_cast<unsigned char>(digits[1]));
    state->targets.push_back(fmt::format("{}:{}", host, port));
    co_await write_bytes(*client, std::string("\5\0\0\1\0\0\0\0\0\0", 10));
    co_await join(state->loop, client, port);
  }

  static net::Task<> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(proxied);
      if (!error) state->loop.spawn(serve(state, std::move(socket)), {});
    }
  }

  net::Loop& loop;
  tcp::acceptor acceptor;
  std::string login;
  std::vector<std::string> targets;
};

SocksProxy::SocksProxy(net::Loop& loop, std::string login) : state_(std::make_shared<State>(loop, std::move(login))) {
  loop.spawn(State::accept(state_), {});
}

SocksProxy::~SocksProxy() {
  state_->acceptor.close();
}
std::uint16_t SocksProxy::port() const {
  return state_->acceptor.local_endpoint().port();
}
const std::vector<std::string>& SocksProxy::targets() const {
  return state_->targets;
}

struct TlsFront::State {
  using Stream = asio::ssl::stream<tcp::socket>;

  State(net::Loop& the_loop, std::uint16_t the_port)
      : loop(the_loop),
        acceptor(listen_for_proxy(the_loop)),
        context(asio::ssl::context::tls_server),
        behind(the_port) {}

  static net::Task<> serve(std::shared_ptr<State> state, tcp::socket socket) {
    auto client = std::make_shared<Stream>(std::move(socket), state->context);
    const auto [error] = co_await client->async_handshake(Stream::server, proxied);
    if (!error) co_await join(state->loop, client, state->behind);
  }

  static net::Task<> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(proxied);
      if (!error) state->loop.spawn(serve(state, std::move(socket)), {});
    }
  }

  net::Loop& loop;
  tcp::acceptor acceptor;
  asio::ssl::context context;
  std::uint16_t behind;
};

TlsFront::TlsFront(net::Loop& loop, const http::TlsIdentity& identity, std::uint16_t behind)
    : state_(std::make_shared<State>(loop, behind)) {
  state_->context.use_certificate_chain(asio::buffer(identity.certificate_chain_pem));
  state_->context.use_private_key(asio::buffer(identity.private_key_pem), asio::ssl::context::pem);
  loop.spawn(State::accept(state_), {});
}

TlsFront::~TlsFront() {
  state_->acceptor.close();
}
std::uint16_t TlsFront::port() const {
  return state_->acceptor.local_endpoint().port();
}

}  // namespace test
