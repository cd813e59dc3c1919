#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "net/spawn_files.h"

namespace net {
namespace {

// The descriptors of this process are below this number.
int end_of_descriptors() {
  // A new descriptor gets the lowest free number. Between this look and the start of the child other threads may open
  // some more, but not as many as this.
  constexpr int opened_since = 1024;
  int highest = 0;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", failure), last; !failure && entry != last;
       entry.increment(failure)) {
    const auto name = entry->path().filename().string();
    int number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    highest = std::max(highest, number);
  }
  // posix_spawn fails for a number that this process cannot have.
  const long possible = ::sysconf(_SC_OPEN_MAX);
  const int end = highest + opened_since;
  return possible < 0 ? end : static_cast<int>(std::min<long>(end, possible));
}

}  // namespace

short leave_no_files_open(posix_spawn_file_actions_t& actions) {
  // In the child, on its own copy of our table: no other thread can open one after that. It is no failure if there is
  // none of that number. posix_spawn_file_actions_addclosefrom_np needs glibc 2.34.
  for (int number = STDERR_FILENO + 1, end = end_of_descriptors(); number < end; ++number) {
    posix_spawn_file_actions_addclose(&actions, number);
  }
  return 0;
}

}  // namespace net
