#include "net/clock.h"

#include <gtest/gtest.h>

#include <ctime>

namespace net {
namespace {

TEST(Clock, CountsFromTheBootOfTheMachine) {
  timespec boot{};
  clock_gettime(CLOCK_BOOTTIME, &boot);

  const auto now = SystemClock().now().time_since_epoch();

  EXPECT_NEAR(static_cast<double>(now.count()), static_cast<double>(boot.tv_sec) * 1000.0, 2000.0);
}

}  // namespace
}  // namespace net
