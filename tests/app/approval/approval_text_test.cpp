#include "app/approval/approval_text.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/approval/page.h"
#include "tools/kit/trim.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Question question_of(Json differences) {
  Question question{.tool = "patchManagedObject",
                    .title = "Patch object",
                    .person = "Jane",
                    .tenant = "t.example.com",
                    .fingerprint = "f00d"};
  question.steps.push_back({.what = "Changes the object u1 of type alpha_user.",
                            .method = "PATCH",
                            .target = "/openidm/managed/alpha_user/u1",
                            .differences = std::move(differences)});
  return question;
}

std::string text_of(Json differences) {
  return approval_text(question_of(std::move(differences))).value_or("too large");
}

TEST(ApprovalText, ShowsEveryDifference) {
  EXPECT_EQ(text_of({{{"path", "/mail"}, {"before", "a@x.example"}, {"after", "b@x.example"}},
                     {{"path", "/manager"}, {"before", {{"_ref", "managed/alpha_user/u2"}}}},
                     {{"path", "/password"}, {"note", "(secret) changed"}},
                     {{"path", "/age"}, {"after", 5}}}),
            "Let the assistant run patchManagedObject (Patch object) on t.example.com, as Jane?\n"
            "\nChanges the object u1 of type alpha_user. (PATCH /openidm/managed/alpha_user/u1)"
            "\n/mail:"
            "\n- a@x.example"
            "\n+ b@x.example"
            "\n/manager:"
            "\n- {\"_ref\":\"managed/alpha_user/u2\"}"
            "\n/password:"
            "\n  (secret) changed"
            "\n/age:"
            "\n+ 5"
            "\n");
}

TEST(ApprovalText, KeepsANameInItsLine) {
  const auto text = text_of({{{"path", "/a\nNote: this was reviewed\u202e"}, {"after", "x"}}});

  EXPECT_THAT(text, AllOf(HasSubstr("\n/a Note: this was reviewed"), Not(HasSubstr("\nNote:")), HasSubstr("202e")));
}

TEST(ApprovalText, IsNoneForALineWhoseEndNobodyWouldSee) {
  EXPECT_EQ(text_of({{{"path", "/script"}, {"after", std::string(50'000, 'x') + "evil();"}}}), "too large");
}

TEST(ApprovalText, IsNoneForWhatNobodyCouldLookThrough) {
  Json differences = Json::array();
  for (int i = 0; i < 3'000; ++i) differences.push_back({{"path", "/f" + std::to_string(i)}, {"after", "x"}});

  EXPECT_EQ(text_of(differences), "too large");
}

TEST(ApprovalText, ShowsWhatIsMeantNotToBeSeen) {
  EXPECT_THAT(text_of({{{"path", "/x"}, {"after", "a\u202eb\u200bc"}}}), HasSubstr(R"(+ a\u{202e}b\u{200b}c)"));
}

TEST(ApprovalPage, IsSafeAgainstTextOfOthers) {
  auto question = question_of({{{"path", "/<b>"}, {"before", "<script>x</script>"}, {"after", "\u202e\"><img>"}}});
  question.person = "<i>Jane</i>";
  question.steps[0].what = "{{body}}<u>";

  const auto page = question_page(question, {.answer = "/p/answer", .download = "/p/changes.json", .token = "t0ken"});

  for (const char* raw : {"<script>", "<img>", "<i>", "<u>", "/<b>", "\u202e"}) EXPECT_THAT(page, Not(HasSubstr(raw)));
  EXPECT_THAT(page, AllOf(HasSubstr("&lt;script&gt;x&lt;/script&gt;"), HasSubstr("value=\"t0ken\""),
                          HasSubstr("action=\"/p/answer\"")));
}

TEST(ApprovalPage, SumsUpWhatIsTooMuchAndOffersAllOfItForDownloading) {
  Json differences = Json::array();
  for (int i = 0; i < 250; ++i) differences.push_back({{"path", "/f" + std::to_string(i)}, {"after", "x"}});

  const auto page = question_page(question_of(differences), {.download = "/p/changes.json"});

  EXPECT_THAT(page, AllOf(HasSubstr("250 changes"), HasSubstr("50 more changes are in the download"),
                          HasSubstr("/f199<"), Not(HasSubstr("/f200<")), HasSubstr("href=\"/p/changes.json\"")));
  EXPECT_EQ(to_json(question_of(differences))["requests"][0]["changes"].size(), 250U);
}

TEST(ApprovalPage, OffersToAllowTheSameToolOnlyWhereNothingIsDestroyed) {
  auto question = question_of(Json::array());
  EXPECT_THAT(question_page(question, {}), HasSubstr("for 15 minutes"));
  question.is_destructive = true;
  EXPECT_THAT(question_page(question, {}), Not(HasSubstr("for 15 minutes")));
}

}  // namespace
}  // namespace app
