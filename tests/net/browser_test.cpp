#include "net/browser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "support/fake_clock.h"
#include "support/run.h"

namespace net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string page = "https://tenant.example/am?a=1&b=%20x";

using Words = std::vector<std::string>;

TEST(BrowserCommands, LeavesCandidatesWithAnOpenQuoteOut) {
  EXPECT_THAT(browser_commands("one 'two:three", page), ElementsAre(Words{"three", page}));
  EXPECT_THAT(browser_commands("one\\", page), IsEmpty());
}

TEST(BrowserCommands, SkipsEmptyCandidates) {
  EXPECT_THAT(browser_commands("::  :x", page), ElementsAre(Words{"x", page}));
}

TEST(BrowserCommands, SplitsAsAShellWould) {
  EXPECT_THAT(browser_commands(R"(open -a "My Browser" 'it''s' a\ b "q\"\x" "")", page),
              ElementsAre(Words{"open", "-a", "My Browser", "its", "a b", R"(q"\x)", "", page}));
}

TEST(BrowserCommands, ExpandsNothing) {
  EXPECT_THAT(browser_commands("a $HOME `id` *; rm", page), ElementsAre(Words{"a", "$HOME", "`id`", "*;", "rm", page}));
}

TEST(BrowserCommands, ReplacesThePlaceholderAndElseAppends) {
  EXPECT_THAT(browser_commands("a --page=%s:b", page), ElementsAre(Words{"a", "--page=" + page}, Words{"b", page}));
}

// A directory with openers that the tests write.
class BrowserTest : public testing::Test {
 protected:
  BrowserTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "browser_test_XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~BrowserTest() override { std::filesystem::remove_all(directory_); }

  std::string opener(const std::string& name, const std::string& script) const {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0700);
    return path;
  }

  std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory_ + "/" + name).rdbuf();
    return text.str();
  }

  bool open(std::optional<std::string> command, std::optional<std::vector<std::string>> environment = {}) {
    const auto browser = system_browser(loop_, clock_, {std::move(command), std::move(environment)});
    return test::run(loop_, browser->open(page));
  }

  Loop loop_;
  test::FakeClock clock_{loop_};
  std::string directory_;
};

TEST_F(BrowserTest, OpensNothingWhenBrowserIsEmpty) {
  EXPECT_FALSE(open(""));
}

TEST_F(BrowserTest, OpensNothingWhereThereIsNoScreen) {
  EXPECT_FALSE(open({}, Words{"PATH=/usr/bin", "DISPLAY="}));
}

// The commands of that folder alone are found until the end of the test.
class OpenersOfTheSystem : public BrowserTest {
 protected:
  OpenersOfTheSystem() { setenv("PATH", directory_.c_str(), 1); }
  ~OpenersOfTheSystem() override { setenv("PATH", path_.c_str(), 1); }

  // An opener that writes its arguments into the file NAME.seen.
  void install(const std::string& name) const {
    opener(name, fmt::format("printf '%s|' \"$@\" >{}/{}.seen", directory_, name));
  }

  const std::string path_ = std::getenv("PATH");
};

TEST_F(OpenersOfTheSystem, IsXdgOpenOnADesktop) {
  install("xdg-open");
  install("wslview");

  for (const auto* screen : {"DISPLAY=:0", "WAYLAND_DISPLAY=wayland-0"}) {
    EXPECT_TRUE(open({}, Words{screen}));
    EXPECT_EQ(content("xdg-open.seen"), page + "|");
  }
  EXPECT_EQ(content("wslview.seen"), "");
}

TEST_F(OpenersOfTheSystem, IsWslviewUnderWslAndXdgOpenWhereItIsMissing) {
  const Words wsl{"WSL_DISTRO_NAME=Debian"};
  EXPECT_FALSE(open({}, wsl));

  install("xdg-open");
  EXPECT_TRUE(open({}, wsl));
  EXPECT_EQ(content("xdg-open.seen"), page + "|");

  install("wslview");
  std::filesystem::remove(directory_ + "/xdg-open.seen");
  EXPECT_TRUE(open({}, wsl));
  EXPECT_EQ(content("wslview.seen"), page + "|");
  EXPECT_EQ(content("xdg-open.seen"), "");
}

TEST_F(BrowserTest, CountsAMissingOpenerAsNotOpened) {
  EXPECT_FALSE(open(directory_ + "/missing"));
}

TEST_F(BrowserTest, CountsANonZeroExitAsNotOpened) {
  EXPECT_FALSE(open(opener("failing", "exit 3")));
}

TEST_F(BrowserTest, TriesOneCandidateAfterAnother) {
  const std::string good = opener("good", "echo \"$1\" >" + directory_ + "/url");

  EXPECT_TRUE(open(directory_ + "/missing:" + opener("failing", "exit 1") + ":" + good));

  EXPECT_EQ(content("url"), page + "\n");
}

TEST_F(BrowserTest, CountsAnOpenerThatStaysAsOpened) {
  const std::string fifo = directory_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const auto browser = system_browser(loop_, clock_, {opener("staying", "cat " + fifo), {}});

  auto opening = test::start(loop_, browser->open(page));
  EXPECT_FALSE(opening.ended());
  clock_.advance(Duration(3'000));
  EXPECT_TRUE(opening.get());

  std::ofstream(fifo) << "end";  // lets it go
  // It is collected, however late it ends.
  test::run_until(loop_, [] { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; });
}

TEST_F(BrowserTest, DetachesTheOpenerFromOurTerminalAndFiles) {
  const int ours = ::open("/dev/null", 0);
  const std::string script =
      "ls -l /proc/$$/fd >" + directory_ + "/files; ps -o sid= -p $$ >" + directory_ + "/session";

  EXPECT_TRUE(open(opener("looking", script)));
  ::close(ours);

  const std::string files = content("files");
  EXPECT_THAT(files, HasSubstr("0 -> /dev/null"));
  EXPECT_THAT(files, HasSubstr("2 -> /dev/null"));
  EXPECT_THAT(files, Not(HasSubstr("socket:")));
  EXPECT_THAT(files, Not(HasSubstr("eventpoll")));
  EXPECT_NE(std::stoi(content("session")), getsid(0));
}

TEST_F(BrowserTest, KeepsOurSettingsAndProxyCredentialsFromTheOpener) {
  const Words environment{"PATH=/usr/bin:/bin", "AIC_BASE_URL=https://tenant",  "https_proxy=http://me:word@proxy",
                          "NO_PROXY=localhost", "HTTP_PROXY=http://proxy:8080", "HOME=/home/me"};

  EXPECT_TRUE(open(opener("looking", "env >" + directory_ + "/environment"), environment));

  const std::string seen = content("environment");
  EXPECT_THAT(seen, HasSubstr("HOME=/home/me"));
  EXPECT_THAT(seen, HasSubstr("HTTP_PROXY=http://proxy:8080"));
  EXPECT_THAT(seen, Not(HasSubstr("AIC_")));
  EXPECT_THAT(seen, Not(HasSubstr("word")));
}

}  // namespace
}  // namespace net
