// Tells this user's processes only.
#include <arpa/inet.h>

#include <array>
#include <string>

#include <fmt/core.h>

#include "auth/port_holder.h"
#include "auth/sockets_macos.h"

namespace auth {

std::string listening_process(std::uint16_t port) {
  for (const auto& [pid, tcp] : own_tcp_sockets()) {
    if (tcp.tcpsi_state != TSI_S_LISTEN || ntohs(static_cast<std::uint16_t>(tcp.tcpsi_ini.insi_lport)) != port)
      continue;
    std::array<char, 2 * MAXCOMLEN + 1> name{};
    if (proc_name(pid, name.data(), name.size()) <= 0) return fmt::format("pid {}", pid);
    return fmt::format("{} (pid {})", name.data(), pid);
  }
  return {};
}

}  // namespace auth
