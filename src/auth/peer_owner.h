// Which user of this machine is at the other end of a connection over loopback (R-PKC-23).
#pragma once

#include <cstdint>
#include <string>

namespace auth {

// Root counts as ours: relays into virtual machines run as root, and from root nothing can be kept anyway.
enum class PeerOwner { ours, other, unknown };

// `peer` is the other end as http::ServerRequest names it ("127.0.0.1:41234", "[::1]:41234"), `port` our own at this
// end. A peer that has closed its socket already counts as another's: nobody can tell whose it was, and a browser
// waits for its answer. One source file per system.
PeerOwner peer_owner(const std::string& peer, std::uint16_t port);

}  // namespace auth
