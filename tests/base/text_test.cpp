#include "base/text.h"

#include <gmock/gmock.h>

namespace base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BetweenCommas, IsEachPartAsItStands) {
  EXPECT_THAT(between_commas("a, b ,,c"), ElementsAre("a", " b ", "", "c"));
  EXPECT_THAT(between_commas("a"), ElementsAre("a"));
  EXPECT_THAT(between_commas(",a"), ElementsAre("", "a"));
}

TEST(BetweenCommas, IsNothingOfAnEmptyTextOrBehindTheLastComma) {
  EXPECT_THAT(between_commas(""), IsEmpty());
  EXPECT_THAT(between_commas("a,"), ElementsAre("a"));
}

}  // namespace
}  // namespace base
