// HTTP/2 for the server: one coroutine reads, one writes, one per request answers.
#include <string>
#include <utility>

#include "http/server/http2_session.h"
#include "http/server/server_core.h"

namespace http::http2 {
namespace {

constexpr std::size_t write_batch = 64 * 1024;
constexpr std::size_t unsent_limit = 256 * 1024;  // of one stream, before its sender has to wait

// One client, shared by the coroutines that serve it.
struct Peer {
  Peer(std::shared_ptr<ServerCore> a_core, std::shared_ptr<Connection> a_connection)
      : core(std::move(a_core)),
        connection(std::move(a_connection)),
        to_write(core->loop.executor()),
        session(core->options, core->loop.executor(),
                {.version = 20, .peer = connection->peer, .connection = connection->number, .is_tls = true}) {}

  std::shared_ptr<ServerCore> core;
  std::shared_ptr<Connection> connection;
  net::Condition to_write;
  Http2Session session;
  bool is_ended = false;

  void rest() {
    if (connection->answering == 0) connection->deadline.set(core->options.header_limit);
  }
};

class StreamSink final : public ServerReply::Sink {
 public:
  StreamSink(Peer& peer, Stream& stream) : peer_(peer), stream_(stream) {}

  net::Task<> send(std::string part) override {
    if (stream_.is_closed) net::throw_cancelled();
    peer_.session.append(stream_, part, false);
    peer_.to_write.pulse();
    while (stream_.unsent() > unsent_limit && !stream_.is_closed) co_await stream_.taken.wait();
  }
  void end() {
    peer_.session.append(stream_, {}, true);
    peer_.to_write.pulse();
  }
  // After what was sent so far.
  void break_off() {
    stream_.breaks_off = true;
    end();
  }

 private:
  Peer& peer_;
  Stream& stream_;
};

net::Task<> send_parts(Peer& peer, Stream& stream, const ServerReply& reply) {
  StreamSink sink(peer, stream);
  try {
    co_await reply.stream(sink);
    sink.end();
  } catch (const BrokenOff&) {
    sink.break_off();
  }
}

// Lasts until the client has it all, so that `drain` waits for the last byte.
net::Task<> answer(std::shared_ptr<Peer> peer, StreamPtr stream) {
  const Answering answering(peer->core, peer->connection);
  peer->connection->deadline.clear();
  const bool head_only = stream->request.method == "HEAD";
  ServerReply reply{.status = 413, .headers = peer->core->options.always};
  try {
    if (!stream->is_too_large) reply = co_await peer->core->answer(std::move(stream->request));
    peer->session.respond(*stream, reply, head_only);
  } catch (const BrokenOff&) {
    peer->session.reset(*stream);
    reply.stream = nullptr;
  }
  peer->to_write.pulse();
  if (reply.stream && !head_only) co_await send_parts(*peer, *stream, reply);
  stream->is_answered = true;
  while (!stream->is_closed) co_await stream->taken.wait();
}

void start_complete(const std::shared_ptr<Peer>& peer) {
  for (auto& stream : peer->session.take_complete()) {
    if (stream->is_closed || peer->core->stopped) continue;
    stream->answering =
        peer->core->loop.spawn(answer(peer, stream), [peer](const std::exception_ptr&) { peer->rest(); });
  }
}

net::Task<> write_all(std::shared_ptr<Peer> peer) {
  auto& connection = *peer->connection;
  while (!peer->is_ended) {
    const std::string batch = peer->session.collect(write_batch);
    if (batch.empty()) {
      if (peer->session.is_over()) break;
      co_await peer->to_write.wait();
      continue;
    }
    connection.deadline.set(peer->core->options.body_limit);
    co_await connection.transport->write(batch);
    connection.deadline.clear();
    peer->rest();
  }
}

net::Task<> read_all(std::shared_ptr<Peer> peer) {
  std::string buffer(16 * 1024, '\0');
  peer->rest();
  while (!peer->session.is_over()) {
    const auto size = co_await peer->connection->transport->read_some(buffer.data(), buffer.size());
    if (!peer->session.feed({buffer.data(), size})) break;
    start_complete(peer);
    peer->to_write.pulse();
  }
}

// Idle for too long: the client is told. One that does not take its answer is cut off.
void give_up(Peer& peer) {
  if (peer.connection->answering > 0) return peer.connection->transport->close();
  peer.session.terminate();
  peer.to_write.pulse();
}

// Ends everything of the connection with the coroutine that reads.
class PeerEnd {
 public:
  PeerEnd(std::shared_ptr<Peer> peer, net::Running writing) : peer_(std::move(peer)), writing_(std::move(writing)) {}
  ~PeerEnd() {
    peer_->is_ended = true;
    peer_->connection->transport->close();
    writing_.cancel();
    peer_->session.close_all();
  }
  PeerEnd(const PeerEnd&) = delete;
  PeerEnd& operator=(const PeerEnd&) = delete;

 private:
  std::shared_ptr<Peer> peer_;
  net::Running writing_;
};

}  // namespace

net::Task<> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection) {
  const auto peer = std::make_shared<Peer>(std::move(core), std::move(connection));
  peer->connection->on_deadline = [&peer = *peer] { give_up(peer); };
  const auto writing = peer->core->loop.spawn(
      write_all(peer), [peer](const std::exception_ptr&) { peer->connection->transport->close(); });
  const PeerEnd end(peer, writing);
  co_await read_all(peer);
}

}  // namespace http::http2
