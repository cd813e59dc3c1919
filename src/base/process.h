// This process as its operating system shows it: its arguments and environment in UTF-8, its place, its end. One
// source file per system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace base {

// All arguments, the program's name first. Windows has them in UTF-16 and gives main() a lossy copy.
std::vector<std::string> arguments(int argc, const char* const* argv);

// "NAME=value" each, as the system has them.
std::vector<std::string> environment();

// The folder that this program lies in; empty where the system does not tell.
std::string program_folder();
// The path of this program. `word` is what it was started with, and `path` the value of PATH: the path by which a
// person finds the program stays the same through updates, unlike the place that links lead to.
std::string program_path(std::string_view word, std::string_view path);
// The file name of a program in that folder: "aic-mcp-server.exe".
std::string program_file(const std::string& name);

bool is_terminal_stderr();
bool is_terminal_stdin();

// The folder of this user's sockets, such as the session bus: as XDG_RUNTIME_DIR tells, else where Linux keeps it, if
// that folder is there and ours; empty for none.
std::string runtime_folder(std::string_view xdg_runtime_dir);

// Who writes to a closed pipe or connection gets an error instead of a signal that ends the process.
void ignore_broken_pipes();

// For programs whose work is done on one thread, to be called first.
void prepare_process();

// Ends the process at once, without waiting for threads.
[[noreturn]] void end_process(int exit_code);

}  // namespace base
