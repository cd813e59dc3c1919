// Not yet run (docs/platforms.md).
#include <mach-o/dyld.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>

#include "base/process.h"

extern char** environ;  // POSIX: the program declares it

namespace base {

std::vector<std::string> arguments(int argc, const char* const* argv) {
  return {argv, argv + argc};
}

std::vector<std::string> environment() {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) all.emplace_back(*each);
  return all;
}

std::string program_folder() {
  std::uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
  std::error_code error;
  return std::filesystem::canonical(path.c_str(), error).parent_path().string();
}

std::string program_file(const std::string& name) {
  return name;
}

bool is_terminal_stderr() {
  return isatty(STDERR_FILENO) == 1;
}

std::string runtime_folder(std::string_view xdg_runtime_dir) {
  return std::string(xdg_runtime_dir);
}

bool is_terminal_stdin() {
  return isatty(STDIN_FILENO) == 1;
}

void ignore_broken_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

void prepare_process() {
  ignore_broken_pipes();
}

void release_code_pages() {}  // macOS takes such pages back by itself and has no call for it

void end_process(int exit_code) {
  _exit(exit_code);
}

}  // namespace base
