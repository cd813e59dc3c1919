#include "net/browser.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "net/desktop_session.h"
#include "net/spawn.h"

namespace net {
namespace {

namespace asio = boost::asio;

constexpr Duration time_to_fail{3'000};

using Environment = std::vector<std::string>;

bool is_set(const Environment& environment, std::string_view name) {
  return !value_of(environment, name).empty();
}

bool has_screen(const Environment& environment) {
#ifdef __APPLE__
  static_cast<void>(environment);
  return true;
#else
  return is_set(environment, "DISPLAY") || is_set(environment, "WAYLAND_DISPLAY") ||
         is_set(environment, "WSL_DISTRO_NAME");
#endif
}

// The system's openers, likeliest first; none where there is no screen to open a page on.
std::string default_openers(const Environment& environment) {
#ifdef __APPLE__
  static_cast<void>(environment);
  return "/usr/bin/open";
#else
  if (is_set(environment, "WSL_DISTRO_NAME")) return "wslview:xdg-open";
  return has_screen(environment) ? "xdg-open" : "";
#endif
}

// A started opener, until its end is known.
struct Opener {
  explicit Opener(Loop& loop) : child_signals(loop.context(), SIGCHLD), ended(loop.executor()) {}

  asio::signal_set child_signals;  // watched before the start, so that no end is missed
  pid_t pid = 0;
  int status = 0;
  Condition ended;
};

// Collects the exit status however long the opener runs, so that no zombie stays.
Task<> reap(std::shared_ptr<Opener> opener) {
  while (true) {
    const pid_t result = ::waitpid(opener->pid, &opener->status, WNOHANG);
    if (result == opener->pid || (result < 0 && errno != EINTR)) break;
    if (result == 0) co_await opener->child_signals.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  opener->child_signals.cancel();
  opener->ended.set();
}

class SystemBrowser final : public Browser {
 public:
  SystemBrowser(Loop& loop, Clock& clock, BrowserOptions options)
      : loop_(loop),
        clock_(clock),
        command_(std::move(options.command)),
        environment_(options.environment ? *options.environment : base::environment()) {
    leave_secrets_out(environment_, options.own_settings);
    leave_bundle(environment_);
  }

  Task<bool> open(std::string url) override {
    if (command_ && command_->empty()) co_return false;
    co_await find_screen();
    const auto openers = command_ ? *command_ : default_openers(environment_);
    bool was_killed = false;
    for (auto& command : browser_commands(openers, url)) {
      if (co_await run(std::move(command), was_killed)) co_return true;
    }
    if (was_killed) throw base::Error(base::Errc::not_available, "the program that opens the browser was killed");
    co_return false;
  }

 private:
  // Clients that pass few variables on leave out where the person's screen is (R-CLI-07).
  Task<> find_screen() {
    constexpr Duration limit{2'000};
    if (has_screen(environment_)) co_return;
    const auto found = co_await loop_.offload(clock_, limit, [known = environment_] { return desktop_session(known); });
    if (found) environment_.insert(environment_.end(), found->begin(), found->end());
  }

  Task<bool> run(std::vector<std::string> command, bool& was_killed) {
    auto opener = std::make_shared<Opener>(loop_);
    const std::string name = command[0];
    const auto started = start_program(std::move(command), environment_);
    if (started.error != 0) {
      base::log(base::LogLevel::info, "the browser opener {} was not started: {}", name, std::strerror(started.error));
      co_return false;
    }
    opener->pid = started.pid;
    loop_.spawn(reap(opener), {});

    const bool has_ended = co_await loop_.within(clock_, time_to_fail, opener->ended.wait());
    if (!has_ended) co_return true;
    const bool is_success = WIFEXITED(opener->status) && WEXITSTATUS(opener->status) == 0;
    if (!is_success) base::log(base::LogLevel::info, "the browser opener {} failed", name);
    if (WIFSIGNALED(opener->status)) was_killed = true;
    co_return is_success;
  }

  Loop& loop_;
  Clock& clock_;
  std::optional<std::string> command_;
  Environment environment_;
};

bool is_program(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// As the program is looked for at its start.
bool is_found(const std::string& name, std::string_view path) {
  if (name.contains('/')) return is_program(name);
  while (!path.empty()) {
    const auto folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    if (is_program((folder.empty() ? "." : std::string(folder)) + "/" + name)) return true;
  }
  return false;
}

}  // namespace

std::string first_opener(const BrowserOptions& options) {
  auto environment = options.environment ? *options.environment : base::environment();
  if (!options.command && !has_screen(environment)) {
    const auto session = desktop_session(environment);
    environment.insert(environment.end(), session.begin(), session.end());
  }
  const auto openers = options.command ? *options.command : default_openers(environment);
  for (const auto& command : browser_commands(openers, "https://example.com")) {
    if (is_found(command[0], value_of(environment, "PATH"))) return command[0];
  }
  return {};
}

std::unique_ptr<Browser> system_browser(Loop& loop, Clock& clock, BrowserOptions options) {
  return std::make_unique<SystemBrowser>(loop, clock, std::move(options));
}

}  // namespace net
