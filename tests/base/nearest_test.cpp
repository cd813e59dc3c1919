#include "base/nearest.h"

#include <gmock/gmock.h>

namespace base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> types = {"alpha_user", "bravo_user", "alpha_role", "alpha_group"};

TEST(Nearest, GivesNothingForAWordThatResemblesNone) {
  EXPECT_EQ(nearest("quantum", types), "");
  EXPECT_EQ(nearest("", types), "");
  EXPECT_EQ(nearest("alpha_user", {}), "");
}

TEST(Nearest, DoesNotCompareWordsOfAbsurdLength) {
  EXPECT_EQ(nearest(std::string(100'000, 'a'), types), "");
}

TEST(Nearest, FindsTheNameWithTheFewestTypingErrors) {
  EXPECT_EQ(nearest("alpha_usr", types), "alpha_user");
  EXPECT_EQ(nearest("bravo_users", types), "bravo_user");
  EXPECT_EQ(nearest("alhpa_role", types), "alpha_role");
}

TEST(Nearest, CountsALettersCaseLittle) {
  const std::vector<std::string> names = {"OBJECT", "objectData", "objectType"};
  EXPECT_EQ(nearest("object_type", names), "objectType");
  EXPECT_EQ(nearest("OBJECTTYPE", names), "objectType");
}

TEST(Nearest, TakesAPartForTheWhole) {
  EXPECT_THAT(nearest_names("user", types, 5), ElementsAre("alpha_user", "bravo_user"));
}

TEST(Nearest, GivesNoMoreNamesThanAskedFor) {
  EXPECT_THAT(nearest_names("alpha_use", types, 1), ElementsAre("alpha_user"));
  EXPECT_THAT(nearest_names("alpha_use", types, 0), IsEmpty());
}

}  // namespace
}  // namespace base
