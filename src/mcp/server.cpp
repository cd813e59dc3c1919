#include "mcp/server.h"

#include "base/log.h"
#include "mcp/backlog.h"
#include "mcp/call.h"
#include "mcp/legacy.h"
#include "mcp/modern.h"
#include "mcp/work.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mcp {
struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  explicit Impl(ServerParts a_parts);

  net::Task<> read_lines();
  net::Task<> let_calls_begin();
  void take_line(const net::LineFramer::Line& line);
  void take_batch(std::vector<Message> messages);
  void take(Message message, const BatchPtr& batch, std::string_view text);
  void take_request(Request request, const BatchPtr& batch, std::string_view text);
  void start(Request request, const BatchPtr& batch);
  void start_work(net::Task<std::string> work, std::shared_ptr<RunningCall> call);
  void end(RunningCall& call, const std::exception_ptr& failure);
  void withdraw(const Id& id);
  BatchPtr drop(Id id);
  void end_former_session(const Id& initialize);
  void answer(const BatchPtr& batch, std::string text);
  void skip(const BatchPtr& batch);

  bool is_output_full() const { return parts.channel.unsent() > parts.limits.unsent; }
  bool may_call() const { return running < parts.limits.calls; }
  void resume();
  net::Task<> resume_when_read();
  void close();
  net::Task<> wait_for_the_last_answer();

  ServerParts parts;
  Edges edges;
  SessionOutlet session_outlet;
  Legacy legacy;
  Modern modern;
  std::unordered_map<Id, std::shared_ptr<RunningCall>> calls;  // those whose answer is awaited
  std::size_t running = 0;                                     // withdrawn ones included
  Backlog backlog;
  net::Condition backlog_shrank;
  bool is_resuming = false;  // `resume_when_read` runs
  net::Condition closing;
  net::Condition idle;  // set when closing and nothing runs any more
  net::Running reader;
};

Server::Impl::Impl(ServerParts a_parts)
    : parts(a_parts),
      edges{parts.loop, parts.clock, parts.random, parts.host},
      session_outlet(parts.channel),
      legacy(edges, session_outlet),
      modern(edges),
      backlog_shrank(parts.loop.executor()),
      closing(parts.loop.executor()),
      idle(parts.loop.executor()) {}

net::Task<> Server::Impl::read_lines() {
  while (!closing.is_set() && !parts.channel.output_closed()) {
    const auto line = co_await parts.channel.read();
    if (!line) break;
    take_line(*line);
    while (backlog.bytes() > parts.limits.held) co_await backlog_shrank.wait();
  }
  co_await let_calls_begin();
}

// A client that writes its requests and closes the pipe still gets the answers that need no waiting.
net::Task<> Server::Impl::let_calls_begin() {
  const auto waits = [](const auto& entry) { return !entry.second->has_begun; };
  while (std::ranges::any_of(calls, waits)) {
    co_await boost::asio::post(parts.loop.executor(), boost::asio::use_awaitable);
  }
}

void Server::Impl::take_line(const net::LineFramer::Line& line) {
  if (line.too_long) {
    return answer({}, print_error({}, rpc::parse_error, fmt::format("the line is longer than {} bytes", max_line)));
  }
  if (line.text.find_first_not_of(" \t\r") == std::string::npos) return;
  Line parsed = parse_line(line.text);
  if (parsed.is_batch) return take_batch(std::move(parsed.messages));
  take(std::move(parsed.messages.front()), {}, line.text);
}

void Server::Impl::take_batch(std::vector<Message> messages) {
  if (!legacy.takes_batches()) {
    return answer({}, print_error({}, rpc::invalid_request, "batches exist in MCP 2025-03-26 only"));
  }
  const auto batch = std::make_shared<Batch>(messages);
  for (Message& message : messages) take(std::move(message), batch, {});
}

void Server::Impl::take(Message message, const BatchPtr& batch, std::string_view text) {
  if (auto* request = std::get_if<Request>(&message)) {
    take_request(std::move(*request), batch, text);
  } else if (const auto* malformed = std::get_if<Malformed>(&message)) {
    answer(batch, print_error(malformed->id, malformed->code, malformed->message));
  } else if (const auto* response = std::get_if<Response>(&message)) {
    legacy.take(*response);
  } else if (const auto& notification = std::get<Notification>(message);
             notification.method == "notifications/cancelled") {
    withdraw(id_text(base::member(notification.params, "requestId")));
  } else {
    legacy.take(notification);
  }
}

// `text` is the request's line; a member of a batch has none and is printed if need be.
void Server::Impl::take_request(Request request, const BatchPtr& batch, std::string_view text) {
  const bool is_call = reaches_product(request.method);
  if (!is_output_full() && !backlog.has_before(is_call) && (!is_call || may_call())) {
    return start(std::move(request), batch);
  }
  std::string kept(text);
  if (kept.empty()) kept = print_request(request.id, request.method, base::print_json(request.params));
  backlog.add({std::move(request.id), batch, std::move(kept)}, is_call);
  resume();
}

