#include "net/clock.h"

#include <ctime>

namespace net {

// Linux' steady clock stands still while the machine sleeps, those of the other systems do not.
Instant SystemClock::now() const {
  timespec time{};
  if (clock_gettime(CLOCK_BOOTTIME, &time) != 0)
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
  const auto since_boot = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  return Instant(std::chrono::duration_cast<Duration>(since_boot));
}

}  // namespace net
