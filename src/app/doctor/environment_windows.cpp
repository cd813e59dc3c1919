#include <array>
#include <string_view>

#include "app/doctor/environment.h"

namespace app {

Finding check_environment(const Options& options, const Environment& environment) {
  constexpr std::array<std::string_view, 5> wanted{"USERPROFILE", "APPDATA", "LOCALAPPDATA", "SystemRoot", "PATH"};
  return check_variables(options, environment, wanted);
}

}  // namespace app
