// Time, as an interface, so that tests can turn the hands.
#pragma once

#include <chrono>
#include <cstdint>

#include "net/task.h"

namespace net {

using Duration = std::chrono::milliseconds;
// Time since the machine's boot, sleep included (CLOCK_BOOTTIME): for expiry and limits.
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  // Milliseconds since 1970-01-01T00:00:00Z: for records and for times shown to people.
  virtual std::int64_t unix_ms() const = 0;
  // Returns when the time is over or throws when cancelled. May be late after the machine slept: compare now().
  virtual Task<> sleep(Duration duration) = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  std::int64_t unix_ms() const override;
  Task<> sleep(Duration duration) override;
};

}  // namespace net
