#include "app/hardening.h"

#include <array>
#include <bit>
#include <string_view>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

namespace app {
namespace {

// libc has no call for it, and libcap would be a library for two words.
std::uint64_t hardening_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> words{};
  if (syscall(SYS_capget, &header, words.data()) != 0) return ~std::uint64_t{0};
  return words[0].effective | std::uint64_t{words[1].effective} << 32U;
}

std::optional<std::uint64_t> hardening_limit(__rlimit_resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return 0;
  if (limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

bool hardening_root_read_only() {
  struct statvfs root{};
  return statvfs("/", &root) == 0 && (root.f_flag & ST_RDONLY) != 0;
}

}  // namespace

Confinement read_confinement(const base::Hardening& granted) {
  Confinement found;
  found.core_dumps_off = hardening_limit(RLIMIT_CORE) == 0;
  found.dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
  found.pages_locked = granted.pages_locked;
  found.lock_limit = hardening_limit(RLIMIT_MEMLOCK);
  found.root_read_only = hardening_root_read_only();
  found.no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  found.capabilities = hardening_capabilities();
  found.user = geteuid();
  return found;
}

std::string describe(const Confinement& confinement) {
  const auto& [dumps_off, dumpable, locked, limit, read_only, no_new, capabilities, user] = confinement;
  return fmt::format(
      "core dumps {}, {}, token pages {} (limit {}), root file system {}, new privileges {}, {}, user {}",
      dumps_off ? "off" : "ON", dumpable ? "DUMPABLE" : "not dumpable",
      locked ? "locked in memory" : "NOT LOCKED, may be swapped out",
      limit ? fmt::format("{} KiB", *limit / 1024) : std::string("none"), read_only ? "read-only" : "writable",
      no_new ? "impossible" : "possible",
      capabilities == 0 ? std::string("no capabilities") : fmt::format("{} capabilities", std::popcount(capabilities)),
      user == 0 ? std::string("0 (root)") : fmt::format("{}", user));
}

std::string confinement_report(const base::Hardening& granted) {
  return describe(read_confinement(granted));
}

}  // namespace app
