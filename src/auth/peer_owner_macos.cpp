// What can be seen are this user's sockets, so a peer that is not among them is somebody else's, or closed.
#include "auth/peer_owner.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "auth/peer_endpoint.h"
#include "auth/sockets_macos.h"

namespace auth {
namespace {

using boost::asio::ip::tcp;

std::uint16_t host_port(int network_port) {
  return ntohs(static_cast<std::uint16_t>(network_port));
}

bool is_local_address(const in_sockinfo& ends, const boost::asio::ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return std::memcmp(&ends.insi_laddr.ina_46.i46a_addr4, bytes.data(), bytes.size()) == 0;
  }
  const auto bytes = address.to_v6().to_bytes();
  return std::memcmp(&ends.insi_laddr.ina_6, bytes.data(), bytes.size()) == 0;
}

}  // namespace

PeerOwner peer_owner(const std::string& peer, std::uint16_t port) {
  const auto endpoint = parse_endpoint(peer);
  if (!endpoint) return PeerOwner::unknown;
  const auto sockets = own_tcp_sockets();
  const auto is_peer = [&](const ProcessSocket& socket) {
    const auto& ends = socket.tcp.tcpsi_ini;
    return host_port(ends.insi_lport) == endpoint->port() && host_port(ends.insi_fport) == port &&
           is_local_address(ends, endpoint->address());
  };
  if (std::ranges::any_of(sockets, is_peer)) return PeerOwner::ours;
  // A list that does not even show our listener tells nothing.
  const auto is_our_listener = [&](const ProcessSocket& socket) {
    return socket.tcp.tcpsi_state == TSI_S_LISTEN && host_port(socket.tcp.tcpsi_ini.insi_lport) == port;
  };
  return std::ranges::any_of(sockets, is_our_listener) ? PeerOwner::other : PeerOwner::unknown;
}

}  // namespace auth
