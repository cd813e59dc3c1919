#include "app/offer.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/catalog.h"

namespace app {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Options offering(std::vector<std::string> names, bool read_only = false) {
  Options options;
  options.tools = std::move(names);
  options.read_only = read_only;
  return options;
}

std::vector<std::string> names_of(const std::vector<const tools::Tool*>& offered) {
  std::vector<std::string> names;
  for (const tools::Tool* tool : offered) names.emplace_back(tool->name);
  return names;
}

std::vector<std::string> offered(std::vector<std::string> names, bool read_only = false) {
  return names_of(offered_tools(offering(std::move(names), read_only)));
}

std::vector<std::string> family(std::string_view name) {
  std::vector<std::string> names;
  const auto found = std::ranges::find(tools::families(), name, &tools::Family::name);
  for (const auto* tool : found->tools) names.emplace_back(tool->name);
  return names;
}

std::string refusal(const std::vector<std::string>& names) {
  return fault_of_names(names);
}

TEST(OfferedTools, RefuseANameThatIsNeitherToolNorFamily) {
  EXPECT_THAT(refusal({"nonsense"}), AllOf(HasSubstr("AIC_TOOLS contains 'nonsense'"), Not(HasSubstr("did you mean"))));
  EXPECT_THAT(refusal({"cors", "getManagedObjct"}), HasSubstr("'getManagedObjct'"));
  EXPECT_THAT(refusal({"getManagedObjct"}), HasSubstr("did you mean getManagedObject?"));
  EXPECT_THAT(refusal({"journey"}), HasSubstr("did you mean journeys?"));
  EXPECT_EQ(refusal({"no\nsense"}).find('\n'), std::string::npos);
}

TEST(OfferedTools, RefuseANameInOtherLetters) {
  EXPECT_THAT(refusal({"CORS"}), HasSubstr("did you mean cors?"));
  EXPECT_THAT(refusal({"getmanagedobject"}), HasSubstr("did you mean getManagedObject?"));
}

TEST(OfferedTools, AreAllWithoutSettings) {
  EXPECT_EQ(offered_tools({}).size(), tools::catalog().size());
}

TEST(OfferedTools, AreOnlyThoseThatReadWhenNothingMayChange) {
  const auto some = offered_tools(offering({}, true));

  const auto changes_nothing = [](const tools::Tool* tool) { return tool->hints.read_only || tool->name == "signOut"; };
  EXPECT_TRUE(std::ranges::all_of(some, changes_nothing));
  EXPECT_EQ(static_cast<std::ptrdiff_t>(some.size()), std::ranges::count_if(tools::catalog(), changes_nothing));
  EXPECT_THAT(names_of(some), AllOf(Contains("getManagedObject"), Not(Contains("createManagedObject")),
                                    Not(Contains("deleteManagedObject"))));
}

TEST(OfferedTools, AreThoseThatAreNamedInTheOrderOfTheCatalogue) {
  EXPECT_THAT(offered({"deleteCorsPolicy", "getManagedObject", "getManagedObject"}),
              ElementsAre("getManagedObject", "deleteCorsPolicy"));
}

TEST(OfferedTools, AreThoseOfANamedFamily) {
  ASSERT_THAT(family("cors"), Not(IsEmpty()));
  EXPECT_THAT(offered({"cors"}), ElementsAreArray(family("cors")));
}

TEST(OfferedTools, AreThoseOfFamiliesAndSingleOnesTogether) {
  auto expected = family("cors");
  expected.insert(expected.begin(), "getManagedObject");

  EXPECT_THAT(offered({"cors", "getManagedObject", "listCorsPolicies"}), ElementsAreArray(expected));
}

TEST(OfferedTools, MeetBothSettings) {
  EXPECT_THAT(offered({"deleteCorsPolicy", "getCorsPolicy"}, true), ElementsAre("getCorsPolicy"));
  EXPECT_THAT(offered({"deleteCorsPolicy"}, true), IsEmpty());
}

// R-OFF-01
TEST(OfferedTools, AreThoseOfNamesWithoutThoseThatAreTakenAway) {
  EXPECT_THAT(offered({"-deleteCorsPolicy", "cors"}),
              AllOf(Contains("getCorsPolicy"), Not(Contains("deleteCorsPolicy")), Not(Contains("getTheme"))));
  EXPECT_THAT(offered({"-cors"}), AllOf(Contains("getTheme"), Not(Contains("getCorsPolicy"))));
  EXPECT_THAT(offered({"default", "-cors"}), AllOf(Contains("getTheme"), Not(Contains("getCorsPolicy"))));
  EXPECT_EQ(offered({"all"}).size(), tools::catalog().size());
  EXPECT_THAT(refusal({"default", "all", "-cors", "-getTheme"}), IsEmpty());
  EXPECT_THAT(refusal({"-themez"}), HasSubstr("did you mean themes?"));
}

TEST(OfferedTools, LeaveOutFamiliesThatTheInstructionsName) {
  EXPECT_THAT(families_left_out(offered_tools(offering({"-cors", "-themes"}))), ElementsAre("themes", "cors"));
  EXPECT_THAT(families_left_out(offered_tools({})), IsEmpty());
}

// The sign-in is not the tenant's data.
TEST(OfferedTools, LetAPersonSignOutWhereNothingMayChange) {
  EXPECT_THAT(offered({}, true), AllOf(Contains("signOut"), Contains("whoAmI")));
}

TEST(LeftOutBy, NamesEverySettingThatKeepsAToolBack) {
  const tools::Tool& deletion = *tools::find_tool("deleteCorsPolicy");

  EXPECT_THAT(left_out_by(deletion, {}), IsEmpty());
  EXPECT_THAT(left_out_by(deletion, offering({"cors"})), IsEmpty());
  EXPECT_THAT(left_out_by(deletion, offering({"cors"}, true)), ElementsAre("AIC_READ_ONLY"));
  EXPECT_THAT(left_out_by(deletion, offering({"logs"})), ElementsAre("AIC_TOOLS"));
  EXPECT_THAT(left_out_by(deletion, offering({"logs"}, true)), ElementsAre("AIC_READ_ONLY", "AIC_TOOLS"));
}

}  // namespace
}  // namespace app
