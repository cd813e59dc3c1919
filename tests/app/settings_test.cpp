// The table of settings, and every place that says something about them.
#include "app/settings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <ranges>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/options.h"
#include "base/json.h"
#include "http/client/curl_client.h"

namespace app {
namespace {

using base::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Setting::Kind;
using Owner = Setting::Owner;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(AIC_SOURCE_DIR) / path);
  if (!file) ADD_FAILURE() << path << " cannot be read";
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string absolute_path() {
  return (std::filesystem::temp_directory_path() / "audit.jsonl").string();
}

Environment with(std::string_view name, std::string_view value) {
  Environment environment = {{"AIC_BASE_URL", "https://tenant.example.com"}};
  environment[std::string(name)] = value;
  if (name == "AIC_AUDIT_REQUIRED") environment["AIC_AUDIT_FILE"] = absolute_path();
  return environment;
}

// What is said of a setting with that value.
std::vector<std::string> said_of(std::string_view name, std::string_view value) {
  const Options options = read_options(with(name, value));
  auto said = options.faults;
  said.insert(said.end(), options.warnings.begin(), options.warnings.end());
  return said;
}

std::string sentence(const Setting& setting) {
  std::string text(setting.help);
  text.front() = static_cast<char>(std::toupper(text.front()));
  return text;
}

// The default, where it is a value that can be given.
std::string default_value(const Setting& setting) {
  const bool is_value = setting.kind == Kind::flag || setting.kind == Kind::choice || setting.kind == Kind::number;
  return is_value && setting.otherwise.find(' ') == std::string_view::npos ? std::string(setting.otherwise) : "";
}

TEST(SettingsTable, IsWhatTheProgramReads) {
  const std::map<Kind, std::vector<std::string>> unusable = {{Kind::url, {"ftp://x"}},
                                                             {Kind::flag, {"yes", "1"}},
                                                             {Kind::choice, {"none-of-them"}},
                                                             {Kind::tools, {" , "}},
                                                             {Kind::file, {"/no/such/file.pem"}},
                                                             {Kind::proxy, {":::"}},
                                                             {Kind::output, {"audit.jsonl", "./audit.jsonl"}}};
  for (const Setting& setting : settings()) {
    auto values = unusable.contains(setting.kind) ? unusable.at(setting.kind) : std::vector<std::string>();
    if (setting.kind == Kind::number) {
      values = {std::to_string(setting.least - 1), std::to_string(setting.most + 1), "1x"};
    }
    for (const auto& value : values) {
      EXPECT_THAT(said_of(setting.name, value),
                  Contains(HasSubstr(setting.kind == Kind::proxy ? "PROXY" : setting.name)))
          << value;
    }
  }
}

TEST(SettingsTable, HoldsOnlyValuesThatAreTaken) {
  for (const Setting& setting : settings()) {
    auto values = setting.values;
    if (setting.kind == Kind::flag) values = {"true", "false"};
    if (setting.kind == Kind::number) values = {std::to_string(setting.least), std::to_string(setting.most)};
    if (const auto value = default_value(setting); !value.empty()) values.push_back(value);
    if (!setting.example.empty()) values.emplace_back(setting.example);
    for (const auto& value : values) EXPECT_THAT(said_of(setting.name, value), IsEmpty()) << setting.name << value;
  }
}

TEST(SettingsTable, HasTheDefaultsThatHold) {
  for (const Setting& setting : settings()) {
    const std::string value = default_value(setting);
    if (value.empty()) continue;
    const Options given = read_options(with(setting.name, value));
    const Options left = read_options(with("AIC_BASE_URL", "https://tenant.example.com"));
    EXPECT_TRUE(given.container == left.container && given.flow == left.flow &&
                given.revoke_at_exit == left.revoke_at_exit && given.login_wait == left.login_wait &&
                given.http_timeout == left.http_timeout && given.max_result_chars == left.max_result_chars &&
                given.read_only == left.read_only && given.approve == left.approve && given.log_level == left.log_level)
        << setting.name;
  }
  const http::CurlOptions curl;
  EXPECT_EQ(setting("AIC_MAX_IN_FLIGHT").otherwise,
            fmt::format("{}; over HTTP/1.1 {}", curl.max_in_flight_http2, curl.max_in_flight_http1));
}

TEST(SettingsHelp, HasALineForEachSettingThatPeopleSet) {
  const std::string help = settings_help();
  for (const Setting& setting : settings()) {
    const std::regex line(fmt::format("(^|\n)  {} +[^ ].*\n", setting.name));
    EXPECT_EQ(std::regex_search(help, line), setting.owner != Owner::surround) << setting.name;
  }
  EXPECT_THAT(help, HasSubstr("required: https://openam-example.forgeblocks.com\n"));
  EXPECT_THAT(help, HasSubstr("auto, browser or device: "));
  EXPECT_THAT(help, HasSubstr(" true = offer only tools"));
  EXPECT_THAT(help, HasSubstr(" login = ask for credentials"));
  EXPECT_THAT(help, HasSubstr("(64; over HTTP/1.1 16)\n"));
}

struct Row {
  std::string meaning, otherwise;
};

// The rows of README's table of settings, by each name in the first cell.
std::map<std::string, Row> rows_of_readme() {
  const std::string readme = text_of("README.md");
  const auto begin = readme.find("## Settings\n");
  std::istringstream section(readme.substr(begin, readme.find("\n## ", begin + 1) - begin));
  std::map<std::string, Row> rows;
  const std::regex form(R"(\| (`.*?`) \| (.*) \| ?(.*?) ?\|)");
  const std::regex name("`([^`]+)`");
  for (std::string line; std::getline(section, line);) {
    std::smatch cells;
    if (!std::regex_match(line, cells, form)) continue;
    const std::string names = cells[1];
    std::string otherwise = cells[3];
    std::erase(otherwise, '`');
    for (std::sregex_iterator each(names.begin(), names.end(), name), end; each != end; ++each) {
      rows[(*each)[1]] = {cells[2], otherwise};
    }
  }
  return rows;
}

TEST(Readme, HasARowForEachSettingThatPeopleSetAndForNothingElse) {
  const auto rows = rows_of_readme();
  std::set<std::string> listed;
  for (const Setting& setting : settings()) {
    if (setting.owner != Owner::surround) listed.emplace(setting.name);
  }
  std::set<std::string> names;
  std::ranges::copy(std::views::keys(rows), std::inserter(names, names.end()));
  EXPECT_EQ(names, listed);
}

TEST(Readme, GivesTheDefaultsValuesAndRangesOfTheTable) {
  auto rows = rows_of_readme();
  for (const Setting& setting : settings()) {
    if (setting.owner == Owner::surround) continue;
    const auto& [meaning, otherwise] = rows[std::string(setting.name)];
    EXPECT_EQ(otherwise, setting.otherwise) << setting.name;
    for (const auto& value : setting.values) EXPECT_THAT(meaning, HasSubstr("`" + value + "`")) << setting.name;
    if (setting.kind == Kind::flag) EXPECT_THAT(meaning, testing::StartsWith("`true` = ")) << setting.name;
    if (setting.kind == Kind::number) {
      EXPECT_THAT(meaning, HasSubstr(fmt::format("{} to {}", setting.least, setting.most))) << setting.name;
    }
  }
}

// Names like ours are ours. What the tests and the build read is described in other pages.
TEST(Pages, NameNoSettingThatDoesNotExist) {
  std::vector<std::filesystem::path> pages = {"README.md", "CHANGELOG.md", "SECURITY.md"};
  for (const char* folder : {"docs", "packaging"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path(AIC_SOURCE_DIR) / folder)) {
      if (entry.is_regular_file()) pages.push_back(entry.path());
    }
  }
  const std::set<std::string> others = {
      "AIC_MCP_REGISTRY_SCHEMA", "AIC_MCP_SCHEMAS", "AIC_RECORDINGS", "AIC_UPDATE_SNAPSHOTS",
      "AIC_TEST_SYSTEM_STORE",   "AIC_WERROR",      "AIC_TESTS"};
  const std::regex form("\\bAIC_[A-Z0-9_]*[A-Z0-9]");
  for (const auto& page : pages) {
    const std::string text = text_of(page);
    for (std::sregex_iterator each(text.begin(), text.end(), form), end; each != end; ++each) {
      const std::string name = each->str();
      EXPECT_TRUE(others.contains(name) || std::ranges::find(settings(), name, &Setting::name) != settings().end())
          << page << " names " << name;
    }
  }
}

