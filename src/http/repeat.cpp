#include "http/repeat.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <variant>

#include "http/date.h"

namespace http {
namespace {

constexpr net::Duration first_wait{500};
constexpr net::Duration longest_wait{8'000};
constexpr net::Duration longest_retry_after{30'000};

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_whole = !text.empty() && end == text.data() + text.size();
  constexpr std::int64_t a_year = 365 * 24 * 3600;
  if (error == std::errc::result_out_of_range) return a_year;
  if (error != std::errc{} || !is_whole || seconds < 0) return std::nullopt;
  return std::min(seconds, a_year);
}

std::string_view phrase_of(int status) {
  switch (status) {
    case 429:
      return "429 Too Many Requests";
    case 502:
      return "502 Bad Gateway";
    case 503:
      return "503 Service Unavailable";
    default:
      return "504 Gateway Timeout";
  }
}

// What one attempt came to.
using Attempt = std::variant<Response, TransportError>;

net::Task<Attempt> send_once(HttpClient& http, Request request) {
  try {
    co_return Attempt{co_await http.send(std::move(request))};
  } catch (const TransportError& error) {
    co_return Attempt{error};
  }
}

bool has_timed_out(const Attempt& attempt) {
  const auto* error = std::get_if<TransportError>(&attempt);
  return error != nullptr && error->kind == TransportError::Kind::timed_out && error->maybe_sent;
}

// A read that timed out is sent once more in what is left of its time: the connection may be dead, and the client takes
// another one (R-HTT-19).
net::Task<Attempt> attempt(HttpClient& http, net::Clock& clock, Request& request, Repeat repeat,
                           const OnWait& on_wait) {
  const auto begin = clock.now();
  Attempt first = co_await send_once(http, request);
  const net::Duration left = request.total_limit - (clock.now() - begin);
  if (repeat != Repeat::read || !has_timed_out(first) || left <= net::Duration::zero()) co_return first;
  if (on_wait) on_wait(net::Duration::zero(), "there was no answer");
  request.total_limit = left;
  co_return co_await send_once(http, request);
}

}  // namespace

bool may_repeat(const TransportError& error, Repeat repeat) {
  if (repeat == Repeat::never || error.phase == Phase::queue) return false;  // there, its time is over already
  if (!error.maybe_sent) return true;
  return repeat == Repeat::read && error.kind == TransportError::Kind::failed;
}

bool may_repeat(const Response& response, Repeat repeat, std::int64_t now_unix_ms) {
  if (repeat == Repeat::never) return false;
  const bool is_read = repeat == Repeat::read;
  const bool may = response.status == 429 ? is_read || has_header(response.headers, "Retry-After")
                                          : is_read && response.status >= 502 && response.status <= 504;
  return may && asked_wait(response.headers, now_unix_ms).value_or(net::Duration::zero()) <= longest_retry_after;
}

// Full jitter: anything between nothing and a bound that doubles.
net::Duration backoff(int attempts, base::Random& random) {
  const net::Duration bound = std::min(first_wait * (1 << (attempts - 1)), longest_wait);
  return std::chrono::duration_cast<net::Duration>(bound * random.fraction());
}

std::optional<net::Duration> retry_after(const Headers& headers, std::int64_t now_unix_ms) {
  const std::string_view value = header(headers, "Retry-After");
  if (const auto seconds = parse_seconds(value)) return std::chrono::seconds(*seconds);
  if (const auto date = parse_http_date(value))
    return std::max(net::Duration(*date - now_unix_ms), net::Duration::zero());
  return std::nullopt;
}

std::optional<net::Duration> until_reset(const Headers& headers, std::int64_t now_unix_ms) {
  if (header(headers, "x-ratelimit-remaining") != "0") return std::nullopt;
  const auto text = header(headers, "x-ratelimit-reset");
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc() || end != text.data() + text.size() || seconds > 100'000'000'000) return std::nullopt;
  return net::Duration{seconds * 1000 - now_unix_ms};
}

std::optional<net::Duration> asked_wait(const Headers& headers, std::int64_t now_unix_ms) {
  if (const auto wait = retry_after(headers, now_unix_ms)) return wait;
  const auto wait = until_reset(headers, now_unix_ms);
  return wait && *wait > net::Duration::zero() ? wait : std::nullopt;
}

net::Task<Response> send_with_repeats(HttpClient& http, net::Clock& clock, base::Random& random, Request request,
                                      Repeat repeat, OnWait on_wait) {
  for (int attempts = 1;; ++attempts) {
    Attempt result = co_await attempt(http, clock, request, repeat, on_wait);
    const auto* error = std::get_if<TransportError>(&result);
    auto* response = std::get_if<Response>(&result);
    const bool may_go_on = error ? may_repeat(*error, repeat) : may_repeat(*response, repeat, clock.unix_ms());
    if (attempts == most_attempts || !may_go_on) {
      if (error) throw TransportError(*error);
      co_return std::move(*response);
    }
    const auto asked = response ? asked_wait(response->headers, clock.unix_ms()) : std::nullopt;
    const net::Duration wait = asked ? *asked : backoff(attempts, random);
    if (on_wait) on_wait(wait, response ? phrase_of(response->status) : "the connection failed");
    co_await clock.sleep(wait);
  }
}

}  // namespace http
