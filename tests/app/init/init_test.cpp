// Where clients keep their configuration, and how files are changed there. tests/e2e/init.test.mjs runs the whole
// command.
#include "app/init/init.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/process.h"
#include "base/random.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const ServerEntry aic = {.name = "aic", .program = "/opt/aic-mcp-server", .tenant = "https://t.example.com"};

class InitFile : public testing::Test {
 protected:
  InitFile() : folder_(fs::temp_directory_path() / ("aic-init-" + base::SystemRandom().uuid())) {
    fs::create_directory(folder_);
  }
  ~InitFile() override { fs::remove_all(folder_); }

  fs::path put(const char* name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator(folder_)) all.push_back(to_text(each.path().filename()));
    return all;
  }
  static bool set(const fs::path& path) { return edit_file(path, *find_client("cursor"), aic, false); }
  static std::string fault_of(const fs::path& path) {
    try {
      set(path);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code, base::Errc::conflict);
      return error.message;
    }
    return {};
  }

  fs::path folder_;
};

TEST_F(InitFile, IsMadeForThisUserAlone) {
  const auto path = folder_ / "a" / "mcp.json";
  EXPECT_TRUE(set(path));
  EXPECT_EQ(text_of(path), find_client("cursor")->show(aic));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(names(), ElementsAre("a"));
  EXPECT_FALSE(set(path));
}

TEST_F(InitFile, LeavesACopyAndKeepsItsMode) {
  const auto path = put("mcp.json", "{}");
  const auto mode = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read;
  fs::permissions(path, mode);
  EXPECT_TRUE(set(path));
  EXPECT_THAT(names(), UnorderedElementsAre("mcp.json", "mcp.json.bak"));
  EXPECT_EQ(text_of(folder_ / "mcp.json.bak"), "{}");
  EXPECT_EQ(fs::status(path).permissions(), mode);
  EXPECT_EQ(fs::status(folder_ / "mcp.json.bak").permissions(), mode);
  // What changes nothing makes no copy.
  const auto written = fs::last_write_time(path);
  EXPECT_FALSE(set(path));
  EXPECT_EQ(text_of(folder_ / "mcp.json.bak"), "{}");
  EXPECT_EQ(fs::last_write_time(path), written);
}

// It may be the person's own, or the file as it was before an earlier run.
TEST_F(InitFile, IsCopiedOverNoOtherCopy) {
  const auto path = put("mcp.json", "{}");
  put("mcp.json.bak", "an older copy");
  fs::create_symlink("nowhere", folder_ / "mcp.json.1.bak");
  EXPECT_TRUE(set(path));
  EXPECT_THAT(names(), UnorderedElementsAre("mcp.json", "mcp.json.bak", "mcp.json.1.bak", "mcp.json.2.bak"));
  EXPECT_EQ(text_of(folder_ / "mcp.json.bak"), "an older copy");
  EXPECT_EQ(text_of(folder_ / "mcp.json.2.bak"), "{}");
  // The same copy is not made twice.
  put("mcp.json", "{}");
  EXPECT_TRUE(set(path));
  EXPECT_THAT(names(), UnorderedElementsAre("mcp.json", "mcp.json.bak", "mcp.json.1.bak", "mcp.json.2.bak"));
}

TEST_F(InitFile, IsFoundBehindSymbolicLinks) {
  fs::create_directory(folder_ / "dotfiles");
  put("dotfiles/mcp.json", "{}");
  fs::create_symlink("dotfiles/mcp.json", folder_ / "link");
  fs::create_symlink(folder_ / "link", folder_ / "mcp.json");
  EXPECT_TRUE(set(folder_ / "mcp.json"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "mcp.json"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_THAT(text_of(folder_ / "dotfiles/mcp.json"), HasSubstr("aic-mcp-server"));
  EXPECT_EQ(text_of(folder_ / "dotfiles/mcp.json.bak"), "{}");
  fs::create_symlink("not/yet.json", folder_ / "early");
  EXPECT_TRUE(set(folder_ / "early"));
  EXPECT_THAT(text_of(folder_ / "not/yet.json"), HasSubstr("aic-mcp-server"));
  fs::create_symlink("round", folder_ / "round");
  EXPECT_THAT(fault_of(folder_ / "round"), HasSubstr("symbolic links"));
}

TEST_F(InitFile, IsNotTouchedWhereItCannotBe) {
  const auto broken = put("broken.json", "{ \"a\": ");
  EXPECT_THAT(fault_of(broken), HasSubstr("not JSON: line 1"));
  EXPECT_EQ(text_of(broken), "{ \"a\": ");
  const auto read_only = put("read_only.json", "{}");
  fs::permissions(read_only, fs::perms::owner_read);
  EXPECT_THAT(fault_of(read_only), HasSubstr("read-only"));
  EXPECT_EQ(text_of(read_only), "{}");
  fs::create_directory(folder_ / "folder.json");
  EXPECT_THAT(fault_of(folder_ / "folder.json"), HasSubstr("not a file"));
  EXPECT_THAT(fault_of(folder_ / "broken.json" / "mcp.json"), HasSubstr("was not changed"));
  EXPECT_THAT(names(), UnorderedElementsAre("broken.json", "read_only.json", "folder.json"));
}

TEST_F(InitFile, OfNobodyHasNothingToRemove) {
  EXPECT_FALSE(edit_file(folder_ / "mcp.json", *find_client("cursor"), aic, true));
  EXPECT_THAT(names(), ElementsAre());
}

TEST_F(InitFile, OfAClientIsWhereItsVariablesSay) {
  const auto file = [](const char* name, const Environment& environment) {
    return to_text(find_client(name)->file(environment));
  };
  EXPECT_EQ(file("claude-code", {{"CLAUDE_CONFIG_DIR", "/c"}}), to_text(to_path("/c") / ".claude.json"));
  EXPECT_EQ(file("codex", {{"CODEX_HOME", "/x"}}), to_text(to_path("/x") / "config.toml"));
  EXPECT_THAT(file("gemini-cli", {{"GEMINI_CLI_HOME", "/g"}}), EndsWith("settings.json"));
  for (const McpClient& each : mcp_clients()) EXPECT_TRUE(each.file({}).empty()) << each.name;
}

#define EXPECT_REFUSED(command, environment, word)           \
  EXPECT_THAT([&] { run_init(command, environment, "/p"); }, \
              testing::Throws<base::Error>(testing::Field(&base::Error::message, HasSubstr(word))))

TEST_F(InitFile, IsNotLookedForWithoutAUsableTenantAndName) {
  const Environment home = {{"HOME", to_text(folder_)}, {"USERPROFILE", to_text(folder_)}};
  EXPECT_REFUSED((InitCommand{.client = "cursor", .tenant = {}}), home, "--tenant");
  EXPECT_REFUSED((InitCommand{.client = "cursor", .tenant = "https://me:hunter2@t.example.com"}), home,
                 "user name or password");
  EXPECT_REFUSED((InitCommand{.client = "cursor", .tenant = "https://t.example.com", .name = "a b"}), home, "--name");
  EXPECT_REFUSED((InitCommand{.client = "cusor", .tenant = "https://t.example.com"}), home, "did you mean cursor?");
  EXPECT_THAT(names(), ElementsAre());
}

}  // namespace
}  // namespace app
