// HTTP/1.1 for the server: Beast parses the requests, the answers are written by hand. Bytes are read ahead while an
// answer is being made, so that a client's leaving is noticed and cancels the handler.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/secret.h"
#include "http/server/server_core.h"

namespace http::http1 {
namespace {

namespace beast = boost::beast::http;

// Beast's fields hold 64 KiB each and throw beyond that. Cookies in such amounts are those of other programs on the
// same host: left out, as nobody reads them.
class Parser final : public beast::request_parser<beast::string_body> {
  // NOLINTNEXTLINE(readability-identifier-naming): Beast's name
  void on_field_impl(beast::field name, boost::beast::string_view text, boost::beast::string_view value,
                     boost::system::error_code& error) override {
    constexpr std::size_t longest = std::numeric_limits<std::uint16_t>::max() - 2;
    if (text.size() <= longest && value.size() <= longest) {
      get().insert(name, text, value);
    } else if (name != beast::field::cookie) {
      error = beast::error::header_limit;
    }
  }
};

constexpr std::size_t read_ahead = 64 * 1024;
constexpr net::Duration goodbye_limit{1'000};
// A larger body is not copied behind its head.
constexpr std::size_t joined_body = 256 * 1024;

enum class Incoming { request, end, bad, header_too_large, body_too_large, timed_out };

int status_of(Incoming incoming) {
  switch (incoming) {
    case Incoming::header_too_large:
      return 431;
    case Incoming::body_too_large:
      return 413;
    case Incoming::timed_out:
      return 408;
    default:
      return 400;
  }
}

struct Http1Session {
  Http1Session(std::shared_ptr<ServerCore> a_core, std::shared_ptr<Connection> a_connection)
      : core(std::move(a_core)), connection(std::move(a_connection)), changed(core->loop.executor()) {}

  std::shared_ptr<ServerCore> core;
  std::shared_ptr<Connection> connection;
  std::string input;       // read, not yet parsed
  bool ended = false;      // the client sends no more
  bool timed_out = false;  // a whole request did not come in time
  bool discarding = false;
  bool handling = false;   // the handler, or the stream of its reply, is at work
  net::Condition changed;  // input, ended or timed_out changed, or input was taken
};

// Reads until the client stops sending.
net::Task<> read_ahead_of(std::shared_ptr<Http1Session> session) {
  std::string buffer(16 * 1024, '\0');
  const auto room = std::max(read_ahead, session->core->options.max_header + 1);  // a head is parsed when it is whole
  while (true) {
    while (session->input.size() >= room) co_await session->changed.wait();
    const auto size = co_await session->connection->transport->read_some(buffer.data(), buffer.size());
    if (session->discarding) continue;
    session->input.append(buffer, 0, size);
    std::fill_n(buffer.begin(), size, '\0');  // what it carried, such as the code of a sign-in, is the handler's alone
    session->changed.pulse();
  }
}

void on_input_end(Http1Session& session) {
  session.ended = true;
  session.changed.pulse();
  if (session.handling) session.connection->serving.cancel();
}

// A deadline means: no whole request in time, or a client that does not take its answer.
void on_deadline(Http1Session& session) {
  session.timed_out = true;
  session.changed.pulse();
  if (session.connection->answering > 0) session.connection->transport->reset();
}

net::Task<> write(Http1Session& session, std::string_view bytes) {
  session.connection->deadline.set(session.core->options.body_limit);
  co_await session.connection->transport->write(bytes);
  session.connection->deadline.clear();
}

Incoming failure(const boost::system::error_code& error) {
  if (error == beast::error::header_limit) return Incoming::header_too_large;
  if (error == beast::error::body_limit || error == beast::error::buffer_overflow) return Incoming::body_too_large;
  return Incoming::bad;
}

// Gives the parser what has come. False when it needs more.
bool feed(Http1Session& session, Parser& parser, boost::system::error_code& error) {
  if (session.input.empty()) return false;
  const auto taken = parser.put(boost::asio::buffer(session.input), error);
  if (taken == session.input.size()) {
    base::wipe(session.input);
  } else {
    session.input.erase(0, taken);
  }
  if (taken > 0) session.changed.pulse();
  if (error != beast::error::need_more) return taken > 0 || error;
  error = {};
  return false;
}

// RFC 9112 §6.1: where we cannot tell where a body ends, what follows might be taken for a request of its own.
bool is_framing_known(const Parser& parser) {
  const auto coding = parser.get().find(beast::field::transfer_encoding);
  if (coding == parser.get().end()) return true;
  const bool is_only_one = parser.get().count(beast::field::transfer_encoding) == 1;
  return is_only_one && parser.get().version() >= 11 && boost::beast::iequals(coding->value(), "chunked");
}

net::Task<Incoming> read_request(Http1Session& session, Parser& parser) {
  bool begun = false;
  bool header_seen = false;
  session.connection->deadline.set(session.core->options.header_limit);
  while (!parser.is_done()) {
    begun = begun || !session.input.empty();
    boost::system::error_code error;
    const bool progress = feed(session, parser, error);
    if (error) co_return failure(error);
    if (parser.is_header_done() && !header_seen) {
      header_seen = true;
      if (!is_framing_known(parser)) co_return Incoming::bad;
      session.connection->deadline.set(session.core->options.body_limit);
      if (!parser.is_done() && parser.get()[beast::field::expect] == "100-continue")
        co_await session.connection->transport->write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    if (progress) continue;
    if (session.timed_out) co_return begun ? Incoming::timed_out : Incoming::end;
    if (session.ended) co_return Incoming::end;
    co_await session.changed.wait();
  }
  session.connection->deadline.clear();
  co_return Incoming::request;
}

std::optional<ServerRequest> to_request(Http1Session& session, Parser& parser) {
  auto message = parser.release();
  const auto hosts = message.count(beast::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) return std::nullopt;  // RFC 9112 §3.2
  ServerRequest request{.method = std::string(message.method_string()),
                        .target = std::string(message.target()),
                        .body = std::move(message.body()),
                        .version = static_cast<int>(message.version()),
                        .peer = session.connection->peer,
                        .connection = session.connection->number,
                        .is_tls = session.core->tls != nullptr};
  for (const auto& field : message)
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  return request;
}

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

enum class Framing { length, chunked, until_close };

std::string head_of(const ServerReply& reply, Framing framing, bool close) {
  std::string head;
  head.reserve(512);
  const auto phrase = beast::obsolete_reason(static_cast<beast::status>(reply.status));
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", reply.status,
                 std::string_view(phrase.data(), phrase.size()));
  if (!has_header(reply.headers, "Date")) fmt::format_to(std::back_inserter(head), "Date: {}\r\n", http_date());
  for (const auto& [name, value] : reply.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (framing == Framing::chunked) head += "Transfer-Encoding: chunked\r\n";
  if (framing == Framing::length && !has_no_body(reply.status))
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", reply.body.size());
  if (close && !has_header(reply.headers, "Connection")) head += "Connection: close\r\n";
  return head += "\r\n";
}

class ChunkSink final : public ServerReply::Sink {
 public:
  ChunkSink(Http1Session& session, bool chunked) : session_(session), chunked_(chunked) {}

  net::Task<> send(std::string part) override {
    if (part.empty()) co_return;
    if (chunked_) part = fmt::format("{:x}\r\n{}\r\n", part.size(), part);
    co_await write(session_, part);
  }

 private:
  Http1Session& session_;
  bool chunked_;
};

// False where the stream broke off.
net::Task<bool> send_stream(Http1Session& session, const ServerReply& reply, int version, bool close) {
  const bool chunked = version >= 11 && !has_header(reply.headers, "Content-Length");
  co_await write(session, head_of(reply, chunked ? Framing::chunked : Framing::until_close, close));
  ChunkSink sink(session, chunked);
  session.handling = true;
  bool is_whole = true;
  try {
    co_await reply.stream(sink);
  } catch (const BrokenOff&) {
    is_whole = false;
  }
  session.handling = false;
  if (chunked && is_whole) co_await write(session, "0\r\n\r\n");
  co_return is_whole;
}

net::Task<> send_reply(Http1Session& session, const ServerReply& reply, bool head_only, bool close) {
  std::string head = head_of(reply, Framing::length, close);
  if (head_only || has_no_body(reply.status)) co_return co_await write(session, head);
  if (reply.body.size() <= joined_body) co_return co_await write(session, head += reply.body);
  co_await write(session, head);
  co_await write(session, reply.body);
}

// True when the connection serves another request.
net::Task<bool> answer_one(std::shared_ptr<Http1Session> session, ServerRequest request, bool keep_alive) {
  const Answering answering(session->core, session->connection);
  const bool head_only = request.method == "HEAD";
  const int version = request.version;
  session->handling = true;
  std::optional<ServerReply> reply;
  try {
    reply = co_await session->core->answer(std::move(request));
  } catch (const BrokenOff&) {
    session->connection->transport->reset();
  }
  session->handling = false;
  if (!reply) co_return false;
  const bool close = !keep_alive || session->core->stopped || (reply->stream && version < 11);
  if (reply->stream && !head_only) {
    if (!co_await send_stream(*session, *reply, version, close)) co_return false;
  } else {
    co_await send_reply(*session, *reply, head_only, close);
  }
  co_return !close && !session->timed_out;
}

net::Task<> refuse(Http1Session& session, Incoming why) {
  const auto& options = session.core->options;
  const int status = status_of(why);
  auto reply = options.on_broken ? options.on_broken(status) : ServerReply();
  reply.status = status;
  std::ranges::copy(options.always, std::back_inserter(reply.headers));
  co_await send_reply(session, reply, false, true);
}

// A close with bytes of the client still unread would reset the connection and could cost it the answer.
net::Task<> say_goodbye(std::shared_ptr<Http1Session> session) {
  session->discarding = true;
  session->input.clear();
  session->changed.pulse();
  session->connection->on_deadline = nullptr;
  session->connection->deadline.set(goodbye_limit);
  co_await session->connection->transport->finish();
  while (!session->ended) co_await session->changed.wait();
}

net::Task<> serve_requests(std::shared_ptr<Http1Session> session) {
  bool keep_alive = true;
  while (keep_alive && !session->core->stopped) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(session->core->options.max_header));
    parser.body_limit(session->core->options.max_body);
    parser.eager(true);
    const Incoming incoming = co_await read_request(*session, parser);
    if (incoming == Incoming::end) co_return;
    keep_alive = incoming == Incoming::request && session->core->options.keep_alive && parser.keep_alive();
    auto request = incoming == Incoming::request ? to_request(*session, parser) : std::nullopt;
    if (!request) {
      co_await refuse(*session, incoming);
      break;
    }
    keep_alive = co_await answer_one(session, std::move(*request), keep_alive);
  }
  co_await say_goodbye(session);
}

// Ends the reader together with the coroutine that serves.
class Reader {
 public:
  explicit Reader(net::Running running) : running_(std::move(running)) {}
  ~Reader() { running_.cancel(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

 private:
  net::Running running_;
};

}  // namespace

net::Task<> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection) {
  const auto session = std::make_shared<Http1Session>(std::move(core), std::move(connection));
  session->connection->on_deadline = [&session = *session] { on_deadline(session); };
  const Reader reader(session->core->loop.spawn(read_ahead_of(session),
                                                [session](const std::exception_ptr&) { on_input_end(*session); }));
  co_await serve_requests(session);
}

}  // namespace http::http1