TEST(Pages, GiveTheDefaultBudgetOfTheTable) {
  std::string budget = std::to_string(default_number(setting("AIC_MAX_RESULT_CHARS")));
  budget.insert(budget.size() - 3, ",");
  EXPECT_THAT(text_of("docs/clients.md"),
              HasSubstr(fmt::format("**{} characters in all** (`AIC_MAX_RESULT_CHARS`)", budget)));
  EXPECT_THAT(text_of("docs/requirements.md"), HasSubstr(fmt::format("A result has {} characters by default", budget)));
}

// As the registry wants a variable of ours described.
Json registry_entry(const Setting& setting) {
  Json entry = {{"name", setting.name}, {"description", sentence(setting)}};
  if (!setting.example.empty()) entry["isRequired"] = true;
  entry["format"] = setting.kind == Kind::flag                                   ? "boolean"
                    : setting.kind == Kind::number                               ? "number"
                    : setting.kind == Kind::file || setting.kind == Kind::output ? "filepath"
                                                                                 : "string";
  if (!setting.values.empty()) entry["choices"] = setting.values;
  if (const auto value = default_value(setting); !value.empty()) entry["default"] = value;
  if (!setting.example.empty()) entry["placeholder"] = setting.example;
  return entry;
}

// The registry's description of our settings: all of them, or those that forms ask for.
Json registry_entries(bool only_titled) {
  Json entries = Json::array();
  for (const Setting& setting : settings()) {
    const bool is_wanted = setting.owner == Owner::server && (!only_titled || !setting.title.empty());
    if (is_wanted) entries.push_back(registry_entry(setting));
  }
  return entries;
}

