#include "support/kit/raw_http2.h"

#include <nghttp2/nghttp2.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace test {

struct RawHttp2Server::State {
  State(net::Loop& the_loop, OnRequest the_handler) : loop(the_loop), on_request(std::move(the_handler)) {}

  net::Loop& loop;
  OnRequest on_request;
  std::uint64_t reset_burst = 1000, resets_per_second = 33;
  int requests = 0, open_connections = 0;
  std::vector<std::uint32_t> resets;
};

namespace {

constexpr std::chrono::milliseconds a_little{20};

struct Answer {
  std::string body;
  bool ends_later = false;
  bool is_body_sent = false;
};

// Shared by the coroutine that reads and by the streams that are answered later.
struct Session : std::enable_shared_from_this<Session> {
  Session(net::Loop& the_loop, RawConnection& the_connection) : loop(the_loop), connection(&the_connection) {}
  ~Session() { nghttp2_session_del(handle); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  static net::Task<> write(std::shared_ptr<Session> session) {
    while (session->connection != nullptr) {
      const std::uint8_t* bytes = nullptr;
      const auto size = nghttp2_session_mem_send(session->handle, &bytes);
      if (size <= 0) break;
      co_await session->connection->write({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    }
    session->is_writing = false;
  }

  void flush() {
    if (std::exchange(is_writing, true)) return;
    loop.spawn(write(shared_from_this()), {});
  }

  static net::Task<> resume(std::shared_ptr<Session> session, std::int32_t id) {
    boost::asio::steady_timer timer(session->loop.executor(), a_little);
    co_await timer.async_wait(boost::asio::use_awaitable);
    nghttp2_session_resume_data(session->handle, id);
    session->flush();
  }

  net::Loop& loop;
  RawConnection* connection;  // null once it has ended
  nghttp2_session* handle = nullptr;
  std::map<std::int32_t, Answer> answers;
  bool is_writing = false;
  std::function<void(RawStream)> on_request;
  std::function<void(std::uint32_t)> on_reset;
};

ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                  nghttp2_data_source* source, void*) {
  auto& session = *static_cast<Session*>(source->ptr);
  auto& answer = session.answers[id];
  const std::size_t part = std::min(size, answer.body.size());
  std::copy_n(answer.body.begin(), part, into);
  answer.body.erase(0, part);
  const bool must_wait = std::exchange(answer.ends_later, false);
  if (must_wait) session.loop.spawn(Session::resume(session.shared_from_this(), id), {});
  if (!must_wait && answer.body.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(part);
}

int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
  auto& session = *static_cast<Session*>(user_data);
  if (frame->hd.type == NGHTTP2_RST_STREAM) session.on_reset(frame->rst_stream.error_code);
  const bool is_of_a_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (is_of_a_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
    session.on_request({session.shared_from_this(), frame->hd.stream_id});
  }
  return 0;
}

nghttp2_session* make_handle(Session& session, std::uint64_t reset_burst, std::uint64_t resets_per_second) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_stream_reset_rate_limit(option, reset_burst, resets_per_second);
  nghttp2_session* handle = nullptr;
  nghttp2_session_server_new2(&handle, callbacks, &session, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(handle, NGHTTP2_FLAG_NONE, nullptr, 0);
  return handle;
}

void respond(Session& session, std::int32_t id, int status, Answer answer) {
  std::string name = ":status", value = std::to_string(status);
  nghttp2_nv head{reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                  name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  std::string length_name = "content-length", length = std::to_string(answer.body.size());
  nghttp2_nv length_head{reinterpret_cast<std::uint8_t*>(length_name.data()),
                         reinterpret_cast<std::uint8_t*>(length.data()), length_name.size(), length.size(),
                         NGHTTP2_NV_FLAG_NONE};
  const nghttp2_nv heads[] = {head, length_head};
  const bool has_body = !answer.body.empty();
  session.answers[id] = std::move(answer);
  nghttp2_data_provider provider{};
  provider.source.ptr = &session;
  provider.read_callback = read_body;
  nghttp2_submit_response(session.handle, id, heads, status == 204 ? 1 : 2, has_body ? &provider : nullptr);
  session.flush();
}

Session& of(const std::shared_ptr<void>& session) {
  return *static_cast<Session*>(session.get());
}

}  // namespace

void RawStream::answer(int status, std::string body) {
  respond(of(session_), id, status, {.body = std::move(body)});
}

void RawStream::answer_and_end_later(int status, std::string body) {
  respond(of(session_), id, status, {.body = std::move(body), .ends_later = true});
}

void RawStream::refuse() {
  nghttp2_submit_rst_stream(of(session_).handle, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
  of(session_).flush();
}

void RawStream::go_away(std::int32_t last) {
  nghttp2_session_terminate_session2(of(session_).handle, last, NGHTTP2_NO_ERROR);
  of(session_).flush();
}

RawHttp2Server::RawHttp2Server(net::Loop& loop, const http::TlsIdentity& identity, OnRequest on_request)
    : state_(std::make_shared<State>(loop, std::move(on_request))),
      server_(
          loop, identity,
          [state = state_](RawConnection& connection, int) -> net::Task<> {
            const auto session = std::make_shared<Session>(state->loop, connection);
            session->handle = make_handle(*session, state->reset_burst, state->resets_per_second);
            session->on_request = [state](RawStream stream) {
              state->on_request(std::move(stream), ++state->requests);
            };
            session->on_reset = [state](std::uint32_t code) { state->resets.push_back(code); };
            session->flush();
            ++state->open_connections;
            while (nghttp2_session_want_read(session->handle) != 0) {
              const std::string bytes = co_await connection.read_some();
              if (bytes.empty()) break;
              const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
              if (nghttp2_session_mem_recv(session->handle, first, bytes.size()) < 0) break;
              session->flush();
            }
            while (session->is_writing) co_await boost::asio::post(state->loop.executor(), boost::asio::use_awaitable);
            session->connection = nullptr;
            --state->open_connections;
          },
          "h2") {}

void RawHttp2Server::limit_resets(std::uint64_t burst, std::uint64_t per_second) {
  state_->reset_burst = burst;
  state_->resets_per_second = per_second;
}
int RawHttp2Server::open_connections() const {
  return state_->open_connections;
}
int RawHttp2Server::requests() const {
  return state_->requests;
}
const std::vector<std::uint32_t>& RawHttp2Server::resets() const {
  return state_->resets;
}

}  // namespace test
