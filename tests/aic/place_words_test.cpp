#include "aic/place_words.h"

#include <array>

#include <gmock/gmock.h>

#include "aic/places.h"

namespace aic {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(NamesIn, AreWhatTheBlanksStandFor) {
  EXPECT_THAT(names_in("/a/Sign%20in/b/x", "/a/{}/b/{}"), Optional(ElementsAre("Sign in", "x")));
  EXPECT_THAT(names_in("/a/b", "/a/b"), Optional(ElementsAre()));
  EXPECT_THAT(names_in("/a/b/c%2Fd/e", "/a/{*}"), Optional(ElementsAre("b/c/d/e")));
}

TEST(NamesIn, AreNothingForAPathOfAnotherForm) {
  for (const char* path : {"/a", "/a/b/c/d", "/b/x/c", "/a/x/d", ""})
    EXPECT_EQ(names_in(path, "/a/{}/c"), std::nullopt);
  EXPECT_EQ(names_in("/a", "/a/{*}"), std::nullopt);
}

TEST(NamesIn, KnowVersionsFromIds) {
  EXPECT_THAT(names_in("/nodes/2.0", "/nodes/{version}"), Optional(ElementsAre("2.0")));
  for (const char* path : {"/nodes/2", "/nodes/v2.0", "/nodes/"})
    EXPECT_EQ(names_in(path, "/nodes/{version}"), std::nullopt) << path;
}

TEST(WordsFor, AreThoseOfTheFirstPlaceThatFits) {
  constexpr std::array places{PlaceWords{"/a/{}/{}", "{1} in {0}"}, PlaceWords{"/a/{*}", "all of {0}"}};
  EXPECT_EQ(words_for("/a/x/y", places), "y in x");
  EXPECT_EQ(words_for("/a/x/y/z", places), "all of x/y/z");
  EXPECT_EQ(words_for("/b", places), std::nullopt);
}

TEST(WordsFor, ShowsNamesInOneLineAndNotWhole) {
  constexpr std::array places{PlaceWords{"/a/{}", "{0}"}};
  EXPECT_EQ(words_for("/a/one%0Atwo", places), "one two");
  EXPECT_EQ(words_for("/a/" + std::string(101, 'x'), places), std::string(100, 'x') + "…");
}

TEST(NameOfPlace, IsThePathItselfWhereNothingIsKnownOfIt) {
  EXPECT_EQ(name_of_place("/am/json/alpha/scripts/s1"), "the script s1 in alpha");
  EXPECT_EQ(name_of_place("/elsewhere/s1"), "/elsewhere/s1");
}

}  // namespace
}  // namespace aic
