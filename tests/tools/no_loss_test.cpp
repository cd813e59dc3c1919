// Whatever a list or a long result leaves out can be fetched by arguments that the result names (R-ECO-10): what is cut
// out of a short result is fetched in the way that its note says, and is as in a long one.
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"

namespace {

using base::Json;
using test::Succeeds;
using testing::HasSubstr;
using testing::IsEmpty;

// A tool whose result is a list or an object of named things that come whole.
struct Whole {
  const char* tool;
  Json arguments;
  const char* place;  // of the list or object
  const char* key;    // member that names an entry of the list; empty for an object
  const char* note;   // what the result says about fetching
  // The same call for one of them.
  std::function<void(Json& arguments, const std::string& key)> narrow;
  const char* other_tool = nullptr;  // that the note names instead
  std::size_t room = 4'000;
};

void PrintTo(const Whole& whole, std::ostream* out) {
  *out << whole.tool << " " << whole.arguments.dump();
}

std::map<std::string, Json> things_in(const Json& result, const Whole& asked) {
  std::map<std::string, Json> things;
  const Json::json_pointer place(asked.place);
  if (!result.contains(place)) return things;
  for (const auto& [name, thing] : result[place].items())
    things[*asked.key == '\0' ? name : base::text_member(thing, asked.key)] = thing;
  return things;
}

class NoLoss : public testing::TestWithParam<Whole>, public test::ToolTest {
 protected:
  NoLoss() { http = &sandbox_; }

  test::CallResult ask(const char* tool, const Json& arguments, std::size_t room) {
    max_chars = room;
    auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds()) << tool;
    return result;
  }

 private:
  test::SandboxHttp sandbox_;
};

class NoLossOfWholes : public NoLoss {};

