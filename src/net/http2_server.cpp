// HTTP/2 for the server, over nghttp2 (RFC 9113): one coroutine reads, one writes, one per request answers.
#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <nghttp2/nghttp2.h>

#include "net/server_core.h"

namespace net::http2 {
namespace {

constexpr std::uint32_t max_streams = 512;
constexpr std::int32_t window = 1 << 20;
constexpr std::size_t write_batch = 64 * 1024;
constexpr std::size_t unsent_limit = 256 * 1024;  // of one stream, before its sender has to wait

struct Stream {
  Stream(std::int32_t an_id, const boost::asio::any_io_executor& executor) : id(an_id), taken(executor) {}

  std::int32_t id;
  ServerRequest request;
  std::size_t header_size = 0;
  bool is_too_large = false;
  Running answering;

  std::string body;  // of the answer, from `sent` on still to be sent
  std::size_t sent = 0;
  bool is_whole = true;  // nothing will be appended to `body`
  bool breaks_off = false;
  bool is_closed = false;
  Event taken;  // pulses when a part of `body` was sent, and at the end
};

using StreamPtr = std::shared_ptr<Stream>;

struct SessionDeleter {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

struct Session {
  Session(std::shared_ptr<ServerCore> a_core, std::shared_ptr<Connection> a_connection)
      : core(std::move(a_core)), connection(std::move(a_connection)), to_write(core->loop.executor()) {}

  std::shared_ptr<ServerCore> core;
  std::shared_ptr<Connection> connection;
  std::unique_ptr<nghttp2_session, SessionDeleter> protocol;
  std::map<std::int32_t, StreamPtr> streams;
  std::vector<StreamPtr> complete;  // requests that were read and not yet started
  Event to_write;
  bool is_ended = false;

  StreamPtr stream(std::int32_t id) const {
    const auto found = streams.find(id);
    return found == streams.end() ? nullptr : found->second;
  }
  void rest() {
    if (connection->answering == 0) connection->deadline.set(core->options.header_limit);
  }
};

Session& of(void* user_data) {
  return *static_cast<Session*>(user_data);
}

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
  auto& session = of(user_data);
  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  auto stream = std::make_shared<Stream>(frame->hd.stream_id, session.core->loop.executor());
  stream->request.version = 20;
  stream->request.peer = session.connection->peer;
  stream->request.connection = session.connection->number;
  stream->request.is_tls = true;
  session.streams.emplace(stream->id, std::move(stream));
  return 0;
}

void add_header(ServerRequest& request, std::string_view name, std::string_view value) {
  if (name == ":method") {
    request.method = value;
  } else if (name == ":path") {
    request.target = value;
  } else if (name == ":authority") {
    request.headers.emplace_back("host", value);
  } else if (name.starts_with(':')) {
    return;
  } else if (name == "cookie" && has_header(request.headers, name)) {
    // RFC 9113 §8.2.3: a client may send the crumbs one by one.
    const auto found = std::ranges::find(request.headers, name, &Headers::value_type::first);
    found->second.append("; ").append(value);
  } else {
    request.headers.emplace_back(name, value);
  }
}

int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
              const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user_data) {
  auto& session = of(user_data);
  const auto stream = session.stream(frame->hd.stream_id);
  if (!stream) return 0;
  constexpr std::size_t entry_overhead = 32;  // RFC 9113 §6.5.2
  stream->header_size += name_size + value_size + entry_overhead;
  if (stream->header_size > session.core->options.max_header) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  add_header(stream->request, text(name, name_size), text(value, value_size));
  return 0;
}

int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
            void* user_data) {
  auto& session = of(user_data);
  const auto stream = session.stream(id);
  if (!stream || stream->is_too_large) return 0;
  stream->request.body += text(bytes, size);
  if (stream->request.body.size() > session.core->options.max_body) {
    stream->is_too_large = true;
    stream->request.body.clear();
  }
  return 0;
}

int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
  auto& session = of(user_data);
  const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const bool has_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (!ends || !has_request) return 0;
  if (auto stream = session.stream(frame->hd.stream_id)) session.complete.push_back(std::move(stream));
  return 0;
}

