// What holds for every tool.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/catalog.h"

namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tools::Tool;

// R-OFF-02
constexpr std::size_t most_list_bytes = 64'000;
constexpr std::size_t most_tool_bytes = 1'600;
const std::set<std::string_view> large_tools = {
    "createJourney",       // nodes with seven members each
    "updateJourney",       // the same, and every setting of a journey
    "createOidcApp",       // the settings that a public client needs, and owners in two forms
    "updateOidcApp",       // two resources, one of them by patch operations
    "patchManagedObject",  // operations with four members, one of them of any kind
    "createCorsPolicy",    // seven settings, three of them lists of HTTP tokens
    "updateCorsPolicy",    // the same
    "queryLogs",           // two times, whose pattern is long
};

// Tools that ask nothing of the tenant (R-CFG-05).
const std::set<std::string_view> local_tools = {"getThemeSchema", "getJourneyPreviewUrl"};

// Tools about this process, which ask for no token themselves.
const std::set<std::string_view> tools_of_this_process = {"whoAmI", "signOut", "previewChange", "listChanges"};

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
    EXPECT_EQ(tool->scopes.empty(), local || tools_of_this_process.contains(tool->name));
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
    if (tool->name == "signOut") {
      EXPECT_FALSE(tool->hints.read_only || tool->hints.destructive);
    } else if (begins("get") || begins("list") || begins("query") || begins("draw") || begins("validate") ||
               begins("find") || begins("who") || begins("preview")) {
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
  std::map<std::string_view, std::size_t> sizes;
  for (const auto& family : tools::families()) {
    for (const Tool* one : family.tools) {
      const Tool& tool = *one;
      list.push_back(tools::describe(tool));
      const auto size = base::print_json(list.back()).size();
      sizes[family.name] += size;
      if (!large_tools.contains(tool.name)) EXPECT_LE(size, most_tool_bytes) << tool.name;
    }
  }
  for (const auto& [family, size] : sizes) std::cout << family << ": " << size << " bytes\n";
  const auto whole = base::print_json(list).size();
  std::cout << "all: " << whole << " bytes\n";
  EXPECT_LE(whole, most_list_bytes);
}

// Calls `visit(place, property)` for each argument and each member of a record, in lists and maps too, but for `realm`,
// whose two values say enough.
template <typename Visit>
void for_each_property(Json& schema, const std::string& path, const Visit& visit) {
  if (!schema.is_object()) return;
  for (const char* element : {"items", "additionalProperties"}) {
    if (schema.contains(element)) for_each_property(schema[element], path, visit);
  }
  if (!schema.contains("properties")) return;
  for (auto& [name, property] : schema["properties"].items()) {
    const auto place = path + "." + name;
    if (name != "realm") visit(place, property);
    for_each_property(property, place, visit);
  }
}

// The properties without a description of one sentence at least (R-OFF-03).
std::vector<std::string> undescribed(Json schema, const std::string& path) {
  std::vector<std::string> places;
  for_each_property(schema, path, [&](const std::string& place, const Json& property) {
    const auto text = base::text_member(property, "description");
    if (text.size() < 10 || !text.ends_with('.')) places.push_back(place);
  });
  return places;
}

TEST(Catalog, DescribesEveryArgument) {
  for (const Tool* tool : tools::catalog())
    EXPECT_THAT(undescribed(tools::describe(*tool)["inputSchema"], std::string(tool->name)), IsEmpty());
}

TEST(Catalog, NoticesEachDescriptionThatIsTakenOut) {
  std::size_t count = 0;
  for (const Tool* tool : tools::catalog()) {
    Json schema = tools::describe(*tool)["inputSchema"];
    for_each_property(schema, "", [&](const std::string& place, Json& property) {
      const Json before = property;
      property.erase("description");
      EXPECT_THAT(undescribed(schema, ""), ElementsAre(place)) << tool->name;
      property = before;
      ++count;
    });
  }
  EXPECT_GT(count, 150u);
}

// What all supported clients take (R-OFF-04).
const std::set<std::string_view> keywords = {"type",        "properties", "required", "items",   "enum",
                                             "description", "default",    "minimum",  "maximum", "minLength",
                                             "maxLength",   "minItems",   "maxItems", "pattern", "additionalProperties",
                                             "anyOf"};

// The grammar of patterns that RE2, Go, Rust, ECMAScript and the grammars of models all read: anchored, printable
// ASCII, groups without options, counts to 1000, no escapes but of a backslash and of brackets.
std::string pattern_fault(const std::string& pattern) {
  if (!pattern.starts_with('^') || !pattern.ends_with('$')) return "is not anchored";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c < ' ' || c > '~') return "holds a control or other character";
    if (c == '(' && pattern[i + 1] == '?') return "has a group with options";
    if (c == '\\' && !std::string_view("\\[]").contains(pattern[++i])) return "has an escape";
    if (c == '{' && std::stoi(pattern.substr(i + 1)) > 1000) return "counts beyond 1000";
  }
  return {};
}

void expect_simple(const Json& schema, const std::string& path, bool is_top) {
  EXPECT_TRUE(schema.is_object()) << path;
  EXPECT_NE(schema.contains("type"), schema.contains("anyOf"))
      << path << " has a type, or several kinds with a type each";
  EXPECT_FALSE(is_top && schema.contains("anyOf")) << path;
  EXPECT_TRUE(!schema.contains("type") || schema["type"].is_string()) << path;
  for (const auto& [key, value] : schema.items()) {
    EXPECT_TRUE(keywords.contains(key)) << path << "/" << key;
    if (key == "pattern") EXPECT_EQ(pattern_fault(value.get<std::string>()), "") << path << ": " << value;
    if (key == "items" || key == "additionalProperties") expect_simple(value, path + "/" + key, false);
    if (key != "properties" && key != "anyOf") continue;
    for (const auto& [name, part] : value.items()) expect_simple(part, path + "/" + name, false);
  }
  if (schema.contains("pattern")) EXPECT_TRUE(schema.contains("maxLength")) << path;
}

TEST(Catalog, PublishesSchemasThatEveryClientTakes) {
  for (const Tool* tool : tools::catalog())
    expect_simple(tools::describe(*tool)["inputSchema"], std::string(tool->name), true);
}

TEST(Catalog, KnowsWhichPatternsAreNotForAll) {
  for (const char* pattern : {"a", "^(?!a)$", "^\\w$", "^\\0$", "^.{1025}$", "^\x01$", "^\\.$"})
    EXPECT_NE(pattern_fault(pattern), "") << pattern;
  EXPECT_EQ(pattern_fault("^[^/\\\\]{2,1000}\\[$"), "");
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

// From this and the tools' snapshots scripts/make_tools_page.sh makes docs/tools.md.
TEST(Snapshot, OfTheFamiliesIsWhatIsOffered) {
  std::string text;
  for (const auto& family : tools::families()) {
    text += std::string(family.name) + ":";
    for (const Tool* tool : family.tools) text += " " + std::string(tool->name);
    text += "\n";
  }
  const auto path = std::filesystem::path(AIC_SOURCE_DIR) / "tests/snapshots/families.txt";
  if (std::getenv("AIC_UPDATE_SNAPSHOTS") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(read(path), text) << "rewrite the snapshots with AIC_UPDATE_SNAPSHOTS=1 if this is meant";
}

TEST(Snapshot, ExistsForNoOtherTool) {
  for (const auto& file : std::filesystem::directory_iterator(snapshot_of("x").parent_path()))
    EXPECT_NE(tools::find_tool(file.path().stem().string()), nullptr) << file.path();
}

}  // namespace
