// The checks of `doctor` that look at this machine alone.
#include <algorithm>

#include <fmt/format.h>

#include "app/audit/line_file.h"
#include "app/doctor/doctor.h"
#include "app/settings.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "http/client/proxy.h"

namespace app {
namespace {

constexpr std::size_t longest_value = 300;

// As it may be shown: a proxy's URL may hold a password.
std::string shown_value(const Setting& setting, const std::string& value) {
  if (setting.kind != Setting::Kind::proxy) return base::printable(value, longest_value);
  try {
    const auto proxy = http::parse_proxy(value);
    return proxy ? base::printable(proxy->url, longest_value) : std::string();
  } catch (const base::Error&) {
    return "(not usable, not shown)";
  }
}

bool is_name_of(const Setting& setting, const std::string& name) {
  const bool any_case = setting.kind == Setting::Kind::proxy || setting.kind == Setting::Kind::hosts;
  return any_case ? base::same_ignoring_case(name, setting.name) : name == setting.name;
}

Finding::Detail detail_of(const Setting& setting, const Environment& environment) {
  const auto found = std::ranges::find_if(environment, [&](const auto& each) {
    const bool counts = !each.second.empty() || setting.kind == Setting::Kind::command;
    return counts && is_name_of(setting, each.first);
  });
  if (found != environment.end())
    return {std::string(setting.name), shown_value(setting, found->second), "environment"};
  return {std::string(setting.name), std::string(setting.otherwise.empty() ? "-" : setting.otherwise), "default"};
}

}  // namespace

Finding check_settings(const Options& options, const Environment& environment) {
  Finding finding{.check = "settings", .cause = fmt::format("for {}", options.tenant.url())};
  for (const Setting& each : settings()) {
    if (each.owner != Setting::Owner::surround) finding.details.push_back(detail_of(each, environment));
  }
  if (!options.faults.empty()) {
    finding.verdict = Verdict::fail;
    finding.cause = fmt::format("{}", fmt::join(options.faults, "; "));
    finding.remedy =
        "Correct it in the environment, or in `env` of the server's entry in the MCP client. See --help for all "
        "settings.";
  } else if (!options.warnings.empty()) {
    finding.verdict = Verdict::warn;
    finding.cause = fmt::format("{}", fmt::join(options.warnings, "; "));
    finding.remedy = "Correct or remove it.";
  }
  return finding;
}

Finding check_audit_file(const Options& options) {
  const auto& file = options.audit_file;
  Finding finding{.check = "audit"};
  if (file.empty()) {
    finding.verdict = Verdict::skip;
    finding.cause = "AIC_AUDIT_FILE is not set";
    return finding;
  }
  finding.cause = fmt::format("lines can be appended to {}", file);
  if (const auto obstacle = obstacle_to_lines(file); !obstacle.empty()) {
    finding.verdict = Verdict::fail;
    finding.cause = fmt::format("{}: {}", file, obstacle);
    finding.remedy = options.audit_required
                         ? "Set AIC_AUDIT_FILE to a file that this user can make, or to an audit log of this user: "
                           "AIC_AUDIT_REQUIRED refuses every change now."
                         : "Set AIC_AUDIT_FILE to a file that this user can make, or to an audit log of this user: "
                           "calls are not in the log now.";
  } else if (others_may_read(file)) {
    finding.verdict = Verdict::warn;
    finding.cause = fmt::format("others may read or change {}", file);
    finding.remedy = "Take the rights of group and others away: chmod 600.";
  }
  return finding;
}

Finding check_memory(const base::Hardening& granted) {
  Finding finding{.check = "memory", .cause = "token pages are locked in memory, core dumps are off"};
  if (granted.pages_locked && granted.dumps_off) return finding;
  finding.verdict = Verdict::warn;
  finding.cause = fmt::format("token pages are {}, core dumps are {}",
                              granted.pages_locked ? "locked in memory" : "not locked and may be swapped out",
                              granted.dumps_off ? "off" : "on");
  finding.remedy = granted.pages_locked ? "Turn core dumps off for this program."
                                        : "Raise the limit of locked memory (ulimit -l) to 64 kB or more.";
  return finding;
}

}  // namespace app
