// One client of the revisions with sessions over HTTP (MCP 2025-11-25 basic/transports): what runs for it, and its
// streams of events, which outlive connections. Internal to this library.
#pragma once

#include "http/server/server.h"
#include "mcp/http/event_stream.h"
#include "mcp/legacy.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mcp {

struct HttpSessionLimits {
  std::size_t calls = 64;          // running at the same time; further ones are refused
  std::size_t ended_streams = 16;  // kept for clients that lost the connection
  EventStreamLimits stream;
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  // `owner` is the person it belongs to, as far as the transport knows.
  HttpSession(std::shared_ptr<Edges> edges, std::string id, std::string owner, HttpSessionLimits limits);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  const std::string& id() const { return id_; }
  const std::string& owner() const { return owner_; }
  std::string_view revision() const { return legacy_.revision(); }
  // The client came back after `initialize`.
  bool has_begun() const { return legacy_.is_ready(); }
  // Nothing runs, and nobody listens.
  bool is_idle() const;
  net::Instant last_used() const { return last_used_; }

  // Takes what a client posted and answers with JSON, or with a stream where something takes time.
  http::ServerReply post(Line line);
  // The stream for what belongs to no request, or the one that the id is of.
  http::ServerReply listen(std::string_view last_event_id);
  // Ends all connections that take events. The streams go on.
  void hang_up();
  // Gives up what runs and ends all streams.
  void close();

 private:
  class StreamOutlet;
  struct Posted;
  struct Running;

  void take(Message message, const std::shared_ptr<Posted>& posted);
  void start(Request request, const std::shared_ptr<Posted>& posted);
  void answer(Posted& posted, std::string text);
  void count_down(Posted& posted);
  void withdraw(const Id& id);
  http::ServerReply stream_reply(std::shared_ptr<EventStream> stream, std::uint64_t after);
  std::shared_ptr<EventStream> make_stream();
  void forget_ended_streams();

  std::shared_ptr<Edges> edges_;
  std::string id_;
  std::string owner_;
  HttpSessionLimits limits_;
  std::uint64_t last_stream_ = 0;
  std::map<std::uint64_t, std::shared_ptr<EventStream>> streams_;  // by number: oldest first
  std::shared_ptr<EventStream> standing_;                          // for what belongs to no request
  std::unique_ptr<StreamOutlet> outlet_;
  Legacy legacy_;
  std::unordered_map<Id, std::shared_ptr<Running>> running_;
  std::size_t listening_ = 0;  // connections that take events
  net::Instant last_used_;
};

}  // namespace mcp
