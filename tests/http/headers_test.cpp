#include "http/http.h"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(HeaderCount, CountsInAnySpelling) {
  const Headers headers{{"Origin", "https://a.example"}, {"ORIGIN", "https://b.example"}, {"Accept", "*/*"}};
  EXPECT_EQ(header_count(headers, "origin"), 2U);
  EXPECT_EQ(header_count(headers, "Accept"), 1U);
  EXPECT_EQ(header_count(headers, "Host"), 0U);
}

TEST(HostOf, IsTheOneHost) {
  EXPECT_EQ(host_of({{"HOST", "localhost:3000"}}), "localhost:3000");
}

TEST(HostOf, IsNothingWhereNoneOrTwoAreGiven) {
  EXPECT_EQ(host_of({}), std::nullopt);
  EXPECT_EQ(host_of({{"Host", "localhost"}, {"host", "localhost"}}), std::nullopt);
}

}  // namespace
}  // namespace http
