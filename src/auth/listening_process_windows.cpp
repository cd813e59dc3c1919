// winsock2.h before the others, which would bring the old winsock.h.
#include <iphlpapi.h>
#include <windows.h>
#include <winsock2.h>
#include <ws2ipdef.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "auth/port_holder.h"
#include "base/wide.h"

namespace auth {
namespace {

template <typename Table>
std::optional<DWORD> find_listener(ULONG family, std::uint16_t port) {
  std::vector<std::max_align_t> memory(1);
  DWORD size = 0;
  // The table may grow between asking for its size and reading it.
  for (int attempt = 0; attempt < 4; ++attempt) {
    const DWORD result = GetExtendedTcpTable(memory.data(), &size, FALSE, family, TCP_TABLE_OWNER_PID_LISTENER, 0);
    if (result == ERROR_INSUFFICIENT_BUFFER) {
      memory.resize(size / sizeof(std::max_align_t) + 1);
      continue;
    }
    if (result != NO_ERROR) return std::nullopt;
    const auto* table = reinterpret_cast<const Table*>(memory.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
      const auto& row = table->table[i];
      if (ntohs(static_cast<std::uint16_t>(row.dwLocalPort)) == port) return row.dwOwningPid;
    }
    return std::nullopt;
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
