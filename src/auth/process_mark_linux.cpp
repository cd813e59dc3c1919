// What /proc says of this process and its neighbours.
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "auth/record_name.h"
#include "base/text.h"

namespace auth {
namespace {

std::string read_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// proc_pid_stat(5): the start time is field 22. The name, field 2, is in parentheses and may hold anything.
std::uint64_t start_time(const std::string& stat) {
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream rest(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) rest >> skipped;
  std::uint64_t started = 0;
  rest >> started;
  return started;
}

// "pid:[4026531836]" → "4026531836"
std::string namespace_number() {
  std::error_code error;
  const auto link = std::filesystem::read_symlink("/proc/self/ns/pid", error).string();
  std::string digits;
  for (const char c : link) {
    if (base::is_digit(c)) digits += c;
  }
  return digits;
}

}  // namespace

ProcessMark this_process() {
  const auto stat = read_line("/proc/self/stat");
  std::uint64_t pid = 0;
  std::istringstream(stat) >> pid;
  return {.machine = mark_of(read_line("/etc/machine-id")),
          .boot = mark_of(read_line("/proc/sys/kernel/random/boot_id")),
          .pid_namespace = namespace_number(),
          .pid = pid,
          .started = start_time(stat)};
}

std::optional<std::uint64_t> process_start(std::uint64_t pid) {
  const auto stat = read_line("/proc/" + std::to_string(pid) + "/stat");
  if (!stat.empty()) return start_time(stat);
  // Mounted with hidepid, /proc shows no process that is closed to its own user, as ours are.
  const bool exists = kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
  return exists ? std::optional<std::uint64_t>(0) : std::nullopt;
}

}  // namespace auth
