// Not yet run (docs/platforms.md).
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "app/hardening.h"

namespace app {
namespace {

std::string mac_lock_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return "unknown";
  if (limit.rlim_cur == RLIM_INFINITY) return "none";
  return fmt::format("{} KiB", static_cast<std::uint64_t>(limit.rlim_cur) / 1024);
}

bool mac_core_dumps_off() {
  rlimit limit{};
  return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0;
}

}  // namespace

// macOS has neither capabilities nor a counterpart to no_new_privs, its root file system is never ours to write, and it
// does not tell a process whether PT_DENY_ATTACH holds for it: what was granted is all that is known.
std::string confinement_report(const base::Hardening& granted) {
  const auto user = geteuid();
  return fmt::format("core dumps {}, debuggers {}, token pages {} (limit {}), user {}",
                     mac_core_dumps_off() ? "off" : "ON", granted.dumps_off ? "refused" : "MAY ATTACH",
                     granted.pages_locked ? "locked in memory" : "NOT LOCKED, may be swapped out", mac_lock_limit(),
                     user == 0 ? std::string("0 (root)") : fmt::format("{}", user));
}

}  // namespace app