void Server::Impl::start(Request request, const BatchPtr& batch) {
  auto call = std::make_shared<RunningCall>(RunningCall{.id = request.id, .batch = batch});
  try {
    const bool begins_anew = legacy.is_begun_anew_by(request);
    if (calls.contains(call->id) && !begins_anew) {
      throw ProtocolError(rpc::invalid_request, "a request with this id is still running");
    }
    if (batch && (request.method == "initialize" || Modern::claims(request))) {
      throw ProtocolError(rpc::invalid_request, "this request cannot be part of a batch");
    }
    call->outlet = std::make_shared<RequestOutlet>(parts.channel, parts.limits.unsent);
    Era& era = Modern::claims(request) ? static_cast<Era&>(modern) : legacy;
    Step step = era.take(std::move(request), call->outlet);
    if (begins_anew) end_former_session(call->id);
    if (auto* at_once = std::get_if<std::string>(&step)) return answer(batch, std::move(*at_once));
    start_work(std::move(std::get<net::Task<std::string>>(step)), std::move(call));
  } catch (...) {
    answer(batch, failure_answer(call->id, std::current_exception()));
  }
}

void Server::Impl::start_work(net::Task<std::string> work, std::shared_ptr<RunningCall> call) {
  ++running;
  calls.emplace(call->id, call);
  call->running = parts.loop.spawn(
      keep_answer(std::move(work), call),
      [self = shared_from_this(), call](const std::exception_ptr& failure) { self->end(*call, failure); });
}

void Server::Impl::end(RunningCall& call, const std::exception_ptr& failure) {
  --running;
  call.outlet->shut();
  if (!call.is_withdrawn) {
    calls.erase(call.id);
    if (!call.answer.empty()) {
      answer(call.batch, std::move(call.answer));
    } else if (failure) {
      answer(call.batch, failure_answer(call.id, failure));
    } else if (closing.is_set()) {
      skip(call.batch);
    } else {
      answer(call.batch, print_error(call.id, rpc::internal_error, "the call was cancelled"));
    }
  }
  if (closing.is_set() && running == 0) idle.set();
  resume();
}

// A withdrawn request gets no answer, whatever becomes of it (R-RES-17).
void Server::Impl::withdraw(const Id& id) {
  if (const auto held = backlog.remove(id)) return skip(held->batch);
  if (calls.contains(id)) skip(drop(id));
}

// Ends a running call, which says nothing any more.
BatchPtr Server::Impl::drop(Id id) {
  const auto call = calls.extract(id).mapped();
  call->is_withdrawn = true;
  call->outlet->shut();
  call->running.cancel();
  return call->batch;
}

// A host that begins anew on the same pipe may give its requests the ids of former ones, so no late answer may reach
// it: what waits or runs is ended, and answered now, before the host has sent anything but its `initialize`.
void Server::Impl::end_former_session(const Id& initialize) {
  const auto give_up = [&](const Id& id, const BatchPtr& batch) {
    if (id == initialize) return skip(batch);
    answer(batch, print_error(id, rpc::begun_anew, "cancelled: the client has sent \"initialize\" again"));
  };
  for (const Held& held : backlog.take_all()) give_up(held.id, held.batch);
  std::vector<Id> running_ids;
  running_ids.reserve(calls.size());
  for (const auto& [id, call] : calls) running_ids.push_back(id);
  std::ranges::sort(running_ids);
  for (const Id& id : running_ids) give_up(id, drop(id));
}

void Server::Impl::answer(const BatchPtr& batch, std::string text) {
  if (!batch) return parts.channel.write(std::move(text));
  if (auto line = batch->add(text)) parts.channel.write(std::move(*line));
}

void Server::Impl::skip(const BatchPtr& batch) {
  if (!batch) return;
  if (auto line = batch->skip()) parts.channel.write(std::move(*line));
}

// Starts what was held back, as far as that is possible now.
void Server::Impl::resume() {
  while (!closing.is_set() && !is_output_full()) {
    const auto held = backlog.take(may_call());
    if (!held) break;
    Line line = parse_line(held->text);
    if (auto* request = std::get_if<Request>(&line.messages.front())) start(std::move(*request), held->batch);
  }
  backlog_shrank.pulse();
  if (closing.is_set() || backlog.empty() || !is_output_full() || std::exchange(is_resuming, true)) return;
  parts.loop.spawn(resume_when_read(), [self = shared_from_this()](const std::exception_ptr&) {
    self->is_resuming = false;
    if (self->parts.channel.output_closed()) self->close();
  });
}

net::Task<> Server::Impl::resume_when_read() {
  while (!closing.is_set() && !backlog.empty() && is_output_full()) {
    co_await parts.channel.wait_until_sent(parts.limits.unsent / 2);
    if (parts.channel.output_closed()) co_return;
    resume();
  }
}

void Server::Impl::close() {
  if (closing.is_set()) return;
  closing.set();
  backlog.take_all();
  reader.cancel();
  for (const auto& [id, call] : std::unordered_map(calls)) call->running.cancel();
  if (running == 0) idle.set();
}

net::Task<> Server::Impl::wait_for_the_last_answer() {
  co_await idle.wait();
  if (!parts.channel.output_closed()) co_await parts.channel.wait_until_sent(0);
}

Server::Server(ServerParts parts) : impl_(std::make_shared<Impl>(parts)) {}

Server::~Server() {
  impl_->close();
}

net::Task<> Server::serve() {
  impl_->reader = impl_->parts.loop.spawn(impl_->read_lines(), [impl = impl_](const std::exception_ptr& failure) {
    if (failure) base::log(base::LogLevel::error, "reading the input failed");
    impl->close();
  });
  co_await impl_->closing.wait();
}

void Server::stop() {
  impl_->close();
}

net::Task<> Server::finish(net::Duration limit) {
  impl_->close();
  co_await impl_->parts.loop.within(impl_->parts.clock, limit, impl_->wait_for_the_last_answer());
}

}  // namespace mcp
