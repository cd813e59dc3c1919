#include "app/confirmation_text.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/catalog.h"
#include "tools/kit/trim.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const base::Origin tenant{.host = "t.example.com"};

std::string text_of(std::string_view tool, const Json& arguments, std::string_view subject = {}) {
  return confirmation_text(*tools::find_tool(tool), arguments, subject, tenant).value_or("too large");
}

TEST(ConfirmationText, ShowsEveryOperationWithItsFieldAndValue) {
  EXPECT_EQ(text_of("patchManagedObject", base::parse_json(R"({"objectType":"alpha_user","objectId":"u1","revision":"3",
                      "operations":[{"operation":"replace","field":"/mail","value":"eve@evil.example"},
                                    {"operation":"replace","field":"/password","value":"hunter2-hunter2"},
                                    {"operation":"remove","field":"/manager"}]})")),
            "Let the assistant run patchManagedObject (Patch object) on t.example.com?\n"
            "\nobjectType: \"alpha_user\""
            "\nobjectId: \"u1\""
            "\nrevision: \"3\""
            "\noperations: ["
            "\n{\"operation\":\"replace\",\"field\":\"/mail\",\"value\":\"eve@evil.example\"},"
            "\n{\"operation\":\"replace\",\"field\":\"/password\",\"value\":\"[redacted]\"},"
            "\n{\"operation\":\"remove\",\"field\":\"/manager\"}"
            "\n]");
}

TEST(ConfirmationText, ShowsAnAddressWhole) {
  EXPECT_THAT(
      text_of("updateOidcApp",
              {{"realm", "alpha"}, {"oauth2Client", {{"redirectUris", {"https://good.example@evil.example/cb"}}}}}),
      HasSubstr(R"("https://good.example@evil.example/cb")"));
}

TEST(ConfirmationText, ShowsTheBeginningAndTheEndOfALongText) {
  const std::string script = "begin();" + std::string(50'000, 'x') + "end();";

  const auto text = text_of("updateScript", {{"scriptId", "s1"}, {"script", script}});

  EXPECT_THAT(text, AllOf(HasSubstr(R"(script: "begin();xxx)"), HasSubstr("xxx…[46024 characters hidden]…xxx"),
                          EndsWith(R"(xxxend();")")));
}

TEST(ConfirmationText, ShortensAllLinesAlikeBeforeAnyIsLost) {
  Json operations = Json::array();
  for (int i = 0; i < 60; ++i) {
    operations.push_back(
        {{"operation", "replace"}, {"field", "/f" + std::to_string(i)}, {"value", std::string(900, 'v')}});
  }

  const auto text = text_of("patchManagedObject", {{"operations", operations}});

  for (int i = 0; i < 60; ++i) EXPECT_THAT(text, HasSubstr("\"/f" + std::to_string(i) + "\""));
  EXPECT_LE(tools::characters(text), 30'000U);
}

TEST(ConfirmationText, IsNoneForWhatNobodyCouldLookThrough) {
  Json operations = Json::array();
  for (int i = 0; i < 1'000; ++i) operations.push_back({{"operation", "remove"}, {"field", "/f" + std::to_string(i)}});

  EXPECT_EQ(text_of("patchManagedObject", {{"operations", operations}}), "too large");
}

TEST(ConfirmationText, ShowsWhatIsMeantNotToBeSeen) {
  EXPECT_THAT(text_of("deleteVariable", {{"variableId", "a\u202eb\u200bc\u2066d\ufeffe\u0085f\U000E0041"}}),
              EndsWith(R"(variableId: "a\u{202e}b\u{200b}c\u{2066}d\u{feff}e\u{85}f\u{e0041}")"));
  EXPECT_THAT(text_of("deleteVariable", {{"variableId", "äß€😀"}}), EndsWith("äß€😀\""));
}

TEST(ConfirmationText, SaysWhatItIsAbout) {
  EXPECT_THAT(
      text_of("deleteScript", {{"scriptId", "s1"}}, "name \"Login\""),
      AllOf(StartsWith("Let the assistant run deleteScript"), HasSubstr("\nIt affects name \"Login\".\nscriptId")));
}

}  // namespace
}  // namespace app
