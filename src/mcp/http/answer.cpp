#include "mcp/http/answer.h"

#include "mcp/call.h"

#include <fmt/format.h>

#include <deque>
#include <optional>
#include <utility>

namespace mcp {
namespace {

// What a request has to say so far. Its work and its connection share it; either may end first.
class Exchange final : public Outlet {
 public:
  Exchange(Edges& edges, Id request, ExchangeLimits limits)
      : id(std::move(request)), changed(edges.loop.executor()), limits_(limits) {}

  // To a client that does not read, the news would be old once it does.
  void send(std::string message) override {
    if (is_answered || unsent_ > limits_.unsent) return;
    unsent_ += message.size();
    news_.push_back(std::move(message));
    changed.pulse();
  }
  void finish(int with_status, std::string text) {
    status = with_status;
    answer = std::move(text);
    is_answered = true;
    changed.pulse();
  }
  bool has_news() const { return !news_.empty(); }
  std::string next() {
    std::string message = std::move(news_.front());
    news_.pop_front();
    unsent_ -= message.size();
    return message;
  }
  net::Duration keep_alive() const { return limits_.keep_alive; }

  Id id;
  net::Condition changed;
  bool is_answered = false;
  std::string answer;
  int status = 200;

 private:
  ExchangeLimits limits_;
  std::deque<std::string> news_;
  std::size_t unsent_ = 0;
};

// Ends the work when nobody waits for it any more.
class Ending {
 public:
  explicit Ending(net::Running running) : running_(std::move(running)) {}
  ~Ending() { running_.cancel(); }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

 private:
  net::Running running_;
};

net::Task<> work_for(std::shared_ptr<Exchange> exchange, net::Task<std::string> work) {
  std::string answer = co_await std::move(work);
  exchange->finish(200, std::move(answer));
}

void finish_without_result(Exchange& exchange, const std::exception_ptr& failure) {
  if (exchange.is_answered) return;
  if (failure) return exchange.finish(status_of(failure), failure_answer(exchange.id, failure));
  exchange.finish(200, print_error(exchange.id, rpc::internal_error, "the call was cancelled"));
}

std::string as_event(std::string_view message) {
  return fmt::format("data: {}\n\n", message);
}

net::Task<> send_exchange(std::shared_ptr<Edges> edges, std::shared_ptr<Exchange> exchange, std::shared_ptr<Ending>,
                          http::ServerReply::Sink& sink) {
  while (true) {
    if (exchange->has_news()) {
      co_await sink.send(as_event(exchange->next()));
    } else if (exchange->is_answered) {
      co_return co_await sink.send(as_event(exchange->answer));
    } else if (!co_await edges->loop.within(edges->clock, exchange->keep_alive(), exchange->changed.wait())) {
      co_await sink.send(":\n\n");
    }
  }
}

}  // namespace

http::ServerReply json_reply(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

http::ServerReply refusal(int status, int code, std::string_view message, const Id& id) {
  return json_reply(status, print_error(id, code, message));
}

http::ServerReply event_reply() {
  return {
      .headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}}};
}

int status_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const ProtocolError& error) {
    if (error.code == rpc::method_not_found) return 404;
    return error.code == rpc::internal_error ? 200 : 400;
  } catch (...) {
    return 200;  // the request was well: what broke is said in the body
  }
}

net::Task<http::ServerReply> exchange(std::shared_ptr<Edges> edges, Era& era, Request request, ExchangeLimits limits) {
  const auto shared = std::make_shared<Exchange>(*edges, request.id, limits);
  std::optional<Step> step;
  try {
    step.emplace(era.take(std::move(request), shared));
  } catch (...) {
    const auto failure = std::current_exception();
    co_return json_reply(status_of(failure), failure_answer(shared->id, failure));
  }
  if (auto* at_once = std::get_if<std::string>(&*step)) co_return json_reply(200, std::move(*at_once));

  auto running =
      edges->loop.spawn(work_for(shared, std::move(std::get<net::Task<std::string>>(*step))),
                        [shared](const std::exception_ptr& failure) { finish_without_result(*shared, failure); });
  const auto ending = std::make_shared<Ending>(std::move(running));
  while (!shared->has_news() && !shared->is_answered) co_await shared->changed.wait();
  if (!shared->has_news()) co_return json_reply(shared->status, std::move(shared->answer));
  http::ServerReply reply = event_reply();
  reply.stream = [edges, shared, ending](http::ServerReply::Sink& sink) {
    return send_exchange(edges, shared, ending, sink);
  };
  co_return std::move(reply);
}

}  // namespace mcp
