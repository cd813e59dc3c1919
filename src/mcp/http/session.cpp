#include "mcp/http/session.h"

#include "mcp/call.h"
#include "mcp/http/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mcp {

// The way out of one stream, shut once its request has its answer.
class HttpSession::StreamOutlet final : public Outlet {
 public:
  explicit StreamOutlet(std::shared_ptr<EventStream> stream) : stream_(std::move(stream)) {}
  void send(std::string message) override {
    if (is_open_ && !stream_->is_congested()) stream_->add(message);
  }
  bool ask(const std::string& message) override {
    if (!is_open_) return false;
    stream_->add(message);
    return true;
  }
  void shut() { is_open_ = false; }

 private:
  std::shared_ptr<EventStream> stream_;
  bool is_open_ = true;
};

// What came in one POST, and what it was answered so far.
struct HttpSession::Posted {
  std::shared_ptr<EventStream> stream;
  bool is_batch = false;
  bool has_requests = false;
  bool is_streaming = false;
  std::size_t open = 0;
  std::vector<std::string> answers;  // those that took no time
};

struct HttpSession::Running {
  Id id;
  std::shared_ptr<Posted> posted;
  std::shared_ptr<StreamOutlet> outlet;
  std::shared_ptr<RunningCall> call = std::make_shared<RunningCall>();
  net::Running running;
  bool is_withdrawn = false;
};

HttpSession::HttpSession(std::shared_ptr<Edges> edges, std::string id, std::string owner, HttpSessionLimits limits)
    : edges_(std::move(edges)),
      id_(std::move(id)),
      owner_(std::move(owner)),
      limits_(limits),
      standing_(std::make_shared<EventStream>(edges_->loop, edges_->clock, 0, false, limits.stream)),
      outlet_(std::make_unique<StreamOutlet>(standing_)),
      legacy_(*edges_, *outlet_),
      last_used_(edges_->clock.now()) {
  streams_.emplace(0, standing_);
}

HttpSession::~HttpSession() = default;

bool HttpSession::is_idle() const {
  return running_.empty() && listening_ == 0;
}

http::ServerReply HttpSession::post(Line line) {
  last_used_ = edges_->clock.now();
  if (line.is_batch && !legacy_.takes_batches()) {
    return refusal(400, rpc::invalid_request, "batches exist in MCP 2025-03-26 only");
  }
  const auto posted = std::make_shared<Posted>();
  posted->stream = make_stream();
  posted->is_batch = line.is_batch;
  for (Message& message : line.messages) take(std::move(message), posted);
  if (!posted->has_requests) return {.status = 202};
  if (posted->open == 0) {
    if (!posted->is_batch) return json_reply(200, std::move(posted->answers.front()));
    return json_reply(200, fmt::format("[{}]", fmt::join(posted->answers, ",")));
  }
  for (const auto& text : posted->answers) posted->stream->add(text);
  posted->is_streaming = true;
  streams_.emplace(posted->stream->number(), posted->stream);
  forget_ended_streams();
  return stream_reply(posted->stream, 0);
}

void HttpSession::take(Message message, const std::shared_ptr<Posted>& posted) {
  if (auto* request = std::get_if<Request>(&message)) {
    start(std::move(*request), posted);
  } else if (const auto* malformed = std::get_if<Malformed>(&message)) {
    posted->has_requests = true;
    answer(*posted, print_error(malformed->id, malformed->code, malformed->message));
  } else if (const auto* response = std::get_if<Response>(&message)) {
    legacy_.take(*response);
  } else if (const auto& notification = std::get<Notification>(message);
             notification.method == "notifications/cancelled") {
    withdraw(id_text(base::member(notification.params, "requestId")));
  } else {
    legacy_.take(notification);
  }
}