TEST_P(NoLossOfWholes, WhatIsCutCanBeFetchedAsTheNoteSays) {
  const auto& asked = GetParam();
  const auto all = things_in(ask(asked.tool, asked.arguments, 10'000'000).json, asked);
  ASSERT_FALSE(all.empty());
  const auto cut = ask(asked.tool, asked.arguments, asked.room);
  ASSERT_THAT(cut.notes, HasSubstr("left out "));
  EXPECT_THAT(cut.notes, HasSubstr(asked.note));
  const auto kept = things_in(cut.json, asked);
  constexpr std::size_t most_fetched = 40;  // of hundreds of node types
  std::size_t fetched = 0;
  for (const auto& [key, thing] : all) {
    const auto found = kept.find(key);
    if (fetched == most_fetched || (found != kept.end() && found->second == thing)) continue;
    auto arguments = asked.arguments;
    asked.narrow(arguments, key);
    const auto one = ask(asked.other_tool ? asked.other_tool : asked.tool, arguments, 38'000);
    ++fetched;
    if (!asked.other_tool) {
      EXPECT_EQ(things_in(one.json, asked)[key], thing) << key;
      continue;
    }
    for (const auto& [member, value] : thing.items()) EXPECT_EQ(one.json[member], value) << key << " " << member;
  }
  EXPECT_GT(fetched, 0u);
}

const auto by_list = [](const char* argument) {
  return [argument](Json& arguments, const std::string& key) { arguments[argument] = {key}; };
};
const auto by_value = [](const char* argument) {
  return [argument](Json& arguments, const std::string& key) { arguments[argument] = key; };
};

INSTANTIATE_TEST_SUITE_P(
    Tools, NoLossOfWholes,
    testing::Values(
        Whole{"listJourneys",
              {{"realm", "alpha"}},
              "/result",
              "name",
              "\"nameContains\"",
              by_value("nameContains"),
              nullptr,
              2'000},
        Whole{"getJourney",
              {{"realm", "alpha"}, {"journeyName", "Onboarding"}},
              "/nodes",
              "id",
              "\"nodeIds\"",
              by_list("nodeIds")},
        Whole{"getJourney",
              {{"realm", "alpha"}, {"journeyName", "Onboarding"}, {"format", "tree"}},
              "/nodeData/configs",
              "",
              "\"nodeIds\"",
              by_list("nodeIds"),
              nullptr,
              16'000},
        Whole{"getManagedObjectSchema",
              {{"objectType", "alpha_user"}},
              "/properties",
              "",
              "properties: [names]",
              by_list("properties")},
        Whole{"getManagedObjectSchema",
              {{"objectType", "alpha_user"}, {"summary", true}},
              "/properties",
              "",
              "properties: [names]",
              by_list("properties")},
        Whole{
            "getOidcAppSchema", {{"realm", "alpha"}}, "/oauth2Client/schema", "", "\"sections\"", by_list("sections")},
        Whole{"getScriptedDecisionNodeBindings",
              {{"realm", "alpha"}},
              "/bindings",
              "name",
              "\"names\"",
              by_list("names")},
        Whole{"listScripts",
              {{"realm", "alpha"}},
              "/result",
              "_id",
              "getAMScript returns each by its _id",
              by_value("scriptId"),
              "getAMScript",
              1'000},
        Whole{"listNodeTypes",
              {{"realm", "alpha"}},
              "/nodeTypes",
              "_id",
              "\"nameContains\"",
              by_value("nameContains"),
              nullptr,
              3'000},
        Whole{"getNodeTypeDetails",
              {{"realm", "alpha"}, {"nodeTypes", {"PageNode", "RetryLimitDecisionNode", "CreateObjectNode"}}},
              "/results",
              "",
              "\"nodeTypes\"",
              by_list("nodeTypes"),
              nullptr,
              1'200},
        Whole{"getThemes",
              {{"realm", "alpha"}},
              "/result",
              "name",
              "getTheme returns each",
              by_value("themeIdentifier"),
              "getTheme",
              250}));

// A tool whose list comes in pages.
struct Paged {
  const char* tool;
  Json arguments;
  std::size_t room;
};

void PrintTo(const Paged& paged, std::ostream* out) {
  *out << paged.tool;
}

// The page size that a note of cut_page names.
std::size_t size_in(const std::string& notes) {
  const auto at = notes.find("\"pageSize\":");
  return at == std::string::npos ? 0 : std::stoul(notes.substr(at + 11));
}

class NoLossOfPages : public testing::TestWithParam<Paged>, public test::ToolTest {
 protected:
  NoLossOfPages() { http = &sandbox_; }

  // The ids of all entries, page by page; of a page that was cut, again with the size that its note names.
  std::vector<std::string> all_pages(std::size_t room) {
    max_chars = room;
    cut_pages = 0;
    std::vector<std::string> ids;
    Json arguments = GetParam().arguments;
    for (int pages = 0; pages < 500; ++pages) {
      const auto page = call(GetParam().tool, base::print_json(arguments));
      EXPECT_THAT(page, Succeeds());
      if (const auto size = size_in(page.notes); size > 0) {
        EXPECT_FALSE(page.json.contains("pagedResultsCookie"));
        arguments["pageSize"] = size;
        ++cut_pages;
        continue;
      }
      // Entries of logs have no id.
      for (const Json& entry : page.json["result"])
        ids.push_back(base::text_member(entry, "_id", base::print_json(base::member(entry, "timestamp"))));
      const Json& cookie = base::member(page.json, "pagedResultsCookie");
      if (!cookie.is_string()) break;
      arguments["pagedResultsCookie"] = cookie;
    }
    return ids;
  }
  std::size_t cut_pages = 0;

 private:
  test::SandboxHttp sandbox_;
};

TEST_P(NoLossOfPages, AllEntriesComeOnPagesOfTheSizeThatTheNoteNames) {
  const auto& asked = GetParam();
  const auto all = all_pages(10'000'000);
  EXPECT_EQ(cut_pages, 0u);

  EXPECT_EQ(all_pages(asked.room), all);
  EXPECT_GT(cut_pages, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Tools, NoLossOfPages,
    testing::Values(Paged{"queryManagedObjects", {{"objectType", "alpha_user"}, {"pageSize", 250}}, 4'000},
                    Paged{"queryESVs", {{"type", "variable"}, {"pageSize", 100}}, 1'000},
                    Paged{"listOidcApps", {{"realm", "alpha"}, {"includeAll", true}}, 600},
                    Paged{"queryLogs", {{"sources", {"am-everything"}}, {"pageSize", 200}}, 8'000}));

class NoLossOfRest : public NoLoss {};

// A range of logs goes on with the members of continueWith; where that was cut, with a smaller maxEntries.
TEST_F(NoLossOfRest, OfLogsComesWithContinueWith) {
  const Json all{{"sources", {"am-everything"}},
                 {"beginTime", base::iso8601(sandbox::test_now_ms - 3 * 86'400'000)},
                 {"endTime", base::iso8601(sandbox::test_now_ms)},
                 {"maxEntries", 5000}};
  const auto whole = ask("queryLogs", all, 10'000'000).json;
  ASSERT_EQ(whole["complete"], true);
  ASSERT_GT(whole["result"].size(), 100u);

  Json arguments = all, entries = Json::array();
  arguments["maxEntries"] = 40;
  for (int calls = 0; calls < 200; ++calls) {
    const auto part = ask("queryLogs", arguments, 38'000);
    if (const auto at = part.notes.find("\"maxEntries\":"); at != std::string::npos) {
      ASSERT_FALSE(part.json.contains("continueWith"));
      arguments["maxEntries"] = std::stoul(part.notes.substr(at + 13));
      continue;
    }
    for (const Json& entry : part.json["result"]) entries.push_back(entry);
    if (part.json["complete"] == true) break;
    for (const auto& [name, value] : part.json["continueWith"].items()) arguments[name] = value;
  }
  EXPECT_EQ(entries.size(), whole["result"].size());
  EXPECT_EQ(base::print_json(entries), base::print_json(whole["result"]));
}

TEST_F(NoLossOfRest, OfPoliciesComesOneByOne) {
  for (int i = 0; i < 6; ++i)
    ask("createCorsPolicy",
        {{"policyId", "p" + std::to_string(i)},
         {"acceptedOrigins", {fmt::format("https://a{}.example", i)}},
         {"acceptedMethods", {"GET"}},
         {"acceptedHeaders", Json::array()},
         {"exposedHeaders", Json::array()},
         {"maxAge", 7},
         {"allowCredentials", false},
         {"enabled", true}},
        38'000);
  const auto whole = ask("listCorsPolicies", Json::object(), 10'000'000).json["result"];
  const auto cut = ask("listCorsPolicies", Json::object(), 1'500);
  EXPECT_THAT(cut.notes, HasSubstr("getCorsPolicy with the id as \"policyId\""));
  ASSERT_LT(cut.json["result"].size(), whole.size());
  for (const Json& policy : whole) {
    EXPECT_TRUE(cut.notes.find(policy["_id"].get<std::string>()) != std::string::npos ||
                base::print_json(cut.json["result"]).find(policy["_id"].get<std::string>()) != std::string::npos);
    const auto one = ask("getCorsPolicy", {{"policyId", policy["_id"]}}, 38'000).json;
    for (const auto& [member, value] : policy.items()) EXPECT_EQ(one[member], value) << member;
  }
}

TEST_F(NoLossOfRest, OfReferencesComesWithSkip) {
  const Json all{{"realm", "alpha"}, {"kind", "nodeType"}, {"idOrName", "PageNode"}};
  const auto whole = ask("findReferences", all, 10'000'000).json;
  ASSERT_GT(whole["references"].size(), 5u);

  Json arguments = all, found = Json::array();
  std::size_t cut = 0;
  for (int calls = 0; calls < 200; ++calls) {
    const auto part = ask("findReferences", arguments, 1'500);
    EXPECT_EQ(part.json["count"], whole["count"]);
    for (const Json& one : part.json["references"]) found.push_back(one);
    const auto at = part.notes.find("\"skip\":");
    if (at == std::string::npos) break;
    arguments["skip"] = std::stoul(part.notes.substr(at + 7));
    ++cut;
  }
  EXPECT_GT(cut, 0u);
  EXPECT_EQ(base::print_json(found), base::print_json(whole["references"]));
}

// Whoever adds a tool with a list adds it here.
TEST(NoLossOfLists, IsTriedForEveryToolThatDeclaresOne) {
  const std::set<std::string_view> tried{"listJourneys",   "listScripts",       "queryManagedObjects", "queryESVs",
                                         "queryLogs",      "listNodeTypes",     "getThemes",           "listOidcApps",
                                         "findReferences", "getNodeTypeDetails"};
  // A few names each: nothing of them was ever cut.
  const std::set<std::string_view> short_lists{"listManagedObjects", "listFeatures"};
  for (const auto* tool : tools::catalog()) {
    const auto output = base::print_json(base::member(tool->output_schema, "properties"));
    if (output.find("\"array\"") == std::string::npos && tool->name != "getNodeTypeDetails") continue;
    EXPECT_NE(tried.contains(tool->name), short_lists.contains(tool->name)) << tool->name;
  }
}

class LeftOutByDefault : public testing::Test, public test::ToolTest {
 protected:
  LeftOutByDefault() {
    http = &sandbox_;
    max_chars = 10'000'000;
  }
  std::size_t count(const char* tool, const char* arguments) {
    auto result = call(tool, arguments);
    EXPECT_THAT(result, Succeeds());
    notes = result.notes;
    return result.json["result"].size();
  }
  std::string notes;

 private:
  test::SandboxHttp sandbox_;
};

TEST_F(LeftOutByDefault, ScriptsAreCountedByWhatListsThem) {
  const auto shown = count("listScripts", R"({"realm":"alpha"})");
  const auto said = notes;
  ASSERT_THAT(said, HasSubstr("Call again with one of these as context and evaluatorVersion"));
  std::size_t others = 0, groups = 0;
  // "3 of OIDC_CLAIMS 1.0"
  for (auto at = said.find('(') + 1; at != std::string::npos && at < said.find(')');) {
    const auto number = std::stoul(said.substr(at));
    const auto context = said.substr(said.find(" of ", at) + 4);
    const auto blank = context.find(' ');
    const auto version = context.substr(blank + 1, 3);
    EXPECT_EQ(count("listScripts", fmt::format(R"({{"realm":"alpha","context":"{}","evaluatorVersion":"{}"}})",
                                               context.substr(0, blank), version)
                                       .c_str()),
              number);
    others += number;
    ++groups;
    const auto comma = said.find(", ", at);
    at = comma == std::string::npos || comma > said.find(')') ? std::string::npos : comma + 2;
  }
  EXPECT_GT(groups, 1u);
  EXPECT_THAT(said, HasSubstr(fmt::format("Left out: {} scripts", others)));
  EXPECT_GT(shown, 0u);
}

TEST_F(LeftOutByDefault, ApplicationsWithoutAClientAreCounted) {
  const auto shown = count("listOidcApps", R"({"realm":"alpha"})");
  const auto said = notes;
  const auto all = count("listOidcApps", R"({"realm":"alpha","includeAll":true})");

  if (all == shown) GTEST_SKIP() << "the sandbox has no such application";
  EXPECT_THAT(said, HasSubstr("includeAll: true lists all"));
}

}  // namespace
