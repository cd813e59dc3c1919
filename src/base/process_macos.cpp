// Not yet run (docs/platforms.md).
#include <mach-o/dyld.h>

#include <cstdint>
#include <filesystem>

#include "base/process.h"

namespace base {

std::string program_folder() {
  std::uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
  std::error_code error;
  return std::filesystem::canonical(path.c_str(), error).parent_path().string();
}

std::string runtime_folder(std::string_view xdg_runtime_dir) {
  return std::string(xdg_runtime_dir);
}

void prepare_process() {
  ignore_broken_pipes();
}

}  // namespace base
