// The table of TCP connections and listeners that Windows keeps, with the process of each.
#pragma once

// winsock2.h before the others, which would bring the old winsock.h.
#include <winsock2.h>
// Needs winsock2.h before it.
#include <iphlpapi.h>
#include <windows.h>
#include <ws2ipdef.h>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

namespace auth {

// The rows of one family (AF_INET or AF_INET6) and one kind of table; nothing where the system does not tell.
// `Table` is MIB_TCPTABLE_OWNER_PID or MIB_TCP6TABLE_OWNER_PID.
template <typename Table>
auto read_tcp_table(ULONG family, TCP_TABLE_CLASS kind) {
  using Row = std::remove_reference_t<decltype(Table::table[0])>;
  std::optional<std::vector<Row>> rows;
  std::vector<std::max_align_t> memory(1);
  DWORD size = 0;
  // The table may grow between asking for its size and reading it.
  for (int attempt = 0; attempt < 4; ++attempt) {
    const DWORD result = GetExtendedTcpTable(memory.data(), &size, FALSE, family, kind, 0);
    if (result == ERROR_INSUFFICIENT_BUFFER) {
      memory.resize(size / sizeof(std::max_align_t) + 1);
      continue;
    }
    if (result != NO_ERROR) break;
    const auto* table = reinterpret_cast<const Table*>(memory.data());
    rows.emplace(table->table, table->table + table->dwNumEntries);
    break;
  }
  return rows;
}

}  // namespace auth
