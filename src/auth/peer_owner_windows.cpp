// Brings the system's headers in the order that they need.
#include "auth/tcp_table_windows.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/peer_endpoint.h"
#include "auth/peer_owner.h"

namespace auth {
namespace {

using boost::asio::ip::tcp;

bool is_row_of(const MIB_TCPROW_OWNER_PID& row, const tcp::endpoint& local, const tcp::endpoint& remote) {
  const auto address = local.address().to_v4().to_bytes();
  return std::memcmp(&row.dwLocalAddr, address.data(), address.size()) == 0 &&
         ntohs(static_cast<std::uint16_t>(row.dwLocalPort)) == local.port() &&
         ntohs(static_cast<std::uint16_t>(row.dwRemotePort)) == remote.port();
}

bool is_row_of(const MIB_TCP6ROW_OWNER_PID& row, const tcp::endpoint& local, const tcp::endpoint& remote) {
  const auto address = local.address().to_v6().to_bytes();
  return std::memcmp(row.ucLocalAddr, address.data(), address.size()) == 0 &&
         ntohs(static_cast<std::uint16_t>(row.dwLocalPort)) == local.port() &&
         ntohs(static_cast<std::uint16_t>(row.dwRemotePort)) == remote.port();
}

struct Holder {
  DWORD pid = 0;  // 0 where the system names none
  bool is_open = false;
};

// Who holds the end `local` of the connection; nothing where the system does not tell.
template <typename Table>
std::optional<Holder> holder_of(ULONG family, const tcp::endpoint& local, const tcp::endpoint& remote) {
  const auto rows = read_tcp_table<Table>(family, TCP_TABLE_OWNER_PID_CONNECTIONS);
  if (!rows || rows->empty()) return std::nullopt;
  for (const auto& row : *rows) {
    if (is_row_of(row, local, remote)) return Holder{row.dwOwningPid, row.dwState == MIB_TCP_STATE_ESTAB};
  }
  return Holder{};
}

struct CloseOwnerHandle {
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using OwnerHandle = std::unique_ptr<void, CloseOwnerHandle>;

// The TOKEN_USER of a process; empty where it may not be asked.
std::vector<std::max_align_t> user_of(HANDLE process) {
  HANDLE opened = nullptr;
  if (OpenProcessToken(process, TOKEN_QUERY, &opened) == 0) return {};
  const OwnerHandle token(opened);
  DWORD size = 0;
  GetTokenInformation(token.get(), TokenUser, nullptr, 0, &size);
  std::vector<std::max_align_t> user(size / sizeof(std::max_align_t) + 1);
  if (GetTokenInformation(token.get(), TokenUser, user.data(), size, &size) == 0) return {};
  return user;
}

PSID sid_of(std::vector<std::max_align_t>& user) {
  return reinterpret_cast<TOKEN_USER*>(user.data())->User.Sid;
}

PeerOwner owner_of(const Holder& holder) {
  constexpr DWORD system_process = 4;
  // Wine names no process for the programs of the system that it runs on.
  if (holder.pid == 0) return holder.is_open ? PeerOwner::unknown : PeerOwner::other;
  if (holder.pid == system_process) return PeerOwner::ours;
  // Our own processes can always be asked this little.
  const OwnerHandle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, holder.pid));
  if (!process) return PeerOwner::other;  // it has ended, or it is another user's
  auto theirs = user_of(process.get());
  auto ours = user_of(GetCurrentProcess());
  if (theirs.empty() || ours.empty()) return PeerOwner::unknown;
  const bool is_trusted =
      EqualSid(sid_of(theirs), sid_of(ours)) != 0 || IsWellKnownSid(sid_of(theirs), WinLocalSystemSid) != 0;
  return is_trusted ? PeerOwner::ours : PeerOwner::other;
}

}  // namespace

PeerOwner peer_owner(const std::string& peer, std::uint16_t port) {
  const auto local = parse_endpoint(peer);
  if (!local) return PeerOwner::unknown;
  const tcp::endpoint remote(local->address(), port);
  const auto holder = local->address().is_v4() ? holder_of<MIB_TCPTABLE_OWNER_PID>(AF_INET, *local, remote)
                                               : holder_of<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, *local, remote);
  return holder ? owner_of(*holder) : PeerOwner::unknown;
}

}  // namespace auth