TEST(Packages, AreDescribedToTheRegistryWithTheSettingsOfTheTable) {
  const Json packages = base::parse_json(text_of("packaging/server.json"))["packages"];
  ASSERT_THAT(packages, SizeIs(3));
  for (const Json& package : packages) {
    const bool is_image = package["registryType"] == "oci";
    EXPECT_EQ(package["environmentVariables"], registry_entries(is_image)) << package["registryType"];
    if (!is_image) continue;
    // An engine passes only what it is told to.
    Json passed = Json::array();
    for (const Json& argument : package["runtimeArguments"]) {
      if (base::text_member(argument, "name") == "--env") passed.push_back(argument["value"]);
    }
    Json wanted = Json::array();
    for (const Json& variable : package["environmentVariables"]) wanted.push_back(variable["name"]);
    EXPECT_EQ(passed, wanted);
  }
}

TEST(Packages, AskInTheBundlesFormForTheSettingsThatHaveATitle) {
  const Json manifest = base::parse_json(text_of("packaging/mcpb/manifest.json"));
  Json form = Json::object();
  Json passed = Json::object();
  for (const Setting& setting : settings()) {
    if (setting.title.empty()) continue;
    std::string key(setting.name.substr(std::string_view("AIC_").size()));
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    passed[std::string(setting.name)] = fmt::format("${{user_config.{}}}", key);
    const bool is_flag = setting.kind == Kind::flag;
    Json field = {
        {"type", is_flag ? "boolean" : "string"}, {"title", setting.title}, {"description", sentence(setting)}};
    if (is_flag) field["default"] = setting.otherwise == "true";
    if (!setting.example.empty()) {
      field["description"] = fmt::format("{}: {}", sentence(setting), setting.example);
      field["required"] = true;
    }
    form[key] = field;
  }
  EXPECT_EQ(manifest["user_config"], form);
  EXPECT_EQ(manifest["server"]["mcp_config"]["env"], passed);
}

TEST(Packages, AskInTheCatalogOfDockerForTheSettingsThatHaveATitle) {
  const std::string catalog = text_of("packaging/docker-mcp/server.yaml");
  std::vector<std::string> asked;
  const std::regex form("- name: (\\w+)\n +example: '?([^'\n]*)");
  for (std::sregex_iterator each(catalog.begin(), catalog.end(), form), end; each != end; ++each) {
    asked.push_back(fmt::format("{} {}", (*each)[1].str(), (*each)[2].str()));
  }
  std::vector<std::string> titled;
  for (const Setting& setting : settings()) {
    if (setting.title.empty()) continue;
    titled.push_back(fmt::format("{} {}", setting.name, setting.example.empty() ? setting.otherwise : setting.example));
  }
  EXPECT_EQ(asked, titled);
}

TEST(Packages, RunTheImageInContainerMode) {
  for (const Setting& setting : settings()) {
    if (setting.owner == Owner::image)
      EXPECT_THAT(text_of("Dockerfile"), HasSubstr(fmt::format("ENV {}=true", setting.name)));
  }
}

TEST(Packages, MakeTheManPageOfWhatTheProgramLists) {
  EXPECT_THAT(text_of("packaging/aic-mcp-server.1.in"), HasSubstr("\n@SETTINGS@\n"));
}

}  // namespace
}  // namespace app
