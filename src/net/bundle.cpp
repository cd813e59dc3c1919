// The folders of AppImages and Snaps, as their launchers name them to the programs in them.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/browser.h"

namespace net {
namespace {

using Environment = std::vector<std::string>;

bool lies_in(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return !folder.empty() && path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

class Bundle {
 public:
  explicit Bundle(const Environment& environment) {
    constexpr std::array names{"APPDIR", "SNAP", "SNAP_USER_DATA", "SNAP_USER_COMMON", "SNAP_DATA", "SNAP_COMMON"};
    for (const auto* name : names) add(value_of(environment, name));
    for (const auto* name : {"HOME", "SNAP_REAL_HOME"}) {
      const auto home = value_of(environment, name);
      if (!home.empty()) add(std::string(home) + "/snap");
    }
  }

  bool holds(std::string_view path) const {
    return is_of_snap(path) || path.starts_with("/tmp/.mount_") ||  // where AppImages are mounted
           std::ranges::any_of(folders_, [&](const auto& folder) { return lies_in(path, folder); });
  }

 private:
  // "/snap/code/155/usr/lib"; the launchers in /snap/bin are the person's own.
  static bool is_of_snap(std::string_view path) { return path.starts_with("/snap/") && !lies_in(path, "/snap/bin"); }
  void add(std::string_view folder) {
    if (folder.starts_with('/') && folder != "/") folders_.emplace_back(folder);
  }

  std::vector<std::string> folders_;
};

// The list without the bundle's entries.
std::string without(std::string_view list, char separator, const Bundle& bundle) {
  std::string kept;
  bool is_first = true;
  while (true) {
    const auto end = std::min(list.find(separator), list.size());
    const auto entry = list.substr(0, end);
    if (!bundle.holds(entry)) {
      if (!std::exchange(is_first, false)) kept += separator;
      kept += entry;
    }
    if (end == list.size()) return kept;
    list.remove_prefix(end + 1);
  }
}

// Where the person is, not where something is looked for.
bool is_place_of_person(std::string_view name) {
  return name == "HOME" || name == "PWD" || name == "OLDPWD" || name == "SNAP_REAL_HOME";
}

}  // namespace

std::string_view value_of(const Environment& environment, std::string_view name) {
  for (const std::string_view each : environment) {
    if (each.size() > name.size() && each.starts_with(name) && each[name.size()] == '=')
      return each.substr(name.size() + 1);
  }
  return {};
}

void leave_bundle(Environment& environment) {
  const Bundle bundle(environment);
  std::erase_if(environment, [&](std::string& variable) {
    const auto equals = variable.find('=');
    if (equals == std::string::npos) return false;
    const auto name = std::string_view(variable).substr(0, equals);
    const auto value = std::string_view(variable).substr(equals + 1);
    if (is_place_of_person(name)) return false;
    const char separator = name == "LD_PRELOAD" && !value.contains(':') ? ' ' : ':';
    auto kept = without(value, separator, bundle);
    if (kept.size() == value.size()) return false;
    variable = std::string(name) + "=" + kept;
    return kept.empty();
  });
}

}  // namespace net
