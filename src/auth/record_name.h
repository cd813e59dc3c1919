// The account name of a login token's record, "<tenant>#<run id>": it says which process owns the record, so that
// later processes can tell the records of dead ones without reading a value (R-TOK-02, -05).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace auth {

// A process among all those that may share a keychain. Empty or 0 where the system does not tell.
struct ProcessMark {
  std::string machine;        // see mark_of
  std::string boot;           // the same of the boot's id
  std::string pid_namespace;  // its inode number
  std::uint64_t pid = 0;
  std::uint64_t started = 0;  // in ticks since boot (Windows: since 1601); tells a reused pid
};

struct RecordName {
  std::string tenant;
  std::string random;  // 16 hex digits
  std::int64_t created_unix_s = 0;
  ProcessMark process;
};

// 16 hex digits that stand for an id, which itself is confidential (machine-id(5)); empty for an empty one.
std::string mark_of(std::string_view id);

RecordName make_record_name(std::string tenant, ProcessMark self, std::int64_t now_unix_s, base::Random& random);
std::string print_record_name(const RecordName& name);
// Nothing for accounts that this program did not write.
std::optional<RecordName> parse_record_name(std::string_view account);

// When the process with that id started, or nothing when there is none.
using ProcessStart = std::function<std::optional<std::uint64_t>(std::uint64_t pid)>;

// True when the record's process surely lives no longer, seen from the process `self`; for other machines and PID
// namespaces, when the record is older than a day.
bool is_dead(const RecordName& record, const ProcessMark& self, std::int64_t now_unix_s,
             const ProcessStart& process_start);

// This process and its neighbours, as the system tells. One source file per system.
ProcessMark this_process();
std::optional<std::uint64_t> process_start(std::uint64_t pid);

}  // namespace auth
