// proc_pid_net(5): each end of a connection over loopback is a row of its own, with the user who opened the socket.
#include "auth/peer_owner.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include <fmt/core.h>
#include <unistd.h>

#include "auth/peer_endpoint.h"

namespace auth {
namespace {

namespace ip = boost::asio::ip;

// As the kernel prints it: words of 32 bits in the machine's own byte order, then the port.
template <typename Bytes>
std::string row_text(const Bytes& bytes, std::uint16_t port) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    text += fmt::format("{:08X}", word);
  }
  return fmt::format("{}:{:04X}", text, port);
}

struct TcpRow {
  std::string local, remote, state;
  uid_t user = 0;
  std::uint64_t inode = 0;
};

// False for the head of a table.
bool read_row(const std::string& line, TcpRow& row) {
  std::istringstream fields(line);
  std::string number, queues, timer, retransmits, timeout;
  fields >> number >> row.local >> row.remote >> row.state >> queues >> timer >> retransmits >> row.user >> timeout >>
      row.inode;
  return !fields.fail();
}

// In the order of what counts more.
enum class Seen { nothing, listener, ours, other };

Seen judge(const TcpRow& row) {
  if (row.inode == 0) return Seen::other;  // closed by its process: the row's user is not its own any more
  return row.user == 0 || row.user == getuid() ? Seen::ours : Seen::other;
}

Seen look_into(const char* table, const std::string& peer, const std::string& self, std::uint16_t port) {
  constexpr std::string_view listening = "0A";
  std::ifstream file(table);
  const auto port_end = fmt::format(":{:04X}", port);
  auto seen = Seen::nothing;
  std::string line;
  TcpRow row;
  while (std::getline(file, line)) {
    if (!read_row(line, row)) continue;
    if (row.local == peer && row.remote == self) return judge(row);
    if (row.state == listening && row.local.ends_with(port_end)) seen = Seen::listener;
  }
  return seen;
}

}  // namespace

PeerOwner peer_owner(const std::string& peer, std::uint16_t port) {
  const auto endpoint = parse_endpoint(peer);
  if (!endpoint) return PeerOwner::unknown;
  const auto address = endpoint->address();
  auto seen = Seen::nothing;
  const auto look = [&](const char* table, const auto& bytes) {
    const auto found = look_into(table, row_text(bytes, endpoint->port()), row_text(bytes, port), port);
    seen = std::max(seen, found);
  };
  if (address.is_v4()) {
    // A socket that can speak both families stands in the newer one's table.
    look("/proc/net/tcp", address.to_v4().to_bytes());
    look("/proc/net/tcp6", ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes());
  } else {
    look("/proc/net/tcp6", address.to_v6().to_bytes());
  }
  switch (seen) {
    case Seen::ours:
      return PeerOwner::ours;
    case Seen::nothing:
      return PeerOwner::unknown;  // no table, or one that does not even show our listener
    case Seen::listener:          // the peer has gone
    case Seen::other:
      break;
  }
  return PeerOwner::other;
}

}  // namespace auth
