#include "base/time.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Time, IsPrintedInUtc) {
  EXPECT_EQ(iso8601(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso8601(1769847330999), "2026-01-31T08:15:30Z");
  EXPECT_EQ(iso8601(951782400000), "2000-02-29T00:00:00Z");
  EXPECT_EQ(iso8601_ms(1500), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(iso8601_ms(-1), "1969-12-31T23:59:59.999Z");
}

TEST(Time, IsReadInTheFormsThatTenantsAndPeopleWrite) {
  EXPECT_EQ(parse_iso8601("1970-01-02"), 86'400'000);
  EXPECT_EQ(parse_iso8601("1970-01-01T00:01Z"), 60'000);
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:01.5Z"), 1500);
  EXPECT_EQ(parse_iso8601("1970-01-01T02:00:00.123456789+02:00"), 123);
  EXPECT_EQ(parse_iso8601("1969-12-31T19:00:00-0500"), 0);
  EXPECT_EQ(parse_iso8601("0000-01-01T00:00:00Z"), -62'167'219'200'000);
}

TEST(Time, OtherTextIsNoTime) {
  for (const char* bad :
       {"", "1970", "1970-13-01", "1970-02-30", "1970-01-01T", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00Zx", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z",
        "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z", "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00+1:00", "-970-01-01T00:00:00Z", "1970-1-01T00:00:00Z", "+970-01-01"}) {
    EXPECT_FALSE(parse_iso8601(bad)) << bad;
  }
}

}  // namespace
}  // namespace base
