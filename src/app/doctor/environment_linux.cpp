#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/doctor/doctor.h"

namespace app {
namespace {

struct Wanted {
  std::string_view name, other;  // one of the two is enough
  std::string_view use;
  bool is_required = false;
};

constexpr std::array wanted{
    Wanted{"HOME", "", "the home folder", true},
    Wanted{"PATH", "", "to find the program that opens the browser", true},
    Wanted{"DBUS_SESSION_BUS_ADDRESS", "", "the keychain"},
    Wanted{"XDG_RUNTIME_DIR", "", "the keychain"},
    Wanted{"DISPLAY", "WAYLAND_DISPLAY", "to open the browser"},
};

bool is_set(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found != environment.end() && !found->second.empty();
}

}  // namespace

Finding check_environment(const Options& options, const Environment& environment) {
  Finding finding{.check = "environment"};
  std::vector<std::string> missing, names;
  for (const Wanted& each : wanted) {
    if (is_set(environment, each.name) || is_set(environment, each.other)) continue;
    missing.push_back(fmt::format("{}{}{} ({})", each.name, each.other.empty() ? "" : " or ", each.other, each.use));
    names.emplace_back(each.name);
    if (each.is_required) finding.verdict = Verdict::fail;
  }
  if (options.container) {
    return {.check = finding.check, .verdict = Verdict::skip, .cause = "container mode needs no desktop session"};
  }
  if (missing.empty()) {
    finding.cause = "HOME, PATH, session bus, runtime folder and display are set";
    return finding;
  }
  if (finding.verdict != Verdict::fail) finding.verdict = Verdict::warn;
  finding.cause = fmt::format("not set: {}", fmt::join(missing, ", "));
  finding.remedy = fmt::format("Add {} to `env` (Codex: `env_vars`) of the server's entry in the MCP client.",
                               fmt::join(names, ", "));
  return finding;
}

}  // namespace app
