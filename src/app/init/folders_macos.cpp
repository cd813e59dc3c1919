#include "app/init/clients.h"

namespace app {

UserFolders user_folders(const Environment& environment) {
  const auto home = to_path(variable(environment, "HOME"));
  const auto programs = inside(home, "Library/Application Support");
  return {.home = home,
          .programs = programs,
          .claude_desktop = inside(programs, "Claude"),
          .goose = inside(home, ".config/goose"),
          .zed = inside(home, ".config/zed")};
}

std::span<const std::string_view> variables_to_pass() {
  return {};
}

}  // namespace app
