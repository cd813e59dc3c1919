#include "support/kit/raw_servers.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

tcp::acceptor listen(net::Loop& loop) {
  return {loop.context(), {asio::ip::address_v4::loopback(), 0}};
}

// Gives nothing when the stream ended first.
template <typename Stream>
net::Task<std::string> read_head_of(Stream& stream, std::string& buffer) {
  const auto [error, size] =
      co_await asio::async_read_until(stream, asio::dynamic_buffer(buffer), "\r\n\r\n", as_values);
  if (error) co_return std::string();
  std::string head = buffer.substr(0, size);
  buffer.erase(0, size);
  co_return head;
}

class TlsConnection final : public RawConnection {
 public:
  TlsConnection(tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  net::Task<bool> handshake() {
    const auto [error] = co_await stream_.async_handshake(TlsStream::server, as_values);
    co_return !error;
  }
  net::Task<> close() {
    if (!is_reset_) co_await stream_.async_shutdown(as_values);
  }

  net::Task<std::string> read_head() override { return read_head_of(stream_, buffer_); }
  net::Task<std::string> read_some() override {
    std::string bytes(16 * 1024, '\0');
    const auto [error, size] = co_await stream_.async_read_some(asio::buffer(bytes), as_values);
    bytes.resize(error ? 0 : size);
    co_return bytes;
  }
  net::Task<> write(std::string bytes) override { co_await asio::async_write(stream_, asio::buffer(bytes), as_values); }
  net::Task<> wait_for_close() override {
    std::array<char, 1024> bytes{};
    bool is_open = true;
    while (is_open) {
      const auto [error, size] = co_await stream_.async_read_some(asio::buffer(bytes), as_values);
      is_open = !error;
    }
  }
  void reset() override {
    is_reset_ = true;
    stream_.next_layer().set_option(tcp::socket::linger(true, 0));
    stream_.next_layer().close();
  }

 private:
  TlsStream stream_;
  std::string buffer_;
  bool is_reset_ = false;
};

int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned int,
                    void* protocol) {
  const auto& name = *static_cast<const std::string*>(protocol);
  *out = reinterpret_cast<const unsigned char*>(name.data());
  *size = static_cast<unsigned char>(name.size());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

struct RawTlsServer::State {
  State(net::Loop& the_loop, Script the_script, std::string the_protocol)
      : loop(the_loop),
        acceptor(listen(the_loop)),
        context(asio::ssl::context::tls_server),
        script(std::move(the_script)),
        protocol(std::move(the_protocol)) {}

  static net::Task<> serve(std::shared_ptr<State> state, tcp::socket socket, int number) {
    TlsConnection connection(std::move(socket), state->context);
    if (!co_await connection.handshake()) co_return;
    co_await state->script(connection, number);
    co_await connection.close();
  }

  static net::Task<> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(as_values);
      if (!error) state->loop.spawn(serve(state, std::move(socket), ++state->connections), {});
    }
  }

  net::Loop& loop;
  tcp::acceptor acceptor;
  asio::ssl::context context;
  Script script;
  std::string protocol;
  int connections = 0;
};

RawTlsServer::RawTlsServer(net::Loop& loop, const http::TlsIdentity& identity, Script script, std::string protocol)
    : state_(std::make_shared<State>(loop, std::move(script), std::move(protocol))) {
  state_->context.use_certificate_chain(asio::buffer(identity.certificate_chain_pem));
  state_->context.use_private_key(asio::buffer(identity.private_key_pem), asio::ssl::context::pem);
  SSL_CTX_set_alpn_select_cb(state_->context.native_handle(), &choose_protocol, &state_->protocol);
  loop.spawn(State::accept(state_), {});
}

RawTlsServer::~RawTlsServer() {
  state_->acceptor.close();
}
std::uint16_t RawTlsServer::port() const {
  return state_->acceptor.local_endpoint().port();
}
int RawTlsServer::connections() const {
  return state_->connections;
}

struct ConnectProxy::State {
  State(net::Loop& the_loop, std::string the_answer)
      : loop(the_loop), acceptor(listen(the_loop)), answer(std::move(the_answer)) {}

