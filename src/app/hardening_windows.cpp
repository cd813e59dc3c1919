#include <fmt/format.h>

#include "app/hardening.h"

namespace app {

// Windows has no counterpart to a process that its own user's debuggers cannot open.
std::string confinement_report(const base::Hardening& granted) {
  return fmt::format("heap in crash reports {}, token pages {}", granted.dumps_off ? "off" : "as the system is set",
                     granted.pages_locked ? "locked in memory" : "NOT LOCKED, may be swapped out");
}

}  // namespace app
