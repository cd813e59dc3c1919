#include "http/client/curl_client.h"

#include <curl/curl.h>
#include <fmt/core.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "base/url.h"
#include "http/client/curl_thread.h"
#include "http/client/curl_transfer.h"
#include "http/client/fair_queue.h"

namespace http {
namespace {

namespace asio = boost::asio;

// A request between `send` and its answer. Lives in the sending coroutine's frame.
struct Sending {
  enum class State { waiting, under_way, finished, dropped };

  Sending(const asio::any_io_executor& executor, Request request)
      : transfer(std::make_shared<Transfer>(std::move(request))), wake(executor) {
    wake.expires_after(transfer->request().total_limit);
  }

  bool has_ended() const { return state == State::finished || state == State::dropped; }

  std::shared_ptr<Transfer> transfer;
  asio::steady_timer wake;  // its time is that of the queue
  State state = State::waiting;
};

// Everything the client is, on the loop's thread. Shared with the coroutines that send, which may outlive the client.
class Dispatcher : public std::enable_shared_from_this<Dispatcher> {
 public:
  Dispatcher(net::Loop& loop, CurlOptions options) : loop_(loop), options_(std::move(options)) {}

  // Ends the thread. Who still waits is never woken: their loop is about to go, too.
  void close() { thread_.reset(); }

  void enqueue(Sending& sending) {
    if (sending.transfer->request().urgent) {
      start(sending);
      return;
    }
    queue_.push(sending.transfer->request().call, &sending);
    start_waiting();
  }

  void cancel(Sending& sending) {
    if (sending.state == Sending::State::under_way) {
      thread_->cancel(sending.transfer);
      if (sending.transfer->request().write) return;  // the thread tells when it has ended
    }
    forget(sending);
    sending.state = Sending::State::dropped;
    sending.wake.cancel();
  }

  const CurlOptions& options() const { return options_; }

  // Leaves the queue, or lets go of a transfer whose end nobody waits for.
  void forget(Sending& sending) {
    queue_.remove(&sending);
    under_way_.erase(sending.transfer.get());
  }

 private:
  std::size_t limit() const { return is_http2_ ? options_.max_in_flight_http2 : options_.max_in_flight_http1; }

  void start_waiting() {
    while (in_flight_ < limit()) {
      const auto next = queue_.pop();
      if (!next) return;
      start(**next);
    }
  }

  void start(Sending& sending) {
    if (!thread_) thread_ = std::make_unique<CurlThread>(options_, finished_notice());
    ++in_flight_;
    sending.state = Sending::State::under_way;
    under_way_.emplace(sending.transfer.get(), &sending);
    thread_->start(sending.transfer);
  }

  // Called on the HTTP thread: the rest happens on the loop.
  std::function<void()> finished_notice() {
    return [&context = loop_.context(), weak = weak_from_this()] {
      asio::post(context, [weak] {
        if (const auto self = weak.lock()) self->collect();
      });
    };
  }

  void collect() {
    if (!thread_) return;
    for (const auto& transfer : thread_->take_finished()) {
      --in_flight_;
      if (transfer->was_answered()) is_http2_ = transfer->is_http2();
      const auto found = under_way_.find(transfer.get());
      if (found == under_way_.end()) continue;  // its call was cancelled
      found->second->state = Sending::State::finished;
      found->second->wake.cancel();
      under_way_.erase(found);
    }
    start_waiting();
  }

  net::Loop& loop_;
  const CurlOptions options_;
  FairQueue<Sending*> queue_;
  std::unordered_map<const Transfer*, Sending*> under_way_;
  std::size_t in_flight_ = 0;
  bool is_http2_ = false;  // the version of the latest answer
  std::unique_ptr<CurlThread> thread_;
};

// R-RES-17: what a cancelled call has changed is known to the log only.
void report_cancelled_write(const Transfer& transfer, const std::string& trace_header) {
  if (!transfer.was_sent()) return;
  const Request& request = transfer.request();
  base::Url url;
  base::parse_url(request.url, url);
  const std::string outcome = transfer.has_failed()
                                  ? "was sent, its outcome is unknown"
                                  : fmt::format("had been sent; the answer was {}", transfer.status());
  const auto trace = trace_header.empty() ? std::string_view() : header(request.headers, trace_header);
  base::log(base::LogLevel::warn, "{} {} of a cancelled call {}{}", request.method, url.path, outcome,
            trace.empty() ? std::string() : fmt::format(" (transaction {})", trace));
}

TransportError queue_failure(const Transfer& transfer) {
  const auto seconds = static_cast<double>(transfer.request().total_limit.count()) / 1000.0;
  return TransportError(TransportError::Kind::timed_out, Phase::queue, transfer.authority(),
                        fmt::format("{}, phase {}: other requests took longer than {} s", transfer.authority(),
                                    to_string(Phase::queue), seconds),
                        false);
}

// Keeps a request known to the dispatcher for as long as its coroutine lives.
class Place {
 public:
  Place(std::shared_ptr<Dispatcher> dispatcher, Sending& sending)
      : dispatcher_(std::move(dispatcher)), sending_(sending) {
    dispatcher_->enqueue(sending_);
  }
  ~Place() { dispatcher_->forget(sending_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void cancel() { dispatcher_->cancel(sending_); }
  const CurlOptions& options() const { return dispatcher_->options(); }

 private:
  std::shared_ptr<Dispatcher> dispatcher_;
  Sending& sending_;
};

// Waits for the end, or until the time in the queue is over. A cancellation does not end this wait by itself: a write
// that was sent still gets its answer.
net::Task<> wait_for_end(Sending& sending) {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!sending.has_ended()) {
    const auto [error] = co_await sending.wake.async_wait(
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::as_tuple(asio::use_awaitable)));
    if (error) continue;
    if (sending.state == Sending::State::waiting) break;
    sending.wake.expires_at(asio::steady_timer::time_point::max());
  }
  co_await asio::this_coro::throw_if_cancelled(true);
}

net::Task<Response> send_by(std::shared_ptr<Dispatcher> dispatcher, Request request) {
  auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) net::throw_cancelled();

  Sending sending(co_await asio::this_coro::executor, std::move(request));
  Place place(std::move(dispatcher), sending);
  cancellation.slot().assign([&place](asio::cancellation_type) { place.cancel(); });
  co_await wait_for_end(sending);
  cancellation.slot().clear();

  if (cancellation.cancelled() != asio::cancellation_type::none) {
    if (sending.state == Sending::State::finished && sending.transfer->request().write) {
      report_cancelled_write(*sending.transfer, place.options().trace_header);
    }
    net::throw_cancelled();
  }
  if (!sending.has_ended()) throw queue_failure(*sending.transfer);
  co_return sending.transfer->take_response();
}

class CurlClient final : public HttpClient {
 public:
  CurlClient(net::Loop& loop, CurlOptions options)
      : dispatcher_(std::make_shared<Dispatcher>(loop, std::move(options))) {}
  ~CurlClient() override { dispatcher_->close(); }

  net::Task<Response> send(Request request) override { return send_by(dispatcher_, std::move(request)); }

 private:
  std::shared_ptr<Dispatcher> dispatcher_;
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_client(net::Loop& loop, CurlOptions options) {
  return std::make_unique<CurlClient>(loop, std::move(options));
}

std::string library_versions() {
  return curl_version();
}

}  // namespace http
