// Sending a request again where that is safe (R-HTT-06, -07).
#pragma once

#include <functional>

#include "base/random.h"
#include "http/http.h"

namespace http {

inline constexpr int most_attempts = 3;

enum class Repeat {
  read,   // also after connection loss, 429, 502, 503, 504
  write,  // only where it provably was not sent, or on 429 with Retry-After
  never,  // a write that rests on a read: whoever read it reads again before it is sent again (R-WRT-14)
};

// Told before each wait: how long, and why ("429 Too Many Requests").
using OnWait = std::function<void(net::Duration wait, std::string_view why)>;

// At most `most_attempts`, and besides them once more for a read that timed out with time left. Waits what `asked_wait`
// says, else 0.5 s doubling with full jitter, 8 s at most; more than 30 s are not waited for: the answer is returned as
// it is.
net::Task<Response> send_with_repeats(HttpClient& http, net::Clock& clock, base::Random& random, Request request,
                                      Repeat repeat, OnWait on_wait = {});

// Whether a request that came to this may be sent again by the rules above, attempts left aside.
bool may_repeat(const TransportError& error, Repeat repeat);
bool may_repeat(const Response& response, Repeat repeat, std::int64_t now_unix_ms);

// The wait after that many attempts where the server asks for none.
net::Duration backoff(int attempts, base::Random& random);

// Until the window of the `x-ratelimit-*` headers opens again, when nothing is left in it (R-HTT-18).
std::optional<net::Duration> until_reset(const Headers& headers, std::int64_t now_unix_ms);

// How long the server asks to wait: `Retry-After`, or else the rate limit's reset.
std::optional<net::Duration> asked_wait(const Headers& headers, std::int64_t now_unix_ms);

// `Retry-After` as a duration from now, or nothing when absent or unreadable (RFC 9110 §10.2.3).
std::optional<net::Duration> retry_after(const Headers& headers, std::int64_t now_unix_ms);

}  // namespace http
