#include "net/browser.h"

#include <windows.h>
// Needs windows.h before it.
#include <shellapi.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/process.h"
#include "base/wide.h"

namespace net {
namespace {

constexpr DWORD opener_time_to_fail_ms = 3'000;

// The person's own browser. Blocks for as long as the shell's extensions like.
bool open_by_shell(const std::string& url) {
  constexpr std::intptr_t greatest_error = 32;
  const auto result = ShellExecuteW(nullptr, L"open", base::to_wide(url).c_str(), nullptr, nullptr, SW_SHOWNORMAL);
  const auto code = reinterpret_cast<std::intptr_t>(result);
  if (code > greatest_error) return true;
  base::log(base::LogLevel::info, "Windows could not open the page: error {}", code);
  return false;
}

// So that CommandLineToArgvW, and the C runtime of the program, read the same word again: backslashes count only
// before a quote.
std::wstring quoted(std::string_view word) {
  std::string out = "\"";
  std::size_t backslashes = 0;
  for (const char c : word) {
    if (c == '"') out.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    out += c;
  }
  out.append(backslashes, '\\') += '"';
  return base::to_wide(out);
}

std::wstring command_line(const std::vector<std::string>& words) {
  std::wstring line;
  for (const auto& word : words) line += (line.empty() ? L"" : L" ") + quoted(word);
  return line;
}

std::wstring environment_block(const std::vector<std::string>& variables) {
  std::wstring block;
  for (const auto& variable : variables) (block += base::to_wide(variable)) += L'\0';
  return block += L'\0';
}

struct CloseProcess {
  void operator()(HANDLE process) const { CloseHandle(process); }
};
using OpenerProcess = std::unique_ptr<void, CloseProcess>;

// True when it did not fail within 3 s, for which this blocks. The opener gets no shell, no console and no handle of
// ours.
bool run_opener(const std::vector<std::string>& command, const std::vector<std::string>& variables) {
  auto line = command_line(command);
  auto block = environment_block(variables);
  STARTUPINFOW how{};
  how.cb = sizeof how;
  PROCESS_INFORMATION started{};
  constexpr DWORD flags = DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT;
  if (CreateProcessW(nullptr, line.data(), nullptr, nullptr, FALSE, flags, block.data(), nullptr, &how, &started) ==
      0) {
    base::log(base::LogLevel::info, "the browser opener {} was not started: {}", command[0],
              base::windows_error(GetLastError()));
    return false;
  }
  if (started.hThread != nullptr) CloseHandle(started.hThread);
  const OpenerProcess process(started.hProcess);
  // Of Linux' programs Wine tells no more than that they were started.
  if (!process || WaitForSingleObject(process.get(), opener_time_to_fail_ms) == WAIT_TIMEOUT) return true;
  DWORD exit_code = 1;
  if (GetExitCodeProcess(process.get(), &exit_code) != 0 && exit_code == 0) return true;
  base::log(base::LogLevel::info, "the browser opener {} failed", command[0]);
  return false;
}

class SystemBrowser final : public Browser {
 public:
  SystemBrowser(Loop& loop, Clock& clock, BrowserOptions options)
      : loop_(loop),
        clock_(clock),
        command_(std::move(options.command)),
        environment_(options.environment ? *options.environment : base::environment()) {
    leave_secrets_out(environment_, options.own_settings);
  }

  Task<bool> open(std::string url) override {
    if (!command_) co_return co_await run([url] { return open_by_shell(url); });
    for (auto& command : browser_commands(*command_, url)) {
      auto job = [words = std::move(command), variables = environment_] { return run_opener(words, variables); };
      if (co_await run(std::move(job))) co_return true;
    }
    co_return false;
  }

 private:
  // An opener that has not come back by then shows something.
  Task<bool> run(std::function<bool()> opener) {
    constexpr Duration limit{10'000};
    const auto opened = co_await loop_.offload(clock_, limit, std::move(opener));
    co_return opened.value_or(true);
  }

  Loop& loop_;
  Clock& clock_;
  std::optional<std::string> command_;
  std::vector<std::string> environment_;
};

}  // namespace

std::string first_opener(const BrowserOptions& options) {
  if (!options.command) return "ShellExecute";
  for (const auto& command : browser_commands(*options.command, "https://example.com")) {
    const auto name = base::to_wide(command[0]);
    if (SearchPathW(nullptr, name.c_str(), L".exe", 0, nullptr, nullptr) != 0) return command[0];
  }
  return {};
}

std::unique_ptr<Browser> system_browser(Loop& loop, Clock& clock, BrowserOptions options) {
  return std::make_unique<SystemBrowser>(loop, clock, std::move(options));
}

}  // namespace net
