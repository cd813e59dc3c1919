// The kernel's list of TCP sockets (sysctl net.inet.tcp.pcblist), which names the user of each. Written after Apple's
// headers, not yet run (docs/platforms.md).
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/tcp_var.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "auth/peer_endpoint.h"
#include "auth/peer_owner.h"

namespace auth {
namespace {

using boost::asio::ip::tcp;

std::vector<std::byte> mac_tcp_sockets() {
  constexpr const char* list = "net.inet.tcp.pcblist";
  std::size_t size = 0;
  if (sysctlbyname(list, nullptr, &size, nullptr, 0) != 0) return {};
  std::vector<std::byte> all(size + size / 8);  // it may grow before it is read
  size = all.size();
  if (sysctlbyname(list, all.data(), &size, nullptr, 0) != 0) return {};
  all.resize(size);
  return all;
}

bool mac_is_end(const xtcpcb& entry, const tcp::endpoint& local, const tcp::endpoint& remote) {
  const auto& end = entry.xt_inp;
  if (ntohs(end.inp_lport) != local.port() || ntohs(end.inp_fport) != remote.port()) return false;
  if (local.address().is_v4()) {
    const auto address = local.address().to_v4().to_bytes();
    return std::memcmp(&end.inp_laddr, address.data(), address.size()) == 0;
  }
  const auto address = local.address().to_v6().to_bytes();
  return std::memcmp(&end.in6p_laddr, address.data(), address.size()) == 0;
}

}  // namespace

PeerOwner peer_owner(const std::string& peer, std::uint16_t port) {
  const auto local = parse_endpoint(peer);
  const auto sockets = mac_tcp_sockets();
  if (!local || sockets.size() < sizeof(xinpgen)) return PeerOwner::unknown;
  const tcp::endpoint remote(local->address(), port);
  // A head, then an entry a socket, each beginning with its length; a short one is the end.
  xinpgen head{};
  std::memcpy(&head, sockets.data(), sizeof head);
  for (std::size_t at = head.xig_len; at + sizeof(xtcpcb) <= sockets.size();) {
    xtcpcb entry{};
    std::memcpy(&entry, sockets.data() + at, sizeof entry);
    if (entry.xt_len <= sizeof(xinpgen)) break;
    if (mac_is_end(entry, *local, remote)) {
      const auto user = entry.xt_socket.so_uid;
      return user == 0 || user == getuid() ? PeerOwner::ours : PeerOwner::other;
    }
    at += entry.xt_len;
  }
  return PeerOwner::unknown;
}

}  // namespace auth
