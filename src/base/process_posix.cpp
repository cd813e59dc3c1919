#include <unistd.h>

#include <algorithm>
#include <csignal>
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

std::string program_file(const std::string& name) {
  return name;
}

std::string program_path(std::string_view word, std::string_view path) {
  std::error_code error;
  if (word.contains('/')) return std::filesystem::absolute(word, error).lexically_normal().string();
  while (!path.empty()) {
    const auto folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    const auto candidate = std::filesystem::path(folder) / word;
    if (candidate.is_absolute() && access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  const auto folder = program_folder();
  return folder.empty() ? std::string(word) : folder + "/" + std::string(word);
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
