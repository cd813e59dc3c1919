#include "app/approval/line_diff.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace app {
namespace {

// "-b +x  a": each line with its mark, "~3" for skipped ones.
std::string shown(std::string_view before, std::string_view after, std::size_t context = 3) {
  std::string text;
  for (const auto& line : line_diff(before, after, context)) {
    switch (line.kind) {
      case DiffLine::Kind::same:
        text += " =";
        break;
      case DiffLine::Kind::removed:
        text += " -";
        break;
      case DiffLine::Kind::added:
        text += " +";
        break;
      case DiffLine::Kind::skipped:
        text += " ~" + std::to_string(line.skipped);
    }
    text += line.text;
  }
  return text;
}

TEST(LineDiff, ShowsWhatIsRemovedAndAddedWithTheLinesAround) {
  EXPECT_EQ(shown("a\nb\nc", "a\nx\nc"), " =a -b +x =c");
  EXPECT_EQ(shown("a\nb", "a\nb\nc"), " =a =b +c");
  EXPECT_EQ(shown("a\nb\nc", "c"), " -a -b =c");
  EXPECT_EQ(shown("one", "two"), " -one +two");
}

TEST(LineDiff, FindsWhatStaysBetweenChanges) {
  EXPECT_EQ(shown("a\nb\nc\nd\ne", "b\nc\nx\ne\nf"), " -a =b =c -d +x =e +f");
}

TEST(LineDiff, LeavesOutEqualLinesFarFromAnyChange) {
  EXPECT_EQ(shown("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\nx", 1), " ~4 =5 -6 +x");
  EXPECT_EQ(shown("x\n2\n3\n4\n5\ny", "a\n2\n3\n4\n5\nb", 1), " -x +a =2 ~2 =5 -y +b");
}

TEST(LineDiff, ShowsLongTextsWithoutLongWork) {
  std::string before, after;
  for (int i = 0; i < 20'000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const auto lines = line_diff(before, after);
  EXPECT_EQ(lines.size(), 40'001U);
  EXPECT_EQ(lines.front(), (DiffLine{.kind = DiffLine::Kind::removed, .text = "a0"}));
}

}  // namespace
}  // namespace app
