#include "base/surrogates.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Surrogates, WholePairsAndOtherEscapesStay) {
  EXPECT_FALSE(replace_lone_surrogates(R"(["\ud83d\ude00","\\ud83d","\u00e9\n","\u12"])"));
}

TEST(Surrogates, HalvesBecomeTheReplacementCharacter) {
  const auto repair = replace_lone_surrogates(R"(["\ude00 \ud83d","\ud83d\ud83d\ude00","\\\uDBFF"])");

  ASSERT_TRUE(repair);
  EXPECT_EQ(repair->text, R"(["\ufffd \ufffd","\ufffd\ud83d\ude00","\\\ufffd"])");
  EXPECT_EQ(repair->count, 4u);
  EXPECT_EQ(repair->escape, R"(\ude00)");
  EXPECT_EQ(repair->position, 2u);
}

TEST(Surrogates, TextsThatEndWithinAnEscapeAreReadToTheirEnd) {
  EXPECT_FALSE(replace_lone_surrogates(R"("\ud8)"));
  EXPECT_EQ(replace_lone_surrogates(R"("\ud83d\)")->text, R"("\ufffd\)");
}

}  // namespace
}  // namespace base