int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user_data) {
  auto& session = of(user_data);
  const auto stream = session.stream(id);
  if (!stream) return 0;
  stream->is_closed = true;
  stream->taken.pulse();
  stream->answering.cancel();
  session.streams.erase(id);
  return 0;
}

ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                  nghttp2_data_source* source, void*) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::size_t part = std::min(size, stream.body.size() - stream.sent);
  std::memcpy(into, stream.body.data() + stream.sent, part);
  stream.sent += part;
  const bool at_end = stream.sent == stream.body.size();
  if (at_end && stream.is_whole && stream.breaks_off && part == 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  if (at_end && !stream.is_whole) {
    stream.body.clear();
    stream.sent = 0;
    stream.taken.pulse();
    if (part == 0) return NGHTTP2_ERR_DEFERRED;
  }
  if (at_end && stream.is_whole && !stream.breaks_off) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(part);
}

std::unique_ptr<nghttp2_session, SessionDeleter> make_session(Session& session) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  nghttp2_session* created = nullptr;
  nghttp2_session_server_new(&created, callbacks, &session);
  nghttp2_session_callbacks_del(callbacks);

  const auto max_header = static_cast<std::uint32_t>(session.core->options.max_header);
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, max_streams},
                                             {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window},
                                             {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, max_header}};
  nghttp2_submit_settings(created, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(created, NGHTTP2_FLAG_NONE, 0, window * 4);
  return std::unique_ptr<nghttp2_session, SessionDeleter>(created);
}

// Header fields as nghttp2 wants them: lower-case names, and without those that concern one HTTP/1.1 connection.
class Fields {
 public:
  explicit Fields(const Reply& reply) : status_(fmt::format("{}", reply.status)) {
    lower_.reserve(reply.headers.size());
    add(":status", status_);
    add("date", http_date());
    for (const auto& [name, value] : reply.headers) {
      std::string lower = name;
      std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      if (lower == "connection" || lower == "keep-alive" || lower == "transfer-encoding") continue;
      lower_.push_back(std::move(lower));
      add(lower_.back(), value);
    }
    length_ = fmt::format("{}", reply.body.size());
    const bool has_no_body = reply.status == 204 || reply.status == 304;
    if (!reply.stream && !has_no_body) add("content-length", length_);
  }
  const std::vector<nghttp2_nv>& list() const { return list_; }

 private:
  void add(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view view) {
      return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(view.data()));
    };
    list_.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }

  std::string status_, length_;
  std::vector<std::string> lower_;
  std::vector<nghttp2_nv> list_;
};

void submit(Session& session, Stream& stream, Reply& reply, bool head_only) {
  if (stream.is_closed) return;
  const Fields fields(reply);
  stream.body = std::move(reply.body);
  stream.is_whole = !reply.stream;
  if (reply.fault == Reply::Fault::truncate) {
    stream.body.resize(stream.body.size() / 2);
    stream.breaks_off = true;
  }
  const bool has_body = !head_only && (reply.stream || stream.breaks_off || !stream.body.empty());
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;  // lives until on_stream_close, the session holds it
  provider.read_callback = read_body;
  nghttp2_submit_response(session.protocol.get(), stream.id, fields.list().data(), fields.list().size(),
                          has_body ? &provider : nullptr);
  session.to_write.pulse();
}

class StreamSink final : public Reply::Sink {
 public:
  StreamSink(std::shared_ptr<Session> session, StreamPtr stream)
      : session_(std::move(session)), stream_(std::move(stream)) {}

  Task<> send(std::string part) override {
    if (stream_->is_closed) throw_cancelled();
    stream_->body += part;
    resume();
    while (stream_->body.size() - stream_->sent > unsent_limit && !stream_->is_closed) co_await stream_->taken.wait();
  }
  void end() {
    stream_->is_whole = true;
    if (!stream_->is_closed) resume();
  }

 private:
  void resume() {
    nghttp2_session_resume_data(session_->protocol.get(), stream_->id);
    session_->to_write.pulse();
  }

  std::shared_ptr<Session> session_;
  StreamPtr stream_;
};

