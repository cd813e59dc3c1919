// Plays tests/transcripts/*.txt: `> ` a line of the client, `< ` the line that the server must say next ("*" in it
// stands for any value), `! ` something that happens beside (release, end, close, complete, advance SECONDS; offer
// all; tools, prompts, resources or resource ADDRESS changed), `#` a remark. Every line of the server is also checked
// against the published schema of its revision.
#include "mcp/server.h"
#include "support/conversation.h"
#include "support/wire_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace mcp {
namespace {

using base::Json;
using test::Conversation;
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

// Knows which request each answer belongs to, and so its definition in the schema.
class Referee {
 public:
  void hear_client(const Json& message) {
    if (message.is_array()) {
      for (const Json& item : message) hear_client(item);
      return;
    }
    const std::string method = base::text_member(message, "method");
    if (!message.is_object() || method.empty() || !message.contains("id")) return;
    const Json& meta = base::member(base::member(message, "params"), "_meta");
    const bool is_modern = meta.contains("io.modelcontextprotocol/protocolVersion");
    if (method == "initialize") {
      revision_ = base::text_member(base::member(message, "params"), "protocolVersion", "2025-11-25");
      if (revision_ < "2024-11-05" || revision_ > "2025-11-25" || revision_.size() != 10) revision_ = "2025-11-25";
    }
    asked_[base::print_json(message["id"])] = {is_modern ? "2026-07-28" : revision_, method};
  }

  void check(const Json& message) {
    if (message.is_array()) {
      for (const Json& item : message) check(item);
    } else if (!message.contains("method")) {
      check_answer(message);
    } else if (message.contains("id")) {
      check_against(revision_, "ServerRequest", message);
    } else {
      const Json& meta = base::member(base::member(message, "params"), "_meta");
      const bool is_modern = meta.contains("io.modelcontextprotocol/subscriptionId");
      check_against(is_modern ? "2026-07-28" : revision_, "ServerNotification", message);
    }
  }

 private:
  struct Asked {
    std::string revision;
    std::string method;
  };

  void check_answer(const Json& message) {
    const auto found = asked_.find(base::print_json(base::member(message, "id")));
    const Asked asked = found == asked_.end() ? Asked{revision_, ""} : found->second;
    if (message.contains("error")) return check_error(asked.revision, message);
    static const std::map<std::string, std::string> definitions = {
        {"initialize", "InitializeResult"},
        {"tools/list", "ListToolsResult"},
        {"tools/call", "CallToolResult"},
        {"resources/list", "ListResourcesResult"},
        {"resources/templates/list", "ListResourceTemplatesResult"},
        {"resources/read", "ReadResourceResult"},
        {"prompts/list", "ListPromptsResult"},
        {"prompts/get", "GetPromptResult"},
        {"completion/complete", "CompleteResult"},
        {"server/discover", "DiscoverResult"},
        {"subscriptions/listen", "SubscriptionsListenResult"},
    };
    const auto known = definitions.find(asked.method);
    std::string definition = known == definitions.end() ? "EmptyResult" : known->second;
    if (base::text_member(message["result"], "resultType") == "input_required") definition = "InputRequiredResult";
    check_against(asked.revision, definition, message["result"]);
    check_against(asked.revision, "JSONRPCMessage", message);
  }

  // Revisions before 2025-11-25 know no error without an id; MCP has said since that it is left out, not null.
  void check_error(const std::string& revision, const Json& message) {
    const std::string known = message.contains("id") ? revision : std::max<std::string>(revision, "2025-11-25");
    const std::string definition = known < "2025-11-25" ? "JSONRPCError" : "JSONRPCErrorResponse";
    check_against(known, definition, message);
    const Json& code = message["error"]["code"];
    if (code == -32022) check_against(known, "UnsupportedProtocolVersionError", message);
    if (code == -32021) check_against(known, "MissingRequiredClientCapabilityError", message);
  }

  static void check_against(const std::string& revision, const std::string& definition, const Json& value) {
    static std::map<std::string, std::optional<WireSchema>> schemas;
    auto& schema = schemas.try_emplace(revision, std::nullopt).first->second;
    if (!schema) schema = WireSchema::load(AIC_SOURCE_DIR, revision);
    if (!schema) return;  // reported by Schemas.FindWhatIsWrong
    EXPECT_EQ(schema->problems(definition, value), "") << definition << " of " << revision << ": " << value.dump(1);
  }

  std::string revision_ = "2025-11-25";
  std::map<std::string, Asked> asked_;
};

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
  Referee referee;
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
