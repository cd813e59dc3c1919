#include "http/server/server.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "http/server/listen_rules.h"
#include "http/server/server_core.h"

namespace http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr net::Duration pause_without_descriptors{100};

std::string endpoint_text(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  return fmt::format("{}{}{}:{}", address.is_v6() ? "[" : "", address.to_string(), address.is_v6() ? "]" : "",
                     endpoint.port());
}

// Nothing when the machine has no such address family.
std::optional<tcp::acceptor> listen(net::Loop& loop, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor(loop.executor());
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (error == asio::error::address_family_not_supported) return std::nullopt;
  if (!error) keep_address_alone(acceptor, error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (error == boost::system::errc::address_not_available) return std::nullopt;
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) return acceptor;
  if (is_address_taken(error))
    throw AddressInUse(fmt::format("{} is in use by another program", endpoint_text(endpoint)));
  throw base::Error(base::Errc::internal,
                    fmt::format("cannot listen on {}: {}", endpoint_text(endpoint), error.message()));
}

std::vector<tcp::acceptor> listen_on_all(net::Loop& loop, const ServerOptions& options) {
  std::vector<tcp::acceptor> acceptors;
  std::uint16_t port = options.port;
  for (const auto& text : options.addresses) {
    error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error) throw base::Error(base::Errc::internal, fmt::format("\"{}\" is not an IP address", text));
    auto acceptor = listen(loop, {address, port});
    if (!acceptor) continue;
    port = acceptor->local_endpoint().port();
    acceptors.push_back(std::move(*acceptor));
  }
  if (acceptors.empty()) throw base::Error(base::Errc::internal, "no address to listen on is available");
  return acceptors;
}

// A free port of the first address may be taken on the second; then another one is tried.
std::vector<tcp::acceptor> listen_somewhere(net::Loop& loop, const ServerOptions& options) {
  constexpr int attempts = 16;
  for (int attempt = 1;; ++attempt) {
    try {
      return listen_on_all(loop, options);
    } catch (const AddressInUse&) {
      if (options.port != 0 || attempt == attempts) throw;
    }
  }
}

net::Task<> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection) {
  connection->deadline.set(core->options.header_limit);
  const bool is_http2 = co_await connection->transport->open();
  if (is_http2) {
    co_await http2::serve(core, connection);
  } else {
    co_await http1::serve(core, connection);
  }
}

// False when every connection is busy with a request.
bool make_room(ServerCore& core) {
  if (core.connections.size() < core.options.max_connections) return true;
  if (!core.options.evict_idle) return false;
  const auto idle = std::ranges::find_if(core.connections, [](const auto& each) { return each->answering == 0; });
  if (idle == core.connections.end()) return false;
  const auto evicted = std::move(*idle);
  core.connections.erase(idle);
  evicted->abandon();
  return true;
}

void take_in(const std::shared_ptr<ServerCore>& core, tcp::socket socket) {
  error_code ignored;
  if (!make_room(*core)) return;
  const auto peer = socket.remote_endpoint(ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  auto transport = core->tls ? tls_transport(std::move(socket), core->tls) : plain_transport(std::move(socket));
  auto connection = std::make_shared<Connection>(*core, std::move(transport));
  connection->number = ++core->last_connection;
  connection->peer = endpoint_text(peer);
  core->connections.push_back(connection);
  connection->serving = core->loop.spawn(serve(core, connection), [core, connection](const std::exception_ptr&) {
    // Whatever ended it (a client that left, a broken record) concerns this connection alone.
    connection->closing = true;
    connection->deadline.clear();
    connection->transport->close();
    std::erase(core->connections, connection);
  });
}

net::Task<> accept_all(std::shared_ptr<ServerCore> core, std::shared_ptr<tcp::acceptor> acceptor) {
  asio::steady_timer pause(core->loop.executor());
  while (acceptor->is_open()) {
    tcp::socket socket(core->loop.executor());
    error_code error;
    co_await acceptor->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      take_in(core, std::move(socket));
    } else if (error == asio::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system) {
      pause.expires_after(pause_without_descriptors);
      co_await pause.async_wait(asio::use_awaitable);
    } else if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) {
      co_return;
    }
  }
}

class Server final : public HttpServer {
 public:
  Server(net::Loop& loop, ServerOptions options, Handler handler)
      : core_(std::make_shared<ServerCore>(loop, std::move(options), std::move(handler))) {
    for (auto& acceptor : listen_somewhere(loop, core_->options))
      acceptors_.push_back(std::make_shared<tcp::acceptor>(std::move(acceptor)));
    port_ = acceptors_.front()->local_endpoint().port();
    for (const auto& acceptor : acceptors_)
      accepting_.push_back(loop.spawn(accept_all(core_, acceptor), [](const std::exception_ptr&) {}));
  }

  ~Server() override {
    stop_accepting();
    core_->stopped = true;
    const auto connections = core_->connections;
    for (const auto& connection : connections) connection->abandon();
  }

  std::uint16_t port() const override { return port_; }

  void stop_accepting() override {
    error_code ignored;
    for (const auto& acceptor : acceptors_) acceptor->close(ignored);
    for (auto& accepting : accepting_) accepting.cancel();
  }

  net::Task<> drain(net::Duration limit) override {
    net::SystemClock clock;
    co_await core_->loop.within(clock, limit, wait_until_quiet(core_));
  }

 private:
  static net::Task<> wait_until_quiet(std::shared_ptr<ServerCore> core) {
    while (core->answering > 0) co_await core->quiet.wait();
  }

  std::shared_ptr<ServerCore> core_;
  std::vector<std::shared_ptr<tcp::acceptor>> acceptors_;
  std::vector<net::Running> accepting_;
  std::uint16_t port_ = 0;
};

}  // namespace

std::unique_ptr<HttpServer> start_server(net::Loop& loop, ServerOptions options, Handler handler) {
  return std::make_unique<Server>(loop, std::move(options), std::move(handler));
}

}  // namespace http
