#include <unistd.h>

#include <csignal>

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

std::string program_file(const std::string& name) {
  return name;
}

bool is_terminal_stderr() {
  return isatty(STDERR_FILENO) == 1;
}

bool is_terminal_stdin() {
  return isatty(STDIN_FILENO) == 1;
}

void ignore_broken_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

void end_process(int exit_code) {
  _exit(exit_code);
}

}  // namespace base
