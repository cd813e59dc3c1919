// Tells in words why no answer came: host, phase, and the reason of the OS or of TLS (R-HTT-13).
#pragma once

#include <optional>
#include <string>

#include "http/client/peer_certificate.h"
#include "http/http.h"

namespace http {

// What is known when libcurl gave up.
struct CurlFailure {
  void* easy;  // the libcurl handle, still with its measurements
  int code;    // CURLcode
  std::string host;
  std::string proxy_name;  // "host:port", empty where the way is direct
  std::string curl_text;   // libcurl's own words, may be empty
  const PeerCertificate& certificate;
  bool has_begun_tls;
  bool was_sent;  // a byte of the request may have left
  bool answer_has_begun;
  std::size_t body_size;  // of the request
  net::Duration connect_limit;
  std::string ca_setting;                  // see CurlOptions
  std::optional<net::Duration> limit_hit;  // where it was one of ours that ended the wait, not that for connecting
};

TransportError describe(const CurlFailure& failure);

}  // namespace http
