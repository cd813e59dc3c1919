// Brings the system's headers in the order that they need.
#include "auth/tcp_table_windows.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "auth/port_holder.h"
#include "base/wide.h"

namespace auth {
namespace {

template <typename Table>
std::optional<DWORD> find_listener(ULONG family, std::uint16_t port) {
  const auto rows = read_tcp_table<Table>(family, TCP_TABLE_OWNER_PID_LISTENER);
  if (!rows) return std::nullopt;
  for (const auto& row : *rows) {
    if (ntohs(static_cast<std::uint16_t>(row.dwLocalPort)) == port) return row.dwOwningPid;
  }
  return std::nullopt;
}

std::string program_name(DWORD pid) {
  const std::unique_ptr<void, decltype(&CloseHandle)> process(
      OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid), &CloseHandle);
  if (!process) return {};
  std::wstring path(32'768, L'\0');
  auto size = static_cast<DWORD>(path.size());
  if (QueryFullProcessImageNameW(process.get(), 0, path.data(), &size) == 0) return {};
  path.resize(size);
  return base::to_utf8(path.substr(path.rfind(L'\\') + 1));
}

}  // namespace

std::string listening_process(std::uint16_t port) {
  auto pid = find_listener<MIB_TCPTABLE_OWNER_PID>(AF_INET, port);
  if (!pid) pid = find_listener<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, port);
  if (!pid) return {};
  const auto name = program_name(*pid);
  return name.empty() ? fmt::format("process {}", *pid) : fmt::format("{} (pid {})", name, *pid);
}

}  // namespace auth
