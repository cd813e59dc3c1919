#include "base/process.h"

#include <filesystem>

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

namespace base {

std::string program_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string runtime_folder(std::string_view xdg_runtime_dir) {
  if (!xdg_runtime_dir.empty()) return std::string(xdg_runtime_dir);
  auto usual = "/run/user/" + std::to_string(getuid());
  struct stat found{};
  const bool is_ours = lstat(usual.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == getuid();
  return is_ours ? usual : std::string();
}

void prepare_process() {
  // A heap for each of our few threads would cost megabytes and gain nothing: one thread does nearly all the work.
  mallopt(M_ARENA_MAX, 1);
  ignore_broken_pipes();
}

}  // namespace base
