// Bytes to and from one client of the HTTP server, plain or through TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "net/task.h"

namespace boost::asio::ssl {
class context;
}

namespace http {

struct TlsIdentity;
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// One client's connection. At most one read and one write at a time, side by side.
class Transport {
 public:
  virtual ~Transport() = default;
  // The TLS handshake, where there is one. True when the client asked for HTTP/2.
  virtual net::Task<bool> open() = 0;
  // Throws at the end of the stream and when the connection broke.
  virtual net::Task<std::size_t> read_some(char* into, std::size_t size) = 0;
  // `bytes` live until it returns.
  virtual net::Task<> write(std::string_view bytes) = 0;
  // Says that nothing more will come: TLS close_notify, FIN.
  virtual net::Task<> finish() = 0;
  virtual void close() = 0;
  // Closes so that the client sees a reset.
  virtual void reset() = 0;
};

// TLS 1.2 or newer; HTTP/2 offered when asked for. Throws Error{internal} when the texts are no certificate and key.
TlsContext make_tls_context(const TlsIdentity& identity, bool http2);

std::unique_ptr<Transport> plain_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> tls_transport(boost::asio::ip::tcp::socket socket, TlsContext context);

}  // namespace http
