#include "http/server/server_transport.h"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "http/server/server.h"

namespace http {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using Ignored = boost::system::error_code;

void reset_socket(tcp::socket& socket) {
  Ignored ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {}

  net::Task<bool> open() override { co_return false; }
  net::Task<std::size_t> read_some(char* into, std::size_t size) override {
    co_return co_await socket_.async_read_some(asio::buffer(into, size), use_awaitable);
  }
  net::Task<> write(std::string_view bytes) override {
    co_await asio::async_write(socket_, asio::buffer(bytes), use_awaitable);
  }
  net::Task<> finish() override {
    Ignored ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }
  void close() override {
    Ignored ignored;
    socket_.close(ignored);
  }
  void reset() override { reset_socket(socket_); }

 private:
  tcp::socket socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(tcp::socket socket, TlsContext context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  net::Task<bool> open() override {
    co_await stream_.async_handshake(asio::ssl::stream_base::server, use_awaitable);
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &chosen, &size);
    co_return std::string_view(reinterpret_cast<const char*>(chosen), size) == "h2";
  }
  net::Task<std::size_t> read_some(char* into, std::size_t size) override {
    co_return co_await stream_.async_read_some(asio::buffer(into, size), use_awaitable);
  }
  net::Task<> write(std::string_view bytes) override {
    co_await asio::async_write(stream_, asio::buffer(bytes), use_awaitable);
  }
  net::Task<> finish() override { co_await stream_.async_shutdown(use_awaitable); }
  void close() override {
    Ignored ignored;
    stream_.lowest_layer().close(ignored);
  }
  void reset() override { reset_socket(stream_.next_layer()); }

 private:
  TlsContext context_;
  asio::ssl::stream<tcp::socket> stream_;
};

// RFC 7301: the server's preference, each name with its length in front.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* preference) {
  const auto& names = *static_cast<const std::string_view*>(preference);
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(names.data()),
                                            static_cast<unsigned>(names.size()), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsContext make_tls_context(const TlsIdentity& identity, bool http2) {
  static constexpr std::string_view http1_only("\x08http/1.1", 9);
  static constexpr std::string_view http2_first("\x02h2\x08http/1.1", 12);
  try {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    context->use_certificate_chain(asio::buffer(identity.certificate_chain_pem));
    context->use_private_key(asio::buffer(identity.private_key_pem), asio::ssl::context::pem);
    SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_protocol,
                               const_cast<std::string_view*>(http2 ? &http2_first : &http1_only));
    return context;
  } catch (const boost::system::system_error& error) {
    throw base::Error(base::Errc::internal, std::string("The server's certificate is unusable: ") + error.what());
  }
}

std::unique_ptr<Transport> plain_transport(tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> tls_transport(tcp::socket socket, TlsContext context) {
  return std::make_unique<TlsTransport>(std::move(socket), std::move(context));
}

}  // namespace http
