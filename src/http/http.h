// HTTP as this program's own requests need it: one client for login, exchange and API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "net/clock.h"
#include "net/task.h"

namespace http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Value of the first header of that name (any case), or empty.
std::string_view header(const Headers& headers, std::string_view name);
bool has_header(const Headers& headers, std::string_view name);
// How often a header is given. Where two would be one too many, others may have read the other one.
std::size_t header_count(const Headers& headers, std::string_view name);
// Whom a request is for, where it says so exactly once. A server on loopback looks at this first: a page of another
// site that resolves its own name to this machine must learn nothing (DNS rebinding).
std::optional<std::string_view> host_of(const Headers& headers);

struct Request {
  std::string method = "GET";
  std::string url;  // absolute
  Headers headers;
  std::string body;
  // Sent as "Authorization: Bearer …"; shared so that a repeat can send it again.
  std::shared_ptr<const base::Secret> bearer;
  // A form body that holds secrets is given here instead of in `body`; the client wipes its own copies.
  std::shared_ptr<const base::Secret> secret_body;

  // The first byte is awaited 40 s at most, but for requests that are given more than 60 s (R-HTT-19).
  net::Duration total_limit{60'000};
  // Requests of one call share a queue: a full queue is served evenly between calls. 0 = none.
  std::uint64_t call = 0;
  // OAuth requests, and writes that rest on a read, do not wait behind a full queue.
  bool urgent = false;
  // Not sent at all when its first byte cannot leave within this time, as a connection has to be made first: what the
  // request rests on would be old (R-WRT-14). Nothing = whenever it can.
  std::optional<net::Duration> leaves_within;
  // On a connection that carries nothing else and is closed afterwards: no buffer keeps what it carried (R-TOK-01).
  bool on_own_connection = false;
  // A write that was sent already gets up to 2 s to answer when its call is cancelled (R-HTT-15).
  bool write = false;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
};

// What broke when no answer came.
enum class Phase { queue, resolve, connect, proxy, tls, send, receive };
std::string_view to_string(Phase phase);

// No (whole) answer. `maybe_sent` is false only when the tenant provably did nothing: it got no byte of the request, or
// refused the stream unread (RFC 9113 §8.7).
class TransportError : public std::exception {
 public:
  enum class Kind { failed, timed_out, too_large };

  TransportError(Kind kind, Phase phase, std::string host, std::string text, bool maybe_sent);
  const char* what() const noexcept override { return text.c_str(); }

  Kind kind;
  Phase phase;
  std::string host;
  std::string text;  // one sentence: host, phase, the reason in words of the OS or of TLS, limit where one was hit
  bool maybe_sent;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Any HTTP status is a value, redirects included; throws TransportError only where no whole answer came.
  // Sends exactly once; repeats are `send_with_repeats`' business. Cancellation aborts it.
  virtual net::Task<Response> send(Request request) = 0;
};

}  // namespace http
