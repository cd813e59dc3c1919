// Compiled against libSystem's headers, not yet run (docs/platforms.md).
#include "auth/sockets_macos.h"

#include <unistd.h>

#include <cstddef>

namespace auth {
namespace {

constexpr std::size_t grows_meanwhile = 64;  // entries that may be added between two calls

// All entries that `list(buffer, bytes)` tells: bytes without a buffer, then the entries. None where it fails.
template <typename Entry, typename List>
std::vector<Entry> listed(const List& list) {
  const int bytes = list(nullptr, 0);
  if (bytes <= 0) return {};
  std::vector<Entry> entries(static_cast<std::size_t>(bytes) / sizeof(Entry) + grows_meanwhile);
  const int filled = list(entries.data(), static_cast<int>(entries.size() * sizeof(Entry)));
  entries.resize(filled <= 0 ? 0 : static_cast<std::size_t>(filled) / sizeof(Entry));
  return entries;
}

void add_sockets(int pid, std::vector<ProcessSocket>& sockets) {
  const auto open = listed<proc_fdinfo>(
      [pid](void* buffer, int bytes) { return proc_pidinfo(pid, PROC_PIDLISTFDS, 0, buffer, bytes); });
  for (const auto& file : open) {
    if (file.proc_fdtype != PROX_FDTYPE_SOCKET) continue;
    socket_fdinfo found{};
    const int bytes = proc_pidfdinfo(pid, file.proc_fd, PROC_PIDFDSOCKETINFO, &found, sizeof found);
    if (bytes == static_cast<int>(sizeof found) && found.psi.soi_kind == SOCKINFO_TCP)
      sockets.push_back({.pid = pid, .tcp = found.psi.soi_proto.pri_tcp});
  }
}

}  // namespace

std::vector<ProcessSocket> own_tcp_sockets() {
  std::vector<ProcessSocket> sockets;
  const auto pids =
      listed<pid_t>([](void* buffer, int bytes) { return proc_listpids(PROC_UID_ONLY, getuid(), buffer, bytes); });
  for (const pid_t pid : pids) {
    if (pid > 0) add_sockets(pid, sockets);
  }
  return sockets;
}

}  // namespace auth
