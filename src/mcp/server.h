// An MCP server for one client on a line channel (stdio): reads, dispatches to the two eras, keeps track of what runs,
// cancels, and holds back what a client that does not read would pile up. What a tool does is the Host's business.
#pragma once

#include "base/random.h"
#include "mcp/host.h"
#include "net/clock.h"
#include "net/loop.h"
#include "net/stdio.h"

#include <cstddef>
#include <memory>

namespace mcp {

// R-RES-01, -02. The longest line is the channel's `max_line`; the same number serves both.
inline constexpr std::size_t max_line = std::size_t{16} << 20;

struct ServerLimits {
  std::size_t unsent = std::size_t{1} << 20;  // answers the client has not read: above, nothing new is started
  std::size_t held = std::size_t{15} << 20;   // requests that wait for that: above, nothing more is read
  // requests to the product running at the same time; further ones wait. More would only wait for their turn at the
  // tenant.
  std::size_t calls = 64;
};

// What it is given must outlive it and the calls that `finish` gave up on.
struct ServerParts {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  net::LineChannel& channel;
  Host& host;
  ServerLimits limits = {};
};

class Server {
 public:
  explicit Server(ServerParts parts);
  ~Server();

  // Serves until the input ends, nobody reads the output any more, or `stop`. When it returns, no further request is
  // taken and every running call has been told to end.
  net::Task<> serve();
  // Makes `serve` return. At any time, on the loop's thread.
  void stop();
  // Waits, `limit` at most, until the calls have ended and their answers are written.
  net::Task<> finish(net::Duration limit);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the calls that run
};

}  // namespace mcp