  static std::uint16_t port_of(std::string_view head) {
    std::uint16_t port = 0;
    const auto target = head.substr(0, head.find(" HTTP/"));
    const auto digits = target.substr(target.rfind(':') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return port;
  }

  static net::Task<> forward(std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to) {
    std::array<char, 16384> bytes{};
    while (true) {
      const auto [error, size] = co_await from->async_read_some(asio::buffer(bytes), as_values);
      if (error) break;
      co_await asio::async_write(*to, asio::buffer(bytes.data(), size), as_values);
    }
    if (to->is_open()) to->close();
  }

  static net::Task<> serve(std::shared_ptr<State> state, tcp::socket socket) {
    auto client = std::make_shared<tcp::socket>(std::move(socket));
    std::string buffer;
    const std::string head = co_await read_head_of(*client, buffer);
    state->heads.push_back(head);
    if (!state->answer.empty()) {
      co_await asio::async_write(*client, asio::buffer(state->answer), as_values);
      co_return;
    }
    auto server = std::make_shared<tcp::socket>(state->loop.context());
    co_await server->async_connect({asio::ip::address_v4::loopback(), port_of(head)}, as_values);
    const std::string established = "HTTP/1.1 200 OK\r\n\r\n";
    co_await asio::async_write(*client, asio::buffer(established), as_values);
    state->loop.spawn(forward(client, server), {});
    state->loop.spawn(forward(server, client), {});
  }

  static net::Task<> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(as_values);
      if (!error) state->loop.spawn(serve(state, std::move(socket)), {});
    }
  }

  net::Loop& loop;
  tcp::acceptor acceptor;
  std::string answer;
  std::vector<std::string> heads;
};

ConnectProxy::ConnectProxy(net::Loop& loop, std::string answer)
    : state_(std::make_shared<State>(loop, std::move(answer))) {
  loop.spawn(State::accept(state_), {});
}

ConnectProxy::~ConnectProxy() {
  state_->acceptor.close();
}
std::uint16_t ConnectProxy::port() const {
  return state_->acceptor.local_endpoint().port();
}
const std::vector<std::string>& ConnectProxy::heads() const {
  return state_->heads;
}

struct Relay::State {
  State(net::Loop& the_loop, std::uint16_t the_port) : loop(the_loop), acceptor(listen(the_loop)), port(the_port) {}

  // The sockets of a deaf relay stay open: the peers are told nothing.
  struct Pair {
    tcp::socket client, server;
    bool is_deaf = false;
  };

  static net::Task<> forward(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to) {
    std::array<char, 16384> bytes{};
    while (!pair->is_deaf) {
      const auto [error, size] = co_await from.async_read_some(asio::buffer(bytes), as_values);
      if (pair->is_deaf) break;
      if (error) {
        to.close();
        break;
      }
      co_await asio::async_write(to, asio::buffer(bytes.data(), size), as_values);
    }
  }

  static net::Task<> serve(std::shared_ptr<State> state, std::shared_ptr<Pair> pair) {
    asio::steady_timer timer(co_await asio::this_coro::executor, state->delay);
    co_await timer.async_wait(as_values);
    co_await pair->server.async_connect({asio::ip::address_v4::loopback(), state->port}, as_values);
    state->loop.spawn(forward(pair, pair->client, pair->server), {});
    state->loop.spawn(forward(pair, pair->server, pair->client), {});
  }

  static net::Task<> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(as_values);
      if (error) continue;
      auto pair = std::make_shared<Pair>(std::move(socket), tcp::socket(state->loop.context()));
      state->pairs.push_back(pair);
      state->loop.spawn(serve(state, std::move(pair)), {});
    }
  }

  net::Loop& loop;
  tcp::acceptor acceptor;
  std::uint16_t port;
  std::vector<std::shared_ptr<Pair>> pairs;
  std::chrono::milliseconds delay{0};
};

Relay::Relay(net::Loop& loop, std::uint16_t port) : state_(std::make_shared<State>(loop, port)) {
  loop.spawn(State::accept(state_), {});
}
Relay::~Relay() {
  state_->acceptor.close();
}
std::uint16_t Relay::port() const {
  return state_->acceptor.local_endpoint().port();
}
void Relay::delay_new(std::chrono::milliseconds delay) {
  state_->delay = delay;
}
void Relay::go_deaf() {
  for (const auto& pair : state_->pairs) pair->is_deaf = true;
}

http::TlsIdentity self_signed_identity(int begin, int end) {
  constexpr long a_day = 24 * 3600;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), begin * a_day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), end * a_day);
  X509_set_pubkey(certificate.get(), key.get());
  const auto* name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC, name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  X509_sign(certificate.get(), key.get(), EVP_sha256());

  const auto text_of = [](auto write) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> memory(BIO_new(BIO_s_mem()), &BIO_free_all);
    write(memory.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return std::string(bytes, static_cast<std::size_t>(size));
  };
  return {text_of([&](BIO* out) { PEM_write_bio_X509(out, certificate.get()); }),
          text_of([&](BIO* out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); })};
}

}  // namespace test
