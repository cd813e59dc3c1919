#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <fmt/core.h>

#include "auth/port_holder.h"

namespace auth {
namespace {

namespace fs = std::filesystem;

// proc_pid_net(5): address in hexadecimal, state 0A = listening, field 10 = inode.
void collect_inodes(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, skipped, inode;
    fields >> number >> local >> remote >> state;
    for (int field = 5; field < 10; ++field) fields >> skipped;
    fields >> inode;
    if (state == "0A" && local.ends_with(fmt::format(":{:04X}", port))) inodes.insert(inode);
  }
}

bool holds_socket(const fs::path& process, const std::set<std::string>& inodes) {
  std::error_code error;
  for (fs::directory_iterator each(process / "fd", error), end; !error && each != end; each.increment(error)) {
    std::error_code unreadable;
    const auto link = fs::read_symlink(each->path(), unreadable).string();
    if (!link.starts_with("socket:[")) continue;
    if (inodes.contains(link.substr(8, link.size() - 9))) return true;
  }
  return false;
}

}  // namespace

std::string listening_process(std::uint16_t port) {
  std::set<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) collect_inodes(table, port, inodes);
  if (inodes.empty()) return {};
  std::error_code error;
  for (fs::directory_iterator each("/proc", error), end; !error && each != end; each.increment(error)) {
    const auto pid = each->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos || !holds_socket(each->path(), inodes)) continue;
    std::ifstream comm(each->path() / "comm");
    std::string name;
    std::getline(comm, name);
    return fmt::format("{} (pid {})", name, pid);
  }
  return {};
}

}  // namespace auth
