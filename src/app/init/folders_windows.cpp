#include "app/init/clients.h"

namespace app {
namespace {

// Claude Desktop installed as a package (MSIX) reads what lies in the package's own folder instead of %APPDATA%.
std::filesystem::path packaged_claude(const Environment& environment) {
  const auto packages = inside(to_path(variable(environment, "LOCALAPPDATA")), "Packages");
  std::error_code error;
  for (const auto& each : std::filesystem::directory_iterator(packages, error)) {
    if (!to_text(each.path().filename()).starts_with("Claude_")) continue;
    const auto folder = each.path() / "LocalCache" / "Roaming" / "Claude";
    if (std::filesystem::is_directory(folder, error)) return folder;
  }
  return {};
}

}  // namespace

UserFolders user_folders(const Environment& environment) {
  const auto programs = to_path(variable(environment, "APPDATA"));
  const auto packaged = packaged_claude(environment);
  return {.home = to_path(variable(environment, "USERPROFILE")),
          .programs = programs,
          .claude_desktop = packaged.empty() ? inside(programs, "Claude") : packaged,
          .goose = inside(programs, "Block/goose/config"),
          .zed = inside(programs, "Zed")};
}

std::span<const std::string_view> variables_to_pass() {
  return {};
}

}  // namespace app
