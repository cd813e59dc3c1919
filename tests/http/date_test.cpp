#include "http/date.h"

#include <gtest/gtest.h>

namespace http {
namespace {

constexpr std::int64_t example_s = 784'111'777;  // of RFC 9110 §5.6.7

TEST(HttpDate, IsPrintedInThePreferredForm) {
  EXPECT_EQ(http_date(example_s), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDate, IsReadInAllThreeForms) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(parse_http_date(text), example_s * 1000) << text;
  }
}

TEST(HttpDate, OtherTextIsNoDate) {
  for (const char* text : {"", "now", "1994-11-06T08:49:37Z", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994",
                           "Sun, 06 Nov 1994 08:49:37 GMT."}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace http
