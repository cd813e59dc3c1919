// What macOS says of this process and its neighbours. Not yet run (docs/platforms.md).
#include <sys/sysctl.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include <array>
#include <cstring>
#include <ctime>
#include <string>

#include "auth/record_name.h"
#include "base/encoding.h"

namespace auth {
namespace {

// gethostuuid(2) may wait for the id at most that long; it is there since the start of the system.
std::string hardware_id() {
  uuid_t id{};
  const timespec limit{.tv_sec = 1, .tv_nsec = 0};
  if (gethostuuid(id, &limit) != 0) return {};
  return base::hex({reinterpret_cast<const char*>(id), sizeof id});
}

std::string boot_session() {
  std::array<char, 64> text{};
  std::size_t size = text.size();
  if (sysctlbyname("kern.bootsessionuuid", text.data(), &size, nullptr, 0) != 0) return {};
  return text.data();
}

}  // namespace

// macOS has no PID namespaces.
ProcessMark this_process() {
  const auto pid = static_cast<std::uint64_t>(getpid());
  return {.machine = mark_of(hardware_id()),
          .boot = mark_of(boot_session()),
          .pid_namespace = "0",
          .pid = pid,
          .started = process_start(pid).value_or(0)};
}

// In microseconds since 1970. A process that has ended and was not yet waited for counts as ended.
std::optional<std::uint64_t> process_start(std::uint64_t pid) {
  std::array<int, 4> name{CTL_KERN, KERN_PROC, KERN_PROC_PID, static_cast<int>(pid)};
  kinfo_proc found{};
  std::size_t size = sizeof found;
  if (sysctl(name.data(), static_cast<u_int>(name.size()), &found, &size, nullptr, 0) != 0) return 0;
  if (size == 0 || found.kp_proc.p_stat == SZOMB) return std::nullopt;
  const auto& started = found.kp_proc.p_starttime;
  constexpr std::uint64_t microseconds = 1'000'000;
  return static_cast<std::uint64_t>(started.tv_sec) * microseconds + static_cast<std::uint64_t>(started.tv_usec);
}

}  // namespace auth
