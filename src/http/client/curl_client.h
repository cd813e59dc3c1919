// The HttpClient over libcurl: one thread, HTTP/2 where the server has it, connections shared by all requests.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "http/client/seen_certificate.h"
#include "http/http.h"
#include "net/loop.h"

namespace http {

struct CurlOptions {
  std::string user_agent;
  std::vector<std::string> ca_files;  // PEM, trusted besides the system's (R-HTT-01); see check_ca_file
  std::string ca_setting;             // what a person calls `ca_files`, for advice; empty = no advice
  std::string trace_header;           // whose value tells a request from others in the log; empty = none
  std::string proxy;                  // HTTPS_PROXY or ALL_PROXY; empty = none. May hold credentials
  std::string no_proxy;               // NO_PROXY
  std::shared_ptr<SeenCertificate> seen_certificate;  // gets what each handshake shows; null for nobody
  std::size_t max_in_flight_http2 = 64;
  std::size_t max_in_flight_http1 = 16;
  std::size_t max_body = std::size_t{64} << 20;  // bytes after decoding
  net::Duration connect_limit{10'000};           // name, connection, proxy and TLS together
  net::Duration first_byte_limit{40'000};        // from when the request is sent; see Request::total_limit
  net::Duration idle_limit{30'000};              // without a byte, once the answer has begun
  net::Duration trusted_idle{15'000};            // a connection that was unused for longer is not trusted to be alive
  net::Duration write_grace{2'000};              // for the answer to a write whose call was cancelled (R-HTT-15)
};

// Cheap to make: libcurl and the trust store are set up at the first request; what is wrong with a CA file or the
// proxy setting is thrown there as base::Error. A write that is answered after its call was cancelled is logged at
// `warn` (R-RES-17). The loop must outlive the client.
std::unique_ptr<HttpClient> make_curl_client(net::Loop& loop, CurlOptions options);

// libcurl and what it is linked to, with their versions: "libcurl/8.14.1 OpenSSL/3.0.17 zlib/1.2.13 nghttp2/1.52.0".
std::string library_versions();

}  // namespace http