void HttpSession::start(Request request, const std::shared_ptr<Posted>& posted) {
  posted->has_requests = true;
  const Id id = request.id;
  try {
    if (running_.contains(id)) throw ProtocolError(rpc::invalid_request, "a request with this id is still running");
    if (running_.size() >= limits_.calls) throw ProtocolError(rpc::internal_error, "too many requests are running");
    if (posted->is_batch && request.method == "initialize") {
      throw ProtocolError(rpc::invalid_request, "this request cannot be part of a batch");
    }
    if (legacy_.is_begun_anew_by(request)) {
      throw ProtocolError(rpc::invalid_request, "a new session starts without MCP-Session-Id");
    }
    const auto outlet = std::make_shared<StreamOutlet>(posted->stream);
    request.person = owner_;
    Step step = legacy_.take(std::move(request), outlet);
    if (auto* at_once = std::get_if<std::string>(&step)) return answer(*posted, std::move(*at_once));
    const auto entry = std::make_shared<Running>();
    entry->id = id;
    entry->posted = posted;
    entry->outlet = outlet;
    running_.emplace(id, entry);
    ++posted->open;
    entry->running = edges_->loop.spawn(keep_answer(std::move(std::get<net::Task<std::string>>(step)), entry->call),
                                        [self = shared_from_this(), entry](const std::exception_ptr& failure) {
                                          entry->outlet->shut();
                                          if (entry->is_withdrawn) return;
                                          self->running_.erase(entry->id);
                                          std::string text = std::move(entry->call->answer);
                                          if (text.empty() && failure) text = failure_answer(entry->id, failure);
                                          if (text.empty())
                                            text =
                                                print_error(entry->id, rpc::internal_error, "the call was cancelled");
                                          self->answer(*entry->posted, std::move(text));
                                          self->count_down(*entry->posted);
                                        });
  } catch (...) {
    answer(*posted, failure_answer(id, std::current_exception()));
  }
}

void HttpSession::answer(Posted& posted, std::string text) {
  if (posted.is_streaming) return posted.stream->add(text);
  posted.answers.push_back(std::move(text));
}

void HttpSession::count_down(Posted& posted) {
  last_used_ = edges_->clock.now();
  if (--posted.open > 0 || !posted.is_streaming) return;
  posted.stream->end();
  forget_ended_streams();
}

// A withdrawn request gets no answer, whatever becomes of it (R-RES-17).
void HttpSession::withdraw(const Id& id) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  const auto entry = std::move(found->second);
  running_.erase(found);
  entry->is_withdrawn = true;
  entry->outlet->shut();
  entry->running.cancel();
  count_down(*entry->posted);
}

http::ServerReply HttpSession::listen(std::string_view last_event_id) {
  last_used_ = edges_->clock.now();
  if (last_event_id.empty()) return stream_reply(standing_, standing_->last_taken());
  std::uint64_t stream = 0;
  std::uint64_t event = 0;
  const bool is_id = read_event_id(last_event_id, stream, event);
  const auto found = is_id ? streams_.find(stream) : streams_.end();
  if (found == streams_.end() || !found->second->can_resume_after(event)) {
    return refusal(400, rpc::invalid_request, "the events after this Last-Event-ID are no longer available");
  }
  return stream_reply(found->second, event);
}

http::ServerReply HttpSession::stream_reply(std::shared_ptr<EventStream> stream, std::uint64_t after) {
  struct Listening {
    explicit Listening(std::shared_ptr<HttpSession> a_session) : session(std::move(a_session)) {
      ++session->listening_;
    }
    ~Listening() { --session->listening_; }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    std::shared_ptr<HttpSession> session;
  };
  http::ServerReply reply = event_reply();
  reply.stream = [stream = std::move(stream), after, listening = std::make_shared<Listening>(shared_from_this())](
                     http::ServerReply::Sink& sink) { return EventStream::send(stream, after, sink); };
  return reply;
}

std::shared_ptr<EventStream> HttpSession::make_stream() {
  const bool is_primed = revision() >= "2025-11-25";  // older clients take an event without data for a broken message
  return std::make_shared<EventStream>(edges_->loop, edges_->clock, ++last_stream_, is_primed, limits_.stream);
}

void HttpSession::forget_ended_streams() {
  auto too_many = std::ranges::count_if(streams_, [](const auto& each) { return each.second->has_ended(); }) -
                  static_cast<std::ptrdiff_t>(limits_.ended_streams);
  std::erase_if(streams_, [&](const auto& each) { return each.second->has_ended() && too_many-- > 0; });
}

void HttpSession::hang_up() {
  for (const auto& [number, stream] : streams_) stream->hang_up();
}

void HttpSession::close() {
  for (const auto& [id, entry] : std::unordered_map(running_)) withdraw(id);
  for (const auto& [number, stream] : streams_) stream->end();
}

}  // namespace mcp
