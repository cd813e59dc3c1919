// What a model sees of a result through clients that show it the text only, the structure only, or both; and what is
// left of that where a client cuts it once more (docs/clients.md).
#include <algorithm>
#include <functional>
#include <ranges>

#include <fmt/format.h>

#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"
#include "tools/kit/trim.h"

namespace {

using base::Json;
using test::Succeeds;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using tools::characters;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto line : std::views::split(text, '\n')) lines.emplace_back(std::string_view(line));
  return lines;
}

struct Asked {
  const char* tool;
  const char* arguments;
  const char* list;
};

class ModelsEye : public testing::TestWithParam<Asked>, public test::ToolTest {
 protected:
  ModelsEye() {
    http = &sandbox_;
    max_chars = 4'000;
    counts_structure = true;
  }
  test::CallResult cut() {
    auto result = call(GetParam().tool, GetParam().arguments);
    EXPECT_THAT(result, Succeeds());
    return result;
  }

 private:
  test::SandboxHttp sandbox_;
};

TEST_P(ModelsEye, SeesInTheTextThatItIsCutBeforeItSeesData) {
  const auto text = cut().text;

  EXPECT_LT(text.find("Truncated: left out "), text.find(fmt::format("\"{}\":", GetParam().list)));
  EXPECT_THAT(text, HasSubstr("Transaction ID: "));
}

TEST_P(ModelsEye, SeesInTheStructureThatItIsCutAndWhatWasAsked) {
  const Json structure = cut().structured;
  const auto shown = base::print_json(structure);

  EXPECT_THAT(shown, StartsWith("{\"notes\":[\""));
  EXPECT_EQ(structure["truncated"], true);
  EXPECT_THAT(structure["notes"].back().get<std::string>(), StartsWith("Truncated: left out "));
  EXPECT_LT(shown.find("\"transactionId\":"), shown.find(fmt::format("\"{}\":", GetParam().list)));
}

TEST_P(ModelsEye, SeesTheSameInBothWithinOneBudget) {
  const auto result = cut();

  EXPECT_EQ(base::parse_json(result.text.substr(0, result.text.find("\n\n"))), result.structured);
  EXPECT_LE(characters(result.text) + characters(base::print_json(result.structured)), max_chars);
}

TEST_P(ModelsEye, SeesEachEntryOnALineOfItsOwn) {
  const auto result = cut();
  const Json& list = result.structured[GetParam().list];
  ASSERT_FALSE(list.empty());

  const auto lines = lines_of(result.text);
  for (const Json& entry : list) {
    const auto line = base::print_json(entry);
    EXPECT_TRUE(std::ranges::any_of(lines, [&](const auto& each) { return each == line || each == line + ","; }))
        << line;
  }
}

TEST_P(ModelsEye, SeesThatAWholeResultIsWhole) {
  max_chars = 10'000'000;

  const auto result = cut();

  EXPECT_EQ(result.structured["truncated"], false);
  for (const Json& note : result.structured["notes"]) {
    EXPECT_EQ(note.get<std::string>().find("Truncated:"), std::string::npos);
  }
}

// A client that knows no structure costs nothing for it.
TEST_P(ModelsEye, SeesMoreWhereThereIsTextOnly) {
  const auto both = cut();
  counts_structure = false;

  EXPECT_GT(cut().text.size(), both.text.size());
  EXPECT_LE(characters(cut().text), max_chars);
}

INSTANTIATE_TEST_SUITE_P(All, ModelsEye,
                         testing::Values(Asked{"queryManagedObjects", R"({"objectType":"alpha_user","pageSize":50})",
                                               "result"},
                                         Asked{"listJourneys", R"({"realm":"alpha"})", "result"},
                                         Asked{"queryLogs", R"({"sources":["am-access"]})", "result"},
                                         Asked{"listNodeTypes", R"({"realm":"alpha"})", "nodeTypes"}),
                         [](const auto& info) { return std::string(info.param.tool); });

// How clients cut what they show, as measured (docs/clients.md).
struct Client {
  const char* name;
  std::function<std::string(const std::string& text, const std::string& structure)> shows;
};

std::string head(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most);
}

std::string whole_lines(const std::string& text, std::size_t most) {
  std::string shown;
  for (const auto& line : lines_of(text)) {
    if (shown.size() + line.size() + 1 > most) break;
    shown += line + "\n";
  }
  return shown;
}

const std::vector<Client>& clients() {
  static const std::vector<Client> all = {
      {"Claude Code",
       [](const auto&, const auto& structure) {
         return structure.size() > 50'000 ? head(structure, 2'000) : structure;
       }},
      {"Codex",
       [](const auto&, const auto& structure) {
         return head(structure, 6'000) +
                structure.substr(structure.size() - std::min<std::size_t>(structure.size(), 6'000));
       }},
      {"Gemini",
       [](const auto& text, const auto&) {
         return text.size() <= 40'000 ? text : head(text, 8'000) + text.substr(text.size() - 32'000);
       }},
      {"opencode", [](const auto& text, const auto&) { return whole_lines(text, 50 * 1024); }},
      {"Copilot", [](const auto& text, const auto& structure) { return head(text + structure, 20'000); }},
      {"Cline", [](const auto& text, const auto&) { return head(text, 8'000); }},
  };
  return all;
}

std::string many_users(int count, std::size_t length) {
  Json page = {{"result", Json::array()}, {"resultCount", count}, {"pagedResultsCookie", "next-page"}};
  for (int i = 0; i < count; ++i) {
    page["result"].push_back({{"_id", fmt::format("u{}", i)},
                              {"userName", fmt::format("user{}", i)},
                              {"description", std::string(length, 'd')}});
  }
  return base::print_json(page);
}

// What a tool makes of such a page.
test::CallResult page_of_users(int count, std::size_t length) {
  test::ToolTest t;
  t.max_chars = tools::Budget().max_chars;
  t.counts_structure = true;
  t.tenant.json("GET", fmt::format("/openidm/managed/alpha_user?_queryFilter=true&_pageSize={}", count),
                many_users(count, length));
  return t.call("queryManagedObjects", fmt::format(R"({{"objectType":"alpha_user","pageSize":{}}})", count));
}

TEST(ModelsEyeOfEachClient, SeesThatAPageOf250UsersIsCutAndHowToGoOn) {
  const auto result = page_of_users(250, 600);

  ASSERT_THAT(result, Succeeds());
  for (const Client& client : clients()) {
    const auto view = client.shows(result.text, base::print_json(result.structured));
    EXPECT_THAT(view, AllOf(HasSubstr("Truncated: left out entries "), HasSubstr("pageSize"), HasSubstr("user0")))
        << client.name;
  }
}

TEST(ModelsEyeOfEachClient, SeesAPageThatFitsWholeWithItsCookieInFront) {
  const auto result = page_of_users(25, 200);

  for (const Client& client : clients()) {
    const auto view = client.shows(result.text, base::print_json(result.structured));
    EXPECT_THAT(view, AllOf(HasSubstr("next-page"), HasSubstr("user0"), HasSubstr("user24"))) << client.name;
  }
}

}  // namespace
