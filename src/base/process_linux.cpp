#include "base/process.h"

#include <csignal>
#include <filesystem>

#include <malloc.h>
#include <unistd.h>

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
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string program_file(const std::string& name) {
  return name;
}

bool is_terminal_stderr() {
  return isatty(STDERR_FILENO) == 1;
}

void ignore_broken_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

void prepare_process() {
  // A heap for each of our few threads would cost megabytes and gain nothing: one thread does nearly all the work.
  mallopt(M_ARENA_MAX, 1);
  ignore_broken_pipes();
}

void end_process(int exit_code) {
  _exit(exit_code);
}

}  // namespace base
