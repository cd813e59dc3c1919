// What holds for every tool.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/catalog.h"

namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;
using tools::Tool;

constexpr std::size_t most_list_bytes = 36'000;  // R-RES-13

// Tools that ask nothing of the tenant (R-CFG-05).
const std::set<std::string_view> local_tools = {"getThemeSchema", "getJourneyPreviewUrl"};

TEST(Catalog, HasEachNameOnceAndFindsIt) {
  std::set<std::string_view> names;
  for (const Tool* tool : tools::catalog()) {
    EXPECT_TRUE(names.insert(tool->name).second) << tool->name;
    EXPECT_EQ(tools::find_tool(tool->name), tool);
  }
  EXPECT_EQ(tools::find_tool("constructor"), nullptr);
}

TEST(Catalog, SuggestsTheNearestNameForAnUnknownOne) {
  EXPECT_EQ(tools::unknown_tool("queryLog"), "There is no tool \"queryLog\"; did you mean queryLogs?");
  EXPECT_THAT(tools::unknown_tool("\x1b[31m" + std::string(1'000'000, 'x')), Not(HasSubstr("\x1b")));
  EXPECT_LT(tools::unknown_tool(std::string(1'000'000, 'x')).size(), 200u);
}

TEST(Catalog, SaysWhatEveryToolNeedsAndDoes) {
  for (const Tool* tool : tools::catalog()) {
    SCOPED_TRACE(tool->name);
    const bool local = local_tools.contains(tool->name);
    EXPECT_EQ(tool->scopes.empty(), local);
    EXPECT_EQ(tool->hints.open_world, !local);
    EXPECT_FALSE(tool->hints.read_only && tool->hints.destructive);
    EXPECT_TRUE(!tool->hints.read_only || tool->hints.idempotent);
    EXPECT_FALSE(tool->title.empty());
    EXPECT_FALSE(tool->description.empty());
    EXPECT_LE(std::ranges::count(tool->description, '.'), 8) << "a description is three short sentences at most";
    EXPECT_LE(tool->description.size(), 420u);
  }
}

TEST(Catalog, MarksTheToolsThatOverwriteOrRemove) {
  for (const Tool* tool : tools::catalog()) {
    SCOPED_TRACE(tool->name);
    const auto begins = [&](std::string_view verb) { return tool->name.starts_with(verb); };
    if (begins("get") || begins("list") || begins("query") || begins("draw") || begins("validate")) {
      EXPECT_TRUE(tool->hints.read_only);
    } else if (begins("create") && tool->name != "createJourney") {
      EXPECT_FALSE(tool->hints.read_only || tool->hints.destructive);
    } else {
      EXPECT_TRUE(tool->hints.destructive);
    }
  }
}

TEST(Catalog, IsListedCompactly) {
  Json list = Json::array();
  for (const Tool* tool : tools::catalog()) list.push_back(tools::describe(*tool));
  EXPECT_LE(base::print_json(list).size(), most_list_bytes);
}

// Keywords that clients or models choke on.
void expect_simple(const Json& schema, const std::string& path) {
  if (!schema.is_structured()) return;
  for (const auto& [key, value] : schema.items()) {
    for (const char* keyword : {"$ref", "$defs", "anyOf", "oneOf", "allOf", "if"})
      EXPECT_FALSE(schema.is_object() && key == keyword) << path << "/" << key;
    if (key == "pattern" && value.is_string()) EXPECT_THAT(value.get<std::string>(), Not(HasSubstr("(?"))) << path;
    expect_simple(value, path + "/" + key);
  }
}

TEST(Catalog, PublishesSimpleClosedSchemas) {
  for (const Tool* tool : tools::catalog()) {
    const auto schema = tools::describe(*tool)["inputSchema"];
    EXPECT_EQ(schema["type"], "object") << tool->name;
    EXPECT_EQ(schema["additionalProperties"], false) << tool->name;
    expect_simple(schema, std::string(tool->name));
  }
}

std::filesystem::path snapshot_of(std::string_view name) {
  return std::filesystem::path(AIC_SOURCE_DIR) / "tests/snapshots/tools" / (std::string(name) + ".json");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Snapshot, OfEveryToolIsWhatIsPublished) {
  const bool update = std::getenv("AIC_UPDATE_SNAPSHOTS") != nullptr;
  for (const Tool* tool : tools::catalog()) {
    const auto path = snapshot_of(tool->name);
    const auto published = tools::describe(*tool).dump(2) + "\n";
    if (update) std::ofstream(path) << published;
    EXPECT_EQ(read(path), published) << "rewrite the snapshots with AIC_UPDATE_SNAPSHOTS=1 if this is meant";
  }
}

TEST(Snapshot, ExistsForNoOtherTool) {
  for (const auto& file : std::filesystem::directory_iterator(snapshot_of("x").parent_path()))
    EXPECT_NE(tools::find_tool(file.path().stem().string()), nullptr) << file.path();
}

}  // namespace
