// The list of changes keeps to its limits (R-UND-01).
#include "aic/journal.h"

#include <gtest/gtest.h>

namespace aic {
namespace {

Change change_of(std::size_t size) {
  Change change{.tool = "setVariable"};
  change.documents.push_back({.path = "/x", .before = Json(), .after = Json(std::string(size, 'x'))});
  return change;
}

TEST(Journal, KeepsTheNewestTwoHundred) {
  Journal journal;
  for (int i = 0; i < 250; ++i) journal.add(change_of(10));

  EXPECT_EQ(journal.changes().size(), Journal::most_changes);
  EXPECT_EQ(journal.last(), 250u);
  EXPECT_EQ(journal.find(50), nullptr);
  ASSERT_NE(journal.find(51), nullptr);
  EXPECT_EQ(journal.find(51)->number, 51u);
  EXPECT_EQ(journal.changes().back().number, 250u);
}

TEST(Journal, KeepsToItsMemory) {
  Journal journal;
  constexpr std::size_t large = 10 * 1024 * 1024;
  for (int i = 0; i < 5; ++i) {
    journal.add(change_of(large));
    EXPECT_LE(journal.bytes(), Journal::most_bytes);
  }

  EXPECT_EQ(journal.changes().size(), 3u);
  EXPECT_EQ(journal.changes().front().number, 3u);
}

TEST(Journal, KeepsAChangeThatIsTooLargeWithoutItsDocuments) {
  Journal journal;
  journal.add(change_of(10));
  journal.add(change_of(Journal::most_bytes + 1));

  ASSERT_EQ(journal.changes().size(), 2u);
  const auto* large = journal.find(2);
  EXPECT_TRUE(large->is_too_large);
  EXPECT_FALSE(large->documents[0].after);
}

TEST(Journal, MarksWhatIsUndone) {
  Journal journal;
  journal.add(change_of(1));
  auto undo = change_of(1);
  undo.undoes = 1;
  journal.add(undo);
  EXPECT_EQ(journal.find(1)->undone_by, 2u);

  auto again = change_of(1);
  again.undoes = 2;
  journal.add(again);
  EXPECT_EQ(journal.find(2)->undone_by, 3u);
  EXPECT_EQ(journal.find(1)->undone_by, 0u);
}

}  // namespace
}  // namespace aic
