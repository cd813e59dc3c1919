#include "http/server/http2_session.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <nghttp2/nghttp2.h>

#include "base/text.h"
#include "http/server/server_core.h"

namespace http::http2 {
namespace {

constexpr std::uint32_t max_streams = 512;
constexpr std::int32_t window = 1 << 20;

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
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

ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                  nghttp2_data_source* source, void*) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::size_t part = std::min(size, stream.unsent());
  std::memcpy(into, stream.body.data() + stream.sent, part);
  stream.sent += part;
  if (stream.unsent() > 0) return static_cast<ssize_t>(part);
  if (!stream.is_whole) {
    stream.body.clear();
    stream.sent = 0;
    stream.taken.pulse();
    return part > 0 ? static_cast<ssize_t>(part) : NGHTTP2_ERR_DEFERRED;
  }
  if (!stream.breaks_off) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return part > 0 || !stream.breaks_off ? static_cast<ssize_t>(part) : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

bool concerns_one_connection(std::string_view name) {
  return name == "connection" || name == "keep-alive" || name == "transfer-encoding";
}

// A reply's head as nghttp2 wants it: lower-case names, and without fields that HTTP/2 does not have (RFC 9113 §8.2.2).
class Fields {
 public:
  explicit Fields(const ServerReply& reply) : status_(fmt::format("{}", reply.status)) {
    lower_.reserve(reply.headers.size());
    add(":status", status_);
    if (!has_header(reply.headers, "date")) add("date", http_date());
    for (const auto& [name, value] : reply.headers) {
      auto lower = base::lower_case(name);
      if (concerns_one_connection(lower)) continue;
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

}  // namespace

struct Http2Session::Protocol {
  explicit Protocol(nghttp2_session* session) : handle(session) {}
  ~Protocol() { nghttp2_session_del(handle); }
  Protocol(const Protocol&) = delete;
  Protocol& operator=(const Protocol&) = delete;

  nghttp2_session* handle;
};

struct Http2Session::Callbacks {
  static Http2Session& of(void* user_data) { return *static_cast<Http2Session*>(user_data); }

  static Stream* find(void* user_data, std::int32_t id) {
    const auto& streams = of(user_data).streams_;
    const auto found = streams.find(id);
    return found == streams.end() ? nullptr : found->second.get();
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    auto& session = of(user_data);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    auto stream = std::make_shared<Stream>(frame->hd.stream_id, session.executor_);
    stream->request = session.prototype_;
    session.streams_.emplace(stream->id, std::move(stream));
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user_data) {
    auto* stream = find(user_data, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    constexpr std::size_t entry_overhead = 32;  // RFC 9113 §6.5.2
    stream->header_size += name_size + value_size + entry_overhead;
    if (stream->header_size > of(user_data).max_header_) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    add_header(stream->request, text(name, name_size), text(value, value_size));
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                     void* user_data) {
    auto* stream = find(user_data, id);
    if (stream == nullptr || stream->is_too_large) return 0;
    stream->request.body += text(bytes, size);
    if (stream->request.body.size() <= of(user_data).max_body_) return 0;
    stream->is_too_large = true;
    stream->request.body.clear();
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    auto& session = of(user_data);
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const bool has_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!ends || !has_request) return 0;
    const auto found = session.streams_.find(frame->hd.stream_id);
    if (found != session.streams_.end()) session.complete_.push_back(found->second);
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user_data) {
    auto& streams = of(user_data).streams_;
    const auto found = streams.find(id);
    if (found == streams.end()) return 0;
    close(*found->second);
    streams.erase(found);
    return 0;
  }

  static void close(Stream& stream) {
    stream.is_closed = true;
    stream.taken.pulse();
    if (!stream.is_answered) stream.answering.cancel();
  }

  static nghttp2_session* connect(Http2Session& session) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session* handle = nullptr;
    nghttp2_session_server_new(&handle, callbacks, &session);
    nghttp2_session_callbacks_del(callbacks);
    return handle;
  }
};

Http2Session::Http2Session(const ServerOptions& options, boost::asio::any_io_executor executor, ServerRequest prototype)
    : prototype_(std::move(prototype)),
      executor_(std::move(executor)),
      max_header_(options.max_header),
      max_body_(options.max_body),
      protocol_(std::make_unique<Protocol>(Callbacks::connect(*this))) {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, max_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(max_header_)}};
  nghttp2_submit_settings(protocol_->handle, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(protocol_->handle, NGHTTP2_FLAG_NONE, 0, window * 4);
}

Http2Session::~Http2Session() = default;

bool Http2Session::feed(std::string_view bytes) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return nghttp2_session_mem_recv(protocol_->handle, first, bytes.size()) >= 0;
}

std::vector<StreamPtr> Http2Session::take_complete() {
  return std::exchange(complete_, {});
}

void Http2Session::respond(Stream& stream, ServerReply& reply, bool head_only) {
  if (stream.is_closed) return;
  const Fields fields(reply);
  stream.body = std::move(reply.body);
  stream.is_whole = !reply.stream;
  const bool has_body = !head_only && (reply.stream || !stream.body.empty());
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;  // held by `streams_` until nghttp2 closes it
  provider.read_callback = read_body;
  nghttp2_submit_response(protocol_->handle, stream.id, fields.list().data(), fields.list().size(),
                          has_body ? &provider : nullptr);
}

void Http2Session::append(Stream& stream, std::string_view part, bool is_last) {
  if (stream.is_closed) return;
  stream.body += part;
  stream.is_whole = is_last;
  nghttp2_session_resume_data(protocol_->handle, stream.id);
}

void Http2Session::reset(Stream& stream) {
  nghttp2_submit_rst_stream(protocol_->handle, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_INTERNAL_ERROR);
}

void Http2Session::terminate() {
  nghttp2_session_terminate_session(protocol_->handle, NGHTTP2_NO_ERROR);
}

std::string Http2Session::collect(std::size_t limit) {
  std::string batch;
  while (batch.size() < limit) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(protocol_->handle, &bytes);
    if (size <= 0) break;
    batch += text(bytes, static_cast<std::size_t>(size));
  }
  return batch;
}

bool Http2Session::is_over() const {
  return nghttp2_session_want_read(protocol_->handle) == 0;
}

void Http2Session::close_all() {
  for (const auto& [id, stream] : std::exchange(streams_, {})) Callbacks::close(*stream);
}

}  // namespace http::http2
