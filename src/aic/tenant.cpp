#include "aic/tenant.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/advice.h"
#include "aic/content.h"
#include "aic/failure.h"
#include "aic/look_again.h"
#include "aic/paths.h"
#include "aic/shared.h"
#include "aic/watch.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/surrogates.h"

namespace aic {
namespace {

constexpr std::string_view transaction_header = "X-ForgeRock-TransactionId";
constexpr std::size_t most_other_ids = 3;  // in a result
constexpr std::string_view log_endpoints = "/monitoring/";
constexpr net::Duration long_for_a_bearer{1'000};                   // a cached or quickly exchanged one takes less
constexpr net::Duration longest_departure{1'000};                   // of a write that rests on a read
constexpr std::string_view replacement_character = "\xef\xbf\xbd";  // U+FFFD

base::ParsedPart parse_all_or_part(std::string_view text, const std::optional<base::PartOfList>& part) {
  return part ? base::parse_part(text, *part) : base::ParsedPart{.value = base::parse_json(text)};
}

// A tenant's text may hold half characters, which RFC 8259 §8.2 leaves open: one of them must not make a whole list
// unreadable (R-HTT-09). Throws what parse_json throws.
base::ParsedPart parse_answer(std::string_view body, const std::optional<base::PartOfList>& part,
                              std::size_t& half_characters) {
  try {
    return parse_all_or_part(body, part);
  } catch (const base::Error&) {
    const auto repair = base::replace_lone_surrogates(body);
    if (!repair) throw;
    auto value = parse_all_or_part(repair->text, part);
    half_characters += repair->count;
    return value;
  }
}

void need_object(const Asked& asked, const Reply& reply) {
  auto problem = missing_content(asked.path, reply.body);
  if (!problem) return;
  problem->request = asked.line();
  problem->status = reply.status;
  problem->transaction_id = reply.transaction_id;
  throw *problem;
}

// Which action a POST asks for says what it does.
std::string path_with_action(const std::string& path, std::string_view url) {
  const auto action = action_in(url);
  return action.empty() ? path : fmt::format("{}?_action={}", path, base::form_encode(action));
}

void note_answer(Trace::Sent& sent, const http::Response& response) {
  sent.status = response.status;
  if (const auto id = http::header(response.headers, transaction_header); !id.empty()) sent.transaction_id = id;
}

// Counts a request as ended when it goes.
class CountEnd {
 public:
  explicit CountEnd(Trace& trace) : trace_(trace) {}
  CountEnd(const CountEnd&) = delete;
  CountEnd& operator=(const CountEnd&) = delete;
  ~CountEnd() { ++trace_.ended; }

 private:
  Trace& trace_;
};

// Notes a write among the call's changes however the exchange ends: a cancelled or broken one may have happened.
class WriteMark {
 public:
  WriteMark(Trace& trace, std::string request) : trace_(trace), request_(std::move(request)) {}
  WriteMark(const WriteMark&) = delete;
  WriteMark& operator=(const WriteMark&) = delete;
  ~WriteMark() {
    if (!outcome_.empty()) trace_.writes.push_back(request_ + ": " + outcome_);
  }
  void sent() { outcome_ = "outcome unknown"; }
  // A gateway's 5xx says nothing about what happened behind it.
  void answered(int status) { outcome_ = status < 300 || status >= 500 ? std::to_string(status) : std::string{}; }
  void not_sent() { outcome_.clear(); }

 private:
  Trace& trace_;
  std::string request_;
  std::string outcome_;
};

}  // namespace

// One request on its way.
struct Tenant::Exchange {
  Asked asked;
  http::Request request;
  RequestOptions options;
  http::Repeat repeat = http::Repeat::read;
  bool was_sent = false;  // a write that may have arrived
  int status = 0;         // of its answer
};

namespace {

// Tells the watch of what came to no proper answer, however the exchange ends.
template <typename Exchange>
class FailureReport {
 public:
  FailureReport(Watch* watch, const Message& message, const Exchange& exchange)
      : watch_(watch), message_(message), exchange_(exchange) {}
  FailureReport(const FailureReport&) = delete;
  FailureReport& operator=(const FailureReport&) = delete;
  ~FailureReport() {
    if (answered_ || watch_ == nullptr) return;
    if (message_.is_write ? exchange_.was_sent : exchange_.status != 0) watch_->failed(message_, exchange_.status);
  }
  void answered() { answered_ = true; }

 private:
  Watch* watch_;
  const Message& message_;
  const Exchange& exchange_;
  bool answered_ = false;
};

}  // namespace

std::string Trace::ids(std::string_view first) const {
  std::vector<std::string_view> others;
  const auto add = [&](std::string_view id) {
    if (!id.empty() && id != own_id_ && std::ranges::find(others, id) == others.end()) others.push_back(id);
  };
  add(first);
  for (const auto& id : ids_of_writes_) add(id);
  for (const auto& id : ids_of_reads_) add(id);
  const auto shown = std::min(others.size(), most_other_ids);
  std::string ids = own_id_;
  for (std::size_t i = 0; i < shown; ++i) ids += fmt::format(", {}", others[i]);
  if (shown < others.size()) ids += fmt::format(", and {} more", others.size() - shown);
  return ids;
}

void Trace::saw_id(std::string_view id, bool of_write) {
  auto& seen = of_write ? ids_of_writes_ : ids_of_reads_;
  if (!id.empty() && id != own_id_ && std::ranges::find(seen, id) == seen.end()) seen.emplace_back(id);
}

std::string Reply::revision() const {
  const Json& in_body = base::member(body, "_rev");
  if (in_body.is_string()) return in_body.get<std::string>();
  if (base::is_number(in_body)) return base::number_text(in_body);
  std::string_view etag = http::header(headers, "etag");
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

Tenant::Tenant(Edges edges, base::Origin origin, TimeLimits limits, Bearers& bearers, Trace& trace, std::uint64_t call,
               OnFirstWrite on_first_write, OnProgress on_progress)
    : edges_(edges),
      origin_(std::move(origin)),
      limits_(limits),
      bearers_(bearers),
      trace_(trace),
      call_(call),
      on_first_write_(std::move(on_first_write)),
      on_progress_(std::move(on_progress)) {}

net::Task<Reply> Tenant::get(base::Target target, RequestOptions options) {
  return exchange("GET", std::move(target), nullptr, std::move(options));
}

net::Task<Reply> Tenant::post(base::Target target, Json body, RequestOptions options) {
  return exchange("POST", std::move(target), std::move(body), std::move(options));
}

net::Task<Reply> Tenant::put(base::Target target, Json body, RequestOptions options) {
  return exchange("PUT", std::move(target), std::move(body), std::move(options));
}

net::Task<Reply> Tenant::patch(base::Target target, Json body, RequestOptions options) {
  return exchange("PATCH", std::move(target), std::move(body), std::move(options));
}

net::Task<Reply> Tenant::remove(base::Target target, RequestOptions options) {
  return exchange("DELETE", std::move(target), nullptr, std::move(options));
}

// The headers and the body that each request has.
void Tenant::dress(http::Request& request, const Json& body) const {
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back(transaction_header, trace_.own_id());
  if (body.is_null()) return;
  if (!http::has_header(request.headers, "Content-Type"))
    request.headers.emplace_back("Content-Type", "application/json");
  request.body = base::print_json(body);
}

net::Task<Reply> Tenant::exchange(std::string method, base::Target target, Json body, RequestOptions options) {
  const bool is_write = method != "GET" && !options.read_only_post;
  const Message message{method, target, body, options, is_write};
  Exchange exchange{.asked = {origin_.authority(), method, target.path(), is_write},
                    .request = {.method = method, .url = origin_.url() + target.str(), .headers = options.headers},
                    .options = options,
                    .repeat = is_write ? http::Repeat::write : http::Repeat::read};
  const bool rests_on_read = is_write && exchange.options.bearer;
  if (rests_on_read) exchange.repeat = http::Repeat::never;
  auto& request = exchange.request;
  dress(request, body);
  need_permit(exchange.options.scopes, exchange.asked.line());
  if (is_write) {
    need_permit_to_write(exchange);
    refuse_changed_text(exchange);
  }
  request.total_limit = exchange.options.total_limit.count() > 0 ? exchange.options.total_limit : limits_.total;
  request.call = call_;
  request.write = is_write;
  if (rests_on_read) {
    // In a queue, or while a connection is made, what was read would become old.
    request.urgent = true;
    request.leaves_within = longest_departure;
  }

  FailureReport report(watch_, message, exchange);
  auto response = co_await deliver(exchange, message);
  trace_.saw_id(http::header(response.headers, transaction_header), exchange.asked.is_write);
  if (response.status < 200 || response.status >= 300) {
    // A gateway's 5xx says nothing about what happened behind it.
    if (response.status < 500) exchange.status = response.status;
    throw refusal(exchange, response);
  }
  auto reply = read(exchange, std::move(response));
  report.answered();
  if (watch_ != nullptr) watch_->answered(message, reply);
  co_return reply;
}

net::Task<http::Response> Tenant::deliver(Exchange& exchange, const Message& message) {
  if (watch_ != nullptr) {
    if (auto made = co_await watch_->answer(*this, message)) co_return std::move(*made);
  }
  const bool rests_on_read = exchange.repeat == http::Repeat::never;
  co_return co_await (rests_on_read ? send_once(exchange) : send_authorized(exchange));
}

net::Task<Bearer> Tenant::bearer(Scopes scopes) {
  need_permit(scopes, "a token");
  const auto begin = edges_.clock.now();
  auto bearer = co_await bearers_.get(std::move(scopes));
  if (edges_.clock.now() - begin >= long_for_a_bearer) ++waits_;
  co_return bearer;
}

net::Task<> Tenant::wait(net::Duration duration, std::string_view why) {
  note_wait(duration, why);
  co_await edges_.clock.sleep(duration);
}

void Tenant::note_wait(net::Duration duration, std::string_view why) {
  ++waits_;
  on_progress_(fmt::format("{}; trying again in {:.1f} s", why, static_cast<double>(duration.count()) / 1000));
}

net::Task<http::Response> Tenant::send_authorized(Exchange& exchange) {
  auto& request = exchange.request;
  request.bearer = exchange.options.bearer;
  if (!request.bearer) request.bearer = co_await bearer(exchange.options.scopes);
  auto response = co_await send(exchange);
  if (response.status != 401) co_return response;
  // R-TOK-18: also for writes, as 401 means that nothing was done.
  bearers_.refused(exchange.options.scopes, request.bearer);
  ++waits_;
  request.bearer = co_await bearer(exchange.options.scopes);
  co_return co_await send(exchange);
}

// A write that rests on a read: nothing is awaited before it is sent, and after anything else than an outcome it is for
// its caller to begin anew.
net::Task<http::Response> Tenant::send_once(Exchange& exchange) {
  exchange.request.bearer = exchange.options.bearer;
  auto response = co_await send(exchange);
  const bool refused = response.status == 401;
  if (refused) bearers_.refused(exchange.options.scopes, exchange.request.bearer);
  const auto now = edges_.clock.unix_ms();
  if (!refused && !http::may_repeat(response, http::Repeat::write, now)) co_return response;
  ++waits_;
  exchange.was_sent = false;
  trace_.saw_id(http::header(response.headers, transaction_header), exchange.asked.is_write);
  NotDone not_done(refusal(exchange, response));
  not_done.wait = http::asked_wait(response.headers, now);
  throw not_done;
}

net::Task<http::Response> Tenant::send(Exchange& exchange) {
  co_await wait_for_log_window(exchange);
  WriteMark mark(trace_, exchange.asked.line());
  if (exchange.asked.is_write) {
    if (!has_written_) on_first_write_();
    has_written_ = true;
    mark.sent();
    exchange.was_sent = true;
  }
  ++trace_.requests;
  const CountEnd ended(trace_);
  const auto place = trace_.sent.size();
  trace_.sent.push_back(
      {exchange.asked.method, path_with_action(exchange.asked.path, exchange.request.url), 0, trace_.own_id()});
  const auto on_wait = [this](net::Duration wait, std::string_view why) { note_wait(wait, why); };
  const auto begin = edges_.clock.now();
  try {
    auto response = co_await http::send_with_repeats(edges_.http, edges_.clock, edges_.random, exchange.request,
                                                     exchange.repeat, on_wait);
    if (exchange.asked.is_write) mark.answered(response.status);
    note_answer(trace_.sent[place], response);
    base::log(base::LogLevel::debug, "{}: {} in {} ms, transaction {}", exchange.asked.line(), response.status,
              (edges_.clock.now() - begin).count(), trace_.own_id());
    note_log_window(exchange, response);
    co_return response;
  } catch (const http::TransportError& failure) {
    if (!failure.maybe_sent) {
      mark.not_sent();
      exchange.was_sent = false;
    }
    auto error = error_from_transport(exchange.asked, failure);
    error.transaction_id = trace_.ids();
    if (exchange.repeat != http::Repeat::never || !http::may_repeat(failure, http::Repeat::write)) throw error;
    ++waits_;
    throw NotDone(std::move(error));
  }
}

net::Task<> Tenant::wait_for_log_window(const Exchange& exchange) {
  if (!exchange.asked.path.starts_with(log_endpoints)) co_return;
  const auto wait = edges_.shared.logs_open_at - edges_.clock.now();
  if (wait <= net::Duration{0} || wait > exchange.options.log_wait) co_return;
  on_progress_(fmt::format("the tenant's limit for log requests is reached; the request is sent in {} s",
                           (wait.count() + 999) / 1000));
  co_await edges_.clock.sleep(wait);
}

void Tenant::note_log_window(const Exchange& exchange, const http::Response& response) {
  if (!exchange.asked.path.starts_with(log_endpoints)) return;
  if (const auto wait = http::until_reset(response.headers, edges_.clock.unix_ms()))
    edges_.shared.logs_open_at = edges_.clock.now() + *wait;
}

base::Error Tenant::refusal(const Exchange& exchange, const http::Response& response) const {
  auto error =
      error_from_answer(exchange.asked, response.status, response.headers, response.body, edges_.clock.unix_ms());
  error.transaction_id = trace_.ids(http::header(response.headers, transaction_header));
  if (error.code == base::Errc::unauthorized) {
    const auto hint = bearers_.refusal_hint(exchange.options.scopes);
    if (!hint.empty()) error.next = hint + (hint.ends_with('.') ? " " : ". ") + error.next;
  }
  return error;
}

void Tenant::refuse_changed_text(const Exchange& exchange) const {
  if (trace_.half_characters == 0 || exchange.request.body.find(replacement_character) == std::string::npos) return;
  base::Error error(base::Errc::not_available,
                    "The stored data contains an unpaired surrogate (an escape such as \\ud83d without its other "
                    "half). Written back, it would become U+FFFD; this was not sent");
  error.request = exchange.asked.line();
  error.was_write = true;
  error.transaction_id = trace_.ids();
  error.next = "Correct that text in the tenant's administration first; results show U+FFFD in its place.";
  throw error;
}

void Tenant::need_permit(const Scopes& scopes, std::string_view request) const {
  if (!permit_) return;
  Scopes others;
  std::ranges::set_difference(scopes, permit_->scopes, std::inserter(others, others.end()));
  if (others.empty()) return;
  base::Error error(base::Errc::internal, fmt::format("{} needs {} for {} but does not declare it; nothing was sent",
                                                      permit_->holder, fmt::join(others, " "), request));
  error.next = advice::tell_maintainers;
  throw error;
}

void Tenant::need_permit_to_write(const Exchange& exchange) const {
  if (!permit_ || permit_->may_write) return;
  base::Error error(base::Errc::internal,
                    fmt::format("{} is published as read-only but would send {}; nothing was sent", permit_->holder,
                                exchange.asked.line()));
  error.next = advice::tell_maintainers;
  throw error;
}

Reply Tenant::read(const Exchange& exchange, http::Response response) const {
  const auto ids = trace_.ids(http::header(response.headers, transaction_header));
  Reply reply{.status = response.status, .body = nullptr, .transaction_id = ids};
  // Some answers end in a newline and nothing else.
  const bool has_body = response.body.find_first_not_of(" \t\r\n") != std::string::npos;
  const auto unreadable = [&](std::string_view problem) {
    auto error = error_from_unreadable(exchange.asked, response, problem);
    error.transaction_id = ids;
    return error;
  };
  try {
    if (has_body) {
      auto parsed = parse_answer(response.body, exchange.options.part, trace_.half_characters);
      reply.body = std::move(parsed.value);
      reply.left_out = parsed.left_out;
    }
  } catch (const base::Error& problem) {
    throw unreadable(problem.message);
  }
  // Every write that we send is answered with an object, or at least with the address of what it made. Anything else is
  // not the tenant's word, whatever its status.
  const bool names_it = !has_body && http::has_header(response.headers, "location");
  if (exchange.asked.is_write && !reply.body.is_object() && !names_it) throw unreadable("it is another value");
  if (!exchange.asked.is_write && !has_body) ++trace_.empty_reads;
  // Every address that we read answers with an object.
  if (exchange.asked.method == "GET" && has_body) need_object(exchange.asked, reply);
  reply.headers = std::move(response.headers);
  return reply;
}

}  // namespace aic
