#include "base/process.h"

#include <windows.h>
// Needs windows.h before it.
#include <shellapi.h>

#include <algorithm>
#include <cwchar>
#include <memory>

#include "base/error.h"
#include "base/wide.h"

namespace base {

std::vector<std::string> arguments(int, const char* const*) {
  int count = 0;
  const std::unique_ptr<LPWSTR, decltype(&LocalFree)> words(CommandLineToArgvW(GetCommandLineW(), &count), &LocalFree);
  if (!words) throw Error(Errc::internal, "the command line cannot be read: " + windows_error(GetLastError()));
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(to_utf8(words.get()[i]));
  return all;
}

std::vector<std::string> environment() {
  const std::unique_ptr<wchar_t, decltype(&FreeEnvironmentStringsW)> block(GetEnvironmentStringsW(),
                                                                           &FreeEnvironmentStringsW);
  std::vector<std::string> all;
  for (wchar_t* entry = block.get(); entry != nullptr && *entry != L'\0'; entry += std::wcslen(entry) + 1) {
    // Windows does not tell names by case; ours are looked up as written here.
    wchar_t* const name_end = std::wcschr(entry + 1, L'=');
    if (name_end != nullptr) CharUpperBuffW(entry, static_cast<DWORD>(name_end - entry));
    all.push_back(to_utf8(entry));
  }
  return all;
}

namespace {

std::string module_path() {
  constexpr std::size_t longest = 32'768;
  std::wstring path(longest, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return to_utf8(path);
}

}  // namespace

std::string program_folder() {
  const auto path = module_path();
  return path.substr(0, std::min(path.rfind('\\'), path.size()));
}

std::string program_path(std::string_view, std::string_view) {
  return module_path();
}

std::string program_file(const std::string& name) {
  return name + ".exe";
}

namespace {

bool is_console(DWORD which) {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

}  // namespace

bool is_terminal_stderr() {
  return is_console(STD_ERROR_HANDLE);
}

bool is_terminal_stdin() {
  return is_console(STD_INPUT_HANDLE);
}

std::string runtime_folder(std::string_view xdg_runtime_dir) {
  return std::string(xdg_runtime_dir);
}

void ignore_broken_pipes() {}  // there is no such signal

void prepare_process() {
  // A fault ends the process without a window that waits for somebody.
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
}

void end_process(int exit_code) {
  // Not ExitProcess, which runs the libraries' farewells while other threads may hold their locks.
  TerminateProcess(GetCurrentProcess(), static_cast<UINT>(exit_code));
  std::abort();
}

}  // namespace base
