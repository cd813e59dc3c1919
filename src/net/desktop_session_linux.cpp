// systemd's manager of the person's session knows the variables that the desktop gave it (systemctl(1)).
#include "net/desktop_session.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/process.h"
#include "net/browser.h"
#include "net/spawn.h"

namespace net {
namespace {

constexpr std::array<std::string_view, 9> session_variables{
    "DISPLAY",          "WAYLAND_DISPLAY",     "XAUTHORITY",      "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
    "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "KDE_FULL_SESSION"};
constexpr std::size_t longest_answer = 256 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { shut(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void shut() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> part{};
  while (text.size() < longest_answer) {
    const auto size = read(fd, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    text.append(part.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// What systemctl prints; empty when it fails.
std::string ask_systemd(std::vector<std::string> environment) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const auto started =
      start_program({"systemctl", "--user", "show-environment"}, std::move(environment), writing.get());
  if (started.error != 0) return {};
  writing.shut();
  auto text = read_all(reading.get());
  int status = 0;
  while (waitpid(started.pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : std::string();
}

bool is_session_variable(std::string_view variable) {
  return std::ranges::find(session_variables, variable.substr(0, variable.find('='))) != session_variables.end();
}

}  // namespace

std::vector<std::string> desktop_session(const std::vector<std::string>& environment) {
  auto asked = environment;
  const auto runtime = base::runtime_folder(value_of(environment, "XDG_RUNTIME_DIR"));
  if (!runtime.empty() && value_of(environment, "XDG_RUNTIME_DIR").empty())
    asked.push_back("XDG_RUNTIME_DIR=" + runtime);
  std::vector<std::string> found;
  std::istringstream lines(ask_systemd(std::move(asked)));
  for (std::string line; std::getline(lines, line);) {
    const auto name = std::string_view(line).substr(0, line.find('='));
    const bool is_quoted = line.contains("=$'");  // systemd's escapes; such values are none of these
    if (is_session_variable(line) && !is_quoted && value_of(environment, name).empty()) found.push_back(line);
  }
  return found;
}

}  // namespace net
