// Not yet run (docs/platforms.md).
#include "net/clock.h"

namespace net {

// The steady clock of macOS goes on while the machine sleeps.
Instant SystemClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
}

}  // namespace net
