// One stream of server-sent events in the revisions with sessions: its latest events are kept, so that a client that
// lost the connection fetches on another one what it missed (MCP 2025-11-25 basic/transports, Resumability).
#pragma once

#include "http/server/server.h"
#include "net/loop.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace mcp {

struct EventStreamLimits {
  std::size_t unsent = std::size_t{1} << 20;  // above, news are dropped
  std::size_t kept = std::size_t{256} << 10;  // of events that were sent, for who comes back
  net::Duration keep_alive{15'000};           // a comment goes out when nothing else does for so long
  net::Duration retry{1'000};                 // told to clients: how soon to come back
};

class EventStream {
 public:
  // `number` tells the streams of a session apart. A primed stream begins with an empty event, whose id serves a client
  // that loses the connection before there is any other (from 2025-11-25).
  EventStream(net::Loop& loop, net::Clock& clock, std::uint64_t number, bool is_primed, EventStreamLimits limits);

  void add(std::string_view message);
  // No more will come.
  void end();
  // Ends the connection that takes the events, if there is one. The stream goes on.
  void hang_up();

  bool has_ended() const { return has_ended_; }
  bool is_congested() const { return unsent_ > limits_.unsent; }
  std::uint64_t number() const { return number_; }
  // The newest event that a connection took.
  std::uint64_t last_taken() const { return sent_; }
  // True when no event after that one was thrown away.
  bool can_resume_after(std::uint64_t event) const;

  // Sends what comes after that event (0: all) until the end, or until another connection takes over.
  static net::Task<> send(std::shared_ptr<EventStream> stream, std::uint64_t after, http::ServerReply::Sink& sink);

 private:
  struct Event {
    std::uint64_t number;
    std::string text;
  };
  void keep(std::string_view fields, std::string_view data);
  const Event* next(std::uint64_t after) const;
  void was_sent(std::uint64_t event);

  net::Loop& loop_;
  net::Clock& clock_;
  std::uint64_t number_;
  EventStreamLimits limits_;
  std::deque<Event> events_;
  std::uint64_t last_ = 0;  // number of the newest event
  std::uint64_t sent_ = 0;  // number of the newest event that a connection took
  std::size_t unsent_ = 0;  // bytes after `sent_`
  std::size_t kept_ = 0;    // bytes up to `sent_`
  std::uint64_t connections_ = 0;
  bool has_ended_ = false;
  net::Condition changed_;
};

// "<stream>-<event>" of Last-Event-ID. False when it is none.
bool read_event_id(std::string_view id, std::uint64_t& stream, std::uint64_t& event);

}  // namespace mcp
