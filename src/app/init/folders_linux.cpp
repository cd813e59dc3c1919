#include <array>

#include "app/init/clients.h"

namespace app {

UserFolders user_folders(const Environment& environment) {
  const auto home = to_path(variable(environment, "HOME"));
  const auto named = to_path(variable(environment, "XDG_CONFIG_HOME"));
  const auto config = named.is_absolute() ? named : inside(home, ".config");
  return {.home = home,
          .programs = config,
          .claude_desktop = inside(config, "Claude"),
          .goose = inside(config, "goose"),
          .zed = inside(config, "zed")};
}

std::span<const std::string_view> variables_to_pass() {
  static constexpr std::array<std::string_view, 5> names = {"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY",
                                                            "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"};
  return names;
}

}  // namespace app
