// The first lines that real clients write (tests/openings/openings.jsonl), said to the program's own host: every
// request is answered, and right.
#include <filesystem>
#include <fstream>
#include <map>

#include "app/host_fixture.h"
#include "support/mcp/referee.h"
#include "tools/catalog.h"

namespace app {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Json> openings() {
  std::vector<Json> all;
  std::ifstream file(AIC_SOURCE_DIR "/tests/openings/openings.jsonl");
  for (std::string line; std::getline(file, line);) all.push_back(base::parse_json(line));
  return all;
}

// What a right answer to each method holds.
void expect_right(const Json& request, const Json& result) {
  const std::string method = base::text_member(request, "method");
  if (method == "initialize") {
    EXPECT_EQ(result["protocolVersion"], request["params"]["protocolVersion"]);
    EXPECT_THAT(base::text_member(result, "instructions"), HasSubstr("Sandbox and Development"));
  } else if (method == "server/discover") {
    EXPECT_EQ(result["supportedVersions"][0], "2026-07-28");
    EXPECT_EQ(result["supportedVersions"].size(), 5U);
  } else if (method == "tools/list") {
    EXPECT_EQ(result["tools"].size(), tools::catalog().size());
  } else if (method == "prompts/list") {
    EXPECT_FALSE(result["prompts"].empty());
  } else if (method == "resources/list") {
    for (const Json& resource : result["resources"])
      EXPECT_TRUE(base::text_member(resource, "uri").starts_with("skill://")) << "nobody is signed in yet";
  } else if (method == "tools/call") {
    EXPECT_EQ(request["params"]["name"], "getThemeSchema");
    EXPECT_FALSE(result.contains("isError")) << result;
    EXPECT_TRUE(base::parse_json(result["content"][0]["text"].get<std::string>()).is_object());
  } else {
    EXPECT_EQ(method, "ping");
  }
}

class Opening : public test::HostTest, public testing::WithParamInterface<Json> {
 protected:
  // The answers so far, by the ids of their requests.
  void hear_all() {
    test::settle(loop);
    while (lines.unread_lines() > 0) {
      Json message = base::parse_json(lines.hear());
      referee_.check(message);
      ASSERT_FALSE(message.contains("method")) << "nothing else is said to a client that only begins: " << message;
      answers_.emplace(base::print_json(message["id"]), std::move(message));
    }
  }

  test::Referee referee_{AIC_SOURCE_DIR};
  std::map<std::string, Json> answers_;
};

TEST_P(Opening, IsAnsweredRight) {
  const bool signs_in = base::print_json(GetParam()["lines"]).contains("listJourneys");
  serve();
  std::vector<Json> requests;
  for (const Json& line : GetParam()["lines"]) {
    const Json message = base::parse_json(line.get<std::string>());
    referee_.hear_client(message);
    say(line.get<std::string>());
    hear_all();
    if (message.contains("id")) requests.push_back(message);
  }

  for (const Json& request : requests) {
    const bool waits_for_a_person = base::member(base::member(request, "params"), "name") == "listJourneys";
    const auto answer = answers_.find(base::print_json(request["id"]));
    ASSERT_EQ(answer == answers_.end(), waits_for_a_person) << request;
    if (waits_for_a_person) continue;
    ASSERT_TRUE(answer->second.contains("result")) << answer->second;
    expect_right(request, answer->second["result"]);
  }
  EXPECT_EQ(browser.opened.size(), signs_in ? 1U : 0U);
  EXPECT_THAT(http.sent(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, Opening, testing::ValuesIn(openings()), [](const auto& info) {
  std::string name = base::text_member(info.param, "client") + "_" + base::text_member(info.param, "how");
  std::string plain;
  for (const char c : name) plain += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return plain + "_" + std::to_string(info.index);
});

TEST(Openings, AreThoseOfAllClientsThatWereTried) {
  EXPECT_EQ(openings().size(), 28U);
}

}  // namespace
}  // namespace app
