#include "http/server/server_core.h"

#include <chrono>
#include <ctime>
#include <utility>

#include "base/log.h"
#include "http/date.h"

namespace http {

namespace {
using SteadyClock = std::chrono::steady_clock;
}

struct Deadline::Timer : std::enable_shared_from_this<Deadline::Timer> {
  Timer(const boost::asio::any_io_executor& executor, std::function<void()> a_callback)
      : timer(executor), on_expiry(std::move(a_callback)) {}

  void arm(SteadyClock::time_point when) {
    armed = true;
    timer.expires_at(when);
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) self->fired();
    });
  }

  void fired() {
    armed = false;
    if (at == SteadyClock::time_point::max()) return;
    if (SteadyClock::now() < at) return arm(at);
    at = SteadyClock::time_point::max();
    if (on_expiry) on_expiry();
  }

  boost::asio::steady_timer timer;
  std::function<void()> on_expiry;
  SteadyClock::time_point at = SteadyClock::time_point::max();
  bool armed = false;
};

Deadline::Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_expiry)
    : timer_(std::make_shared<Timer>(executor, std::move(on_expiry))) {}

Deadline::~Deadline() {
  timer_->on_expiry = nullptr;
  timer_->at = SteadyClock::time_point::max();
  timer_->timer.cancel();
}

void Deadline::set(net::Duration limit) {
  timer_->at = SteadyClock::now() + limit;
  if (!timer_->armed || timer_->at < timer_->timer.expiry()) timer_->arm(timer_->at);
}

void Deadline::clear() {
  timer_->at = SteadyClock::time_point::max();
}

ServerCore::ServerCore(net::Loop& a_loop, ServerOptions some_options, Handler a_handler)
    : loop(a_loop), options(std::move(some_options)), handler(std::move(a_handler)), quiet(a_loop.executor()) {
  if (options.tls) tls = make_tls_context(*options.tls, options.http2);
}

net::Task<ServerReply> ServerCore::answer(ServerRequest request) {
  ServerReply reply;
  try {
    reply = co_await handler(std::move(request));
  } catch (const BrokenOff&) {
    throw;
  } catch (const std::exception& error) {
    if (net::is_cancellation(error)) throw;
    base::log(base::LogLevel::error, "HTTP server: a request failed: {}", error.what());
    reply = ServerReply{.status = 500};
  }
  reply.headers.insert(reply.headers.end(), options.always.begin(), options.always.end());
  co_return std::move(reply);
}

Connection::Connection(ServerCore& core, std::unique_ptr<Transport> a_transport)
    : transport(std::move(a_transport)), deadline(core.loop.executor(), [this] {
        if (on_deadline) return on_deadline();
        transport->close();
      }) {}

void Connection::abandon() {
  closing = true;
  deadline.clear();
  transport->close();
  serving.cancel();
}

Answering::Answering(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection)
    : core_(std::move(core)), connection_(std::move(connection)) {
  ++core_->answering;
  ++connection_->answering;
}

Answering::~Answering() {
  --connection_->answering;
  if (--core_->answering == 0) core_->quiet.pulse();
}

const std::string& http_date() {
  static thread_local std::time_t last = 0;
  static thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == last && !text.empty()) return text;
  last = now;
  text = http_date(now);
  return text;
}

}  // namespace http