// Until the client has it all, so that `drain` waits for the last byte.
Task<> wait_until_closed(const StreamPtr& stream) {
  while (!stream->is_closed) co_await stream->taken.wait();
}

Task<> answer_stream(std::shared_ptr<Session> session, StreamPtr stream) {
  const Answering answering(session->core, session->connection);
  session->connection->deadline.clear();
  const bool head_only = stream->request.method == "HEAD";
  Reply reply;
  if (stream->is_too_large) {
    reply = Reply{.status = 413, .headers = session->core->options.always};
  } else {
    reply = co_await session->core->answer(std::move(stream->request));
  }
  if (reply.fault == Reply::Fault::reset) {
    nghttp2_submit_rst_stream(session->protocol.get(), NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_INTERNAL_ERROR);
    session->to_write.pulse();
  } else if (reply.fault != Reply::Fault::hang) {
    submit(*session, *stream, reply, head_only);
  }
  if (reply.stream && !head_only) {
    StreamSink sink(session, stream);
    co_await reply.stream(sink);
    sink.end();
  }
  co_await wait_until_closed(stream);
}

void start_complete(const std::shared_ptr<Session>& session) {
  for (auto& stream : std::exchange(session->complete, {})) {
    if (stream->is_closed || session->core->stopped) continue;
    stream->answering = session->core->loop.spawn(answer_stream(session, stream),
                                                  [session](const std::exception_ptr&) { session->rest(); });
  }
}

// Collects what nghttp2 has to say, up to a batch.
std::string collect(nghttp2_session* protocol) {
  std::string batch;
  while (batch.size() < write_batch) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(protocol, &bytes);
    if (size <= 0) break;
    batch += text(bytes, static_cast<std::size_t>(size));
  }
  return batch;
}

Task<> write_all(std::shared_ptr<Session> session) {
  while (!session->is_ended) {
    const std::string batch = collect(session->protocol.get());
    if (batch.empty()) {
      if (nghttp2_session_want_read(session->protocol.get()) == 0) break;
      co_await session->to_write.wait();
    } else {
      session->connection->deadline.set(session->core->options.body_limit);
      co_await session->connection->transport->write(batch);
      session->connection->deadline.clear();
      session->rest();
    }
  }
}

Task<> read_all(std::shared_ptr<Session> session) {
  std::string buffer(16 * 1024, '\0');
  session->rest();
  while (nghttp2_session_want_read(session->protocol.get()) != 0) {
    const auto size = co_await session->connection->transport->read_some(buffer.data(), buffer.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(buffer.data());
    if (nghttp2_session_mem_recv(session->protocol.get(), bytes, size) < 0) break;
    start_complete(session);
    session->to_write.pulse();
  }
}

// Idle for too long: the client is told. One that does not take its answer is cut off.
void give_up(Session& session) {
  if (session.connection->answering > 0) return session.connection->transport->close();
  nghttp2_session_terminate_session(session.protocol.get(), NGHTTP2_NO_ERROR);
  session.to_write.pulse();
}

// Ends everything of the connection with the coroutine that reads.
class SessionEnd {
 public:
  SessionEnd(std::shared_ptr<Session> session, Running writing)
      : session_(std::move(session)), writing_(std::move(writing)) {}
  ~SessionEnd() {
    session_->is_ended = true;
    session_->connection->transport->close();
    writing_.cancel();
    for (auto& [id, stream] : std::exchange(session_->streams, {})) {
      stream->is_closed = true;
      stream->taken.pulse();
      stream->answering.cancel();
    }
  }
  SessionEnd(const SessionEnd&) = delete;
  SessionEnd& operator=(const SessionEnd&) = delete;

 private:
  std::shared_ptr<Session> session_;
  Running writing_;
};

}  // namespace

Task<> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection) {
  const auto session = std::make_shared<Session>(std::move(core), std::move(connection));
  session->protocol = make_session(*session);
  session->connection->on_deadline = [&session = *session] { give_up(session); };
  const auto writing = session->core->loop.spawn(
      write_all(session), [session](const std::exception_ptr&) { session->connection->transport->close(); });
  const SessionEnd end(session, writing);
  co_await read_all(session);
}

}  // namespace net::http2
