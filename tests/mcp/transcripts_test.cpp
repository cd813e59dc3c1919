// Plays tests/transcripts/*.txt: `> ` a line of the client, `< ` the line that the server must say next ("*" in it
// stands for any value), `! ` something that happens beside (release, end, close, complete, advance SECONDS; offer
// all; tools, prompts, resources or resource ADDRESS changed), `#` a remark. Every line of the server is also checked
// against the published schema of its revision.
#include "mcp/server.h"
#include "support/mcp/conversation.h"
#include "support/mcp/referee.h"
#include "support/mcp/wire_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace mcp {
namespace {

using base::Json;
using test::Conversation;
using test::Referee;
using test::settle;
using test::WireSchema;

bool matches(const Json& wanted, const Json& said) {
  if (wanted == "*") return true;
  if (wanted.type() != said.type() || wanted.size() != said.size()) return base::is_number(wanted) && wanted == said;
  if (!wanted.is_structured()) return wanted == said;
  if (wanted.is_array()) return std::ranges::equal(wanted, said, matches);
  return std::ranges::all_of(wanted.items(), [&](const auto& member) {
    return said.contains(member.key()) && matches(member.value(), said[member.key()]);
  });
}

void happen(Conversation& talk, const std::string& what) {
  if (what == "release") {
    talk.host.released.set();
  } else if (what == "end") {
    talk.channel.end_input();
  } else if (what == "close" || what == "complete") {
    talk.host.question->close(what == "complete");
  } else if (what == "offer all") {
    talk.host.offer_all();
  } else if (what == "tools changed") {
    talk.host.tell({Change::What::tools, {}});
  } else if (what == "prompts changed") {
    talk.host.tell({Change::What::prompts, {}});
  } else if (what == "resources changed") {
    talk.host.tell({Change::What::resources, {}});
  } else if (what.starts_with("resource ")) {
    talk.host.tell({Change::What::resource, what.substr(9, what.size() - 17)});
  } else if (what.starts_with("advance ")) {
    talk.clock.advance(std::chrono::seconds(std::stoi(what.substr(8))));
  } else {
    FAIL() << "unknown event: " << what;
  }
  settle(talk.loop);
}

// Text that a later line of the client needs, which the test cannot know: `{{state}}` is the latest requestState.
std::string fill_in(std::string line, const std::string& state) {
  constexpr std::string_view mark = "{{state}}";
  if (const auto at = line.find(mark); at != std::string::npos) line.replace(at, mark.size(), state);
  return line;
}

class Transcript : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Transcript, IsFollowed) {
  Conversation talk;
  Referee referee(AIC_SOURCE_DIR);
  std::string state;
  std::ifstream file(GetParam());
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    SCOPED_TRACE(GetParam().filename().string() + ":" + std::to_string(number));
    if (line.starts_with("> ")) {
      const std::string text = fill_in(line.substr(2), state);
      if (const auto message = base::try_parse_json(text)) referee.hear_client(*message);
      talk.say(text);
    } else if (line.starts_with("< ")) {
      const std::string said = talk.hear();
      if (said.empty()) return;
      const Json message = base::parse_json(said);
      EXPECT_TRUE(matches(base::parse_json(line.substr(2)), message)) << said;
      referee.check(message);
      state = base::text_member(base::member(message, "result"), "requestState", state);
    } else if (line.starts_with("! ")) {
      happen(talk, line.substr(2));
    }
  }
  EXPECT_TRUE(talk.is_quiet()) << "the server said more: " << talk.hear();
}

std::vector<std::filesystem::path> transcripts() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(AIC_SOURCE_DIR "/tests/transcripts")) {
    found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

INSTANTIATE_TEST_SUITE_P(All, Transcript, testing::ValuesIn(transcripts()), [](const auto& info) {
  std::string name = info.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Schemas, FindWhatIsWrong) {
  const auto schema = WireSchema::load(AIC_SOURCE_DIR, "2025-11-25");
  if (!schema) GTEST_SKIP() << "../shared/mcp is missing: no line of the server is checked against a published schema";

  EXPECT_EQ(schema->problems("CallToolResult", base::parse_json(R"({"content":[]})")), "");
  EXPECT_NE(schema->problems("CallToolResult", base::parse_json(R"({"content":[{"type":"text"}]})")), "");
  EXPECT_NE(schema->problems("JSONRPCErrorResponse", base::parse_json(R"({"jsonrpc":"2.0","id":1,"error":{}})")), "");
}

}  // namespace
}  // namespace mcp
