#include "aic/pointer.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace aic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Pointer, RefusesATildeThatIsNoEscape) {
  for (const auto* text : {"/a~", "/a~2", "/~~0", "~"}) EXPECT_THROW(Pointer::parse(text), base::Error) << text;
}

TEST(Pointer, RefusesEmptyNames) {
  for (const auto* text : {"//", "/a//b", "/a/", "a/", "//a"}) EXPECT_THROW(Pointer::parse(text), base::Error) << text;
}

TEST(Pointer, AddsTheMissingSlash) {
  EXPECT_EQ(Pointer::parse("schema/title").str(), "/schema/title");
  EXPECT_EQ(Pointer::parse("/schema/title").str(), "/schema/title");
}

TEST(Pointer, DecodesAndEncodesEscapes) {
  const auto pointer = Pointer::parse("/a~1b/c~0d/~01");
  EXPECT_THAT(pointer.tokens(), ElementsAre("a/b", "c~d", "~1"));
  EXPECT_EQ(pointer.str(), "/a~1b/c~0d/~01");
}

TEST(Pointer, KnowsTheRootInBothSpellings) {
  EXPECT_TRUE(Pointer::parse("").is_root());
  EXPECT_TRUE(Pointer::parse("/").is_root());
  EXPECT_FALSE(Pointer::parse("/a").is_root());
}

TEST(Pointer, ContainsWhatLiesBelowByWholeNames) {
  EXPECT_TRUE(Pointer::parse("/a").contains(Pointer::parse("/a/b")));
  EXPECT_TRUE(Pointer::parse("/a").contains(Pointer::parse("/a")));
  EXPECT_TRUE(Pointer().contains(Pointer::parse("/a")));
  EXPECT_FALSE(Pointer::parse("/a").contains(Pointer::parse("/ab")));
  EXPECT_FALSE(Pointer::parse("/a/b").contains(Pointer::parse("/a")));
}

TEST(Pointer, FindsMembersAndListEntries) {
  const auto document = base::parse_json(R"({"a":[{"b":1},{"b":2}],"__proto__":3})");
  EXPECT_EQ(*find(document, Pointer::parse("/a/1/b")), 2);
  EXPECT_EQ(*find(document, Pointer::parse("/__proto__")), 3);
  EXPECT_EQ(find(document, Pointer::parse("/a/2")), nullptr);
  EXPECT_EQ(find(document, Pointer::parse("/a/-")), nullptr);
  EXPECT_EQ(find(document, Pointer::parse("/a/1x")), nullptr);
  EXPECT_EQ(find(document, Pointer::parse("/constructor")), nullptr);
  EXPECT_EQ(find(document, Pointer::parse("/a/0/b/c")), nullptr);
}

TEST(Revision, RefusesWhatCannotBeAHeader) {
  for (const auto* text : {"", "\"\"", "*", "\"*\"", "\"", "W/", "W/\"*\"", "W/*", "a b", "a\r\nX: y", "ä", "a\x7f"})
    EXPECT_NE(revision_violation(text), "") << text;
  EXPECT_NE(revision_violation(std::string(257, 'a')), "");
}

TEST(Revision, TakesTheQuotesOfAnETagOff) {
  EXPECT_EQ(revision_violation("\"f906-1\""), "");
  EXPECT_EQ(bare_revision("\"f906-1\""), "f906-1");
  EXPECT_EQ(bare_revision("W/\"f906-1\""), "f906-1");
  EXPECT_EQ(bare_revision("f906-1"), "f906-1");
  EXPECT_EQ(revision_violation(std::string(256, 'a')), "");
}

}  // namespace
}  // namespace aic
