// One request on its way through libcurl, and what became of it. Used by the HTTP thread; see curl_thread.h.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "http/client/body_buffer.h"
#include "http/client/curl_client.h"
#include "http/client/peer_certificate.h"
#include "http/client/proxy.h"
#include "http/client/trust_store.h"
#include "http/http.h"

namespace http {

// What all transfers of a client have in common. Made by the HTTP thread at the first request.
struct CurlSetup {
  explicit CurlSetup(const CurlOptions& client_options)
      : options(client_options), proxy(parse_proxy(options.proxy)), trust(options.ca_files, options.ca_setting) {}

  const CurlOptions& options;
  std::optional<Proxy> proxy;
  TrustStore trust;
};

// Belongs to the loop until it is given to the HTTP thread and again from when that hands it back.
class Transfer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Transfer(Request request);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  const Request& request() const { return request_; }
  std::string authority() const;  // "host", or "host:port" where that is not 443

  // HTTP thread: sets a libcurl easy handle up for this request.
  void prepare(void* easy, const CurlSetup& setup);
  // HTTP thread: takes libcurl's verdict (a CURLcode) and sets the outcome.
  void finish(int code);
  // HTTP thread: ends it with a failure of our own.
  void fail(std::exception_ptr error) { failure_ = std::move(error); }

  // True from the moment at which the first byte may have left, unless the server refused it unread.
  bool was_sent() const { return attempts_ > 0 && !is_refused_; }
  void was_refused() { is_refused_ = true; }

  enum class Stop { none, total, first_byte, idle, cancelled };
  struct Deadline {
    TimePoint at;
    Stop reason;
  };
  // The limit that is hit next: in total, for the first byte, or between two bytes (R-HTT-05, R-HTT-19).
  Deadline deadline() const;
  // HTTP thread, before libcurl is made to end it. A connection that kept silent gets no further request.
  void stop_because(Stop reason);

  // The outcome: throws, or gives the answer.
  Response take_response();
  bool has_failed() const { return failure_ != nullptr; }
  int status() const { return response_.status; }
  bool is_http2() const { return is_http2_; }
  // Whether the server said anything at all, so that the HTTP version is known.
  bool was_answered() const { return response_.status != 0; }

 private:
  friend struct CurlCallbacks;
  class HeaderList;

  void set_connection(const CurlSetup& setup);
  void set_proxy(const CurlSetup& setup);
  void set_request();
  void set_headers(const std::string& user_agent);
  net::Duration first_byte_limit() const;
  std::optional<net::Duration> limit_hit() const;
  std::exception_ptr failure_of(int code) const;

  Request request_;
  std::string host_;
  std::uint16_t port_ = 443;
  std::string proxy_name_;  // empty where the way is direct
  const CurlOptions* options_ = nullptr;
  const TrustStore* trust_ = nullptr;
  void* easy_ = nullptr;
  std::unique_ptr<HeaderList> header_list_;
  std::array<char, 256> error_text_{};

  Response response_;  // its body comes last, from body_
  BodyBuffer body_;
  std::exception_ptr failure_;
  bool has_begun_tls_ = false;
  PeerCertificate certificate_;
  int attempts_ = 0;
  bool is_late_ = false;  // see Request::leaves_within
  bool is_refused_ = false;
  bool is_http2_ = false;
  bool is_too_large_ = false;
  Stop stop_ = Stop::none;
  TimePoint begin_;
  std::optional<TimePoint> sent_, last_byte_;
};

}  // namespace http
