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

TEST(Iso8601, CutsFractions) {
  EXPECT_EQ(iso8601(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso8601(1769847330999), "2026-01-31T08:15:30Z");
  EXPECT_EQ(iso8601(951782400000), "2000-02-29T00:00:00Z");
}

}  // namespace
}  // namespace net
