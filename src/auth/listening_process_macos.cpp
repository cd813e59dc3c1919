// libproc(3) tells of the processes of our own user; for root, of all. Not yet run (docs/platforms.md).
#include <arpa/inet.h>
#include <libproc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "auth/port_holder.h"

namespace auth {
namespace {

// Both lists may grow between asking for their size and reading them.
constexpr std::size_t mac_growth = 64;

std::vector<pid_t> mac_processes() {
  const int expected = proc_listallpids(nullptr, 0);
  if (expected <= 0) return {};
  std::vector<pid_t> all(static_cast<std::size_t>(expected) + mac_growth);
  const int count = proc_listallpids(all.data(), static_cast<int>(all.size() * sizeof(pid_t)));
  all.resize(static_cast<std::size_t>(std::clamp(count, 0, static_cast<int>(all.size()))));
  return all;
}

// Sizes are in bytes here. A process that is not ours has no descriptors to show.
std::vector<proc_fdinfo> mac_descriptors(pid_t pid) {
  const int expected = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, nullptr, 0);
  if (expected <= 0) return {};
  std::vector<proc_fdinfo> all(static_cast<std::size_t>(expected) / sizeof(proc_fdinfo) + mac_growth);
  const int size =
      proc_pidinfo(pid, PROC_PIDLISTFDS, 0, all.data(), static_cast<int>(all.size() * sizeof(proc_fdinfo)));
  all.resize(std::min(all.size(), static_cast<std::size_t>(std::max(size, 0)) / sizeof(proc_fdinfo)));
  return all;
}

bool mac_listens(pid_t pid, const proc_fdinfo& descriptor, std::uint16_t port) {
  if (descriptor.proc_fdtype != PROX_FDTYPE_SOCKET) return false;
  socket_fdinfo found{};
  constexpr int size = sizeof found;
  if (proc_pidfdinfo(pid, descriptor.proc_fd, PROC_PIDFDSOCKETINFO, &found, size) != size) return false;
  if (found.psi.soi_kind != SOCKINFO_TCP) return false;
  const auto& tcp = found.psi.soi_proto.pri_tcp;
  return tcp.tcpsi_state == TSI_S_LISTEN && ntohs(static_cast<std::uint16_t>(tcp.tcpsi_ini.insi_lport)) == port;
}

std::string mac_program_name(pid_t pid) {
  std::array<char, 256> name{};
  const int size = proc_name(pid, name.data(), static_cast<std::uint32_t>(name.size()));
  return {name.data(), static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(name.size())))};
}

}  // namespace

std::string listening_process(std::uint16_t port) {
  for (const pid_t pid : mac_processes()) {
    const auto descriptors = mac_descriptors(pid);
    if (std::ranges::none_of(descriptors, [&](const auto& each) { return mac_listens(pid, each, port); })) continue;
    const auto name = mac_program_name(pid);
    return name.empty() ? fmt::format("process {}", pid) : fmt::format("{} (pid {})", name, pid);
  }
  return {};
}

}  // namespace auth
