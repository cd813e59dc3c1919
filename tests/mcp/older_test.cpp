// What a client of an older revision gets instead of what it does not know.
#include "mcp/older.h"

#include "support/mcp/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

using testing::HasSubstr;

const Json sound = {{"type", "audio"}, {"data", "AAAA"}, {"mimeType", "audio/wav"}};
const Json link = {{"type", "resource_link"},
                   {"uri", "memo:1"},
                   {"name", "one"},
                   {"description", "the first"},
                   {"annotations", {{"audience", {"user"}}}}};
const Json words = {{"type", "text"}, {"text", "hello"}};
const Json picture = {{"type", "image"}, {"data", "AAAA"}, {"mimeType", "image/png"}};

TEST(Older, ContentIsGivenInWordsWhereItsKindIsUnknown) {
  const Json all = Json::array({sound, link, words, picture});

  const Json first = content_in("2024-11-05", all);
  EXPECT_EQ(first[0]["type"], "text");
  EXPECT_THAT(first[0]["text"].get<std::string>(), HasSubstr("audio/wav"));
  EXPECT_EQ(first[1],
            Json({{"type", "text"}, {"text", "one: memo:1 (the first)"}, {"annotations", link["annotations"]}}));
  EXPECT_EQ(first[2], words);
  EXPECT_EQ(first[3], picture);

  const Json second = content_in("2025-03-26", all);
  EXPECT_EQ(second[0], sound);
  EXPECT_EQ(second[1]["type"], "text");

  for (const char* later : {"2025-06-18", "2025-11-25", "2026-07-28"}) EXPECT_EQ(content_in(later, all), all) << later;
}

TEST(Older, MessagesOfPromptsFollowTheSameRule) {
  const Json messages = Json::array({{{"role", "user"}, {"content", sound}}, {{"role", "user"}, {"content", words}}});

  const Json first = messages_in("2024-11-05", messages);

  EXPECT_EQ(first[0]["role"], "user");
  EXPECT_EQ(first[0]["content"]["type"], "text");
  EXPECT_EQ(first[1], messages[1]);
  EXPECT_EQ(messages_in("2025-06-18", messages), messages);
}

TEST(Older, EntriesOfListsLeaveOutWhatWasNotThereYet) {
  const Json tool = base::parse_json(
      R"({"name":"a","title":"A tool","inputSchema":{},"annotations":{"readOnlyHint":true},"outputSchema":{},"icons":[]})");

  EXPECT_EQ(base::print_json(entry_in("2025-03-26", tool)),
            R"({"name":"a","inputSchema":{},"annotations":{"readOnlyHint":true,"title":"A tool"}})");
  EXPECT_EQ(base::print_json(entry_in("2025-06-18", tool)),
            R"({"name":"a","title":"A tool","inputSchema":{},"annotations":{"readOnlyHint":true},"outputSchema":{}})");
  EXPECT_EQ(entry_in("2025-11-25", tool), tool);
  EXPECT_EQ(base::print_json(entry_in("2024-11-05", {{"name", "a prompt"}, {"title", "A prompt"}})),
            R"({"name":"a prompt"})");
}

// `shape` gives structured content and a sound.
Json result_of_shape(const char* revision) {
  test::Conversation talk;
  talk.initialize(revision);
  talk.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"shape"}})");
  return base::parse_json(talk.hear()).at("result");
}

TEST(Older, ResultsHaveNoStructureBeforeItCame) {
  EXPECT_FALSE(result_of_shape("2025-03-26").contains("structuredContent"));
  EXPECT_EQ(result_of_shape("2025-03-26")["content"][0]["type"], "audio");
  EXPECT_EQ(result_of_shape("2024-11-05")["content"][0]["type"], "text");
  EXPECT_EQ(result_of_shape("2025-06-18")["structuredContent"], Json({{"sides", 4}}));
}

TEST(Older, ListsAreSaidInTheWordsOfTheRevision) {
  for (const auto& [revision, entry] : {std::pair("2025-03-26", R"({"name":"echo","description":)"),
                                        std::pair("2025-06-18", R"({"name":"echo","title":"Echo",)")}) {
    test::Conversation talk;
    talk.initialize(revision);
    talk.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
    EXPECT_THAT(talk.hear(), HasSubstr(entry)) << revision;
  }
}

}  // namespace
}  // namespace mcp
