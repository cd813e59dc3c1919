#include "net/browser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "support/kit/fake_clock.h"
#include "support/kit/run.h"

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
    const auto browser = system_browser(loop_, clock_, {std::move(command), std::move(environment), "AIC_"});
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
  EXPECT_FALSE(open({}, Words{"PATH=" + directory_, "DISPLAY="}));
}

// A client that passes few variables on; systemd knows the rest.
class DesktopSession : public BrowserTest {
 protected:
  DesktopSession() { opener("xdg-open", "env >" + directory_ + "/seen"); }
  void systemd_says(const std::string& script) { opener("systemctl", script); }
  bool open_here() { return open({}, Words{"PATH=" + directory_ + ":/usr/bin:/bin", "LANG=C"}); }
};

TEST_F(DesktopSession, TellsWhereTheScreenIs) {
  systemd_says(R"([ "$*" = "--user show-environment" ] || exit 1
echo DISPLAY=:7
echo XAUTHORITY=/run/user/1000/auth
echo SECRET_OF_SOMEBODY=x
echo LANG=de_DE)");

  EXPECT_TRUE(open_here());

  const auto seen = content("seen");
  EXPECT_THAT(seen, HasSubstr("DISPLAY=:7\n"));
  EXPECT_THAT(seen, HasSubstr("XAUTHORITY=/run/user/1000/auth\n"));
  EXPECT_THAT(seen, HasSubstr("LANG=C\n"));
  EXPECT_THAT(seen, Not(HasSubstr("SECRET_OF_SOMEBODY")));
}

TEST_F(DesktopSession, GetsNoFileOfOurs) {
  const int file = ::open("/dev/zero", O_RDONLY);  // NOLINT(android-cloexec-open)
  systemd_says("ls -l /proc/$$/fd >" + directory_ + "/files; echo DISPLAY=:7");

  EXPECT_TRUE(open_here());
  ::close(file);

  EXPECT_THAT(content("files"), HasSubstr("2 -> /dev/null"));
  EXPECT_THAT(content("files"), Not(HasSubstr("/dev/zero")));
}

TEST_F(DesktopSession, ThatIsNotThereLeavesTheNextRung) {
  systemd_says("echo DISPLAY=:7; exit 1");
  EXPECT_FALSE(open_here());

  systemd_says("echo LANG=C");
  EXPECT_FALSE(open_here());

  std::filesystem::remove(directory_ + "/systemctl");
  EXPECT_FALSE(open({}, Words{"PATH=" + directory_}));
}

TEST_F(DesktopSession, IsNotAskedForWhereTheScreenIsKnown) {
  systemd_says("echo asked >" + directory_ + "/asked");

  EXPECT_TRUE(open({}, Words{"PATH=" + directory_ + ":/usr/bin:/bin", "DISPLAY=:0"}));

  EXPECT_EQ(content("asked"), "");
}

TEST(LeaveBundle, TakesOutTheEntriesOfAnAppImage) {
  Words environment{"APPDIR=/tmp/.mount_CursorX1/",
                    "LD_LIBRARY_PATH=/tmp/.mount_CursorX1/usr/lib:/opt/mine/lib",
                    "LD_PRELOAD=/tmp/.mount_CursorX1/usr/lib/a.so /usr/lib/mine.so",
                    "GTK_PATH=/tmp/.mount_CursorX1/usr/lib/gtk",
                    "GIO_MODULE_DIR=/tmp/.mount_CursorX1/usr/lib/gio",
                    "XDG_DATA_DIRS=/tmp/.mount_CursorX1/usr/share:/usr/local/share:/usr/share",
                    "PATH=/tmp/.mount_CursorX1/usr/bin:/usr/bin:/bin",
                    "HOME=/home/ada",
                    "LANG=C"};

  leave_bundle(environment);

  EXPECT_THAT(environment, ElementsAre("LD_LIBRARY_PATH=/opt/mine/lib", "LD_PRELOAD=/usr/lib/mine.so",
                                       "XDG_DATA_DIRS=/usr/local/share:/usr/share", "PATH=/usr/bin:/bin",
                                       "HOME=/home/ada", "LANG=C"));
}

TEST(LeaveBundle, TakesOutTheEntriesOfASnap) {
  Words environment{"SNAP=/snap/code/155",
                    "HOME=/home/ada",
                    "GTK_EXE_PREFIX=/snap/code/155/usr",
                    "GDK_PIXBUF_MODULE_FILE=/home/ada/snap/code/common/.cache/loaders.cache",
                    "GSETTINGS_SCHEMA_DIR=/home/ada/snap/code/155/.local/share/glib-2.0/schemas",
                    "XDG_DATA_DIRS=/home/ada/snap/code/155/.local/share:/snap/code/155/usr/share:/usr/share:"
                    "/var/lib/snapd/desktop",
                    "PATH=/snap/code/155/usr/bin:/usr/bin:/snap/bin"};

  leave_bundle(environment);

  EXPECT_THAT(environment, ElementsAre("HOME=/home/ada", "XDG_DATA_DIRS=/usr/share:/var/lib/snapd/desktop",
                                       "PATH=/usr/bin:/snap/bin"));
}

TEST(LeaveBundle, KnowsItsFoldersWithoutTheLaunchersVariables) {
  Words environment{"LD_LIBRARY_PATH=/tmp/.mount_Claude7/usr/lib:/snap/other/3/lib"};

  leave_bundle(environment);

  EXPECT_THAT(environment, IsEmpty());
}

TEST(LeaveBundle, LeavesEverythingElseAsItIs) {
  const Words before{"HOME=/home/ada",
                     "PATH=/usr/bin::/home/ada/snapshots/bin",
                     "EMPTY=",
                     "XDG_DATA_DIRS=:/usr/share:",
                     "URL=https://x/snap/y:8080",
                     "nonsense"};
  auto environment = before;

  leave_bundle(environment);

  EXPECT_EQ(environment, before);
}

TEST_F(BrowserTest, IsFoundByThePathThatTheBundleDoesNotLead) {
  const auto bundle = directory_ + "/bundle";
  std::filesystem::create_directory(bundle);
  opener("bundle/xdg-open", "echo bundle >" + directory_ + "/seen");
  opener("xdg-open", "echo system >" + directory_ + "/seen");

  EXPECT_TRUE(open({}, Words{"DISPLAY=:0", "APPDIR=" + bundle, "PATH=" + bundle + ":" + directory_}));

  EXPECT_EQ(content("seen"), "system\n");
}

// The commands of that folder alone are found.
class OpenersOfTheSystem : public BrowserTest {
 protected:
  // An opener that writes its arguments into the file NAME.seen.
  void install(const std::string& name) const {
    opener(name, fmt::format("printf '%s|' \"$@\" >{}/{}.seen", directory_, name));
  }
  std::string path() const { return "PATH=" + directory_; }
};

TEST_F(OpenersOfTheSystem, IsXdgOpenOnADesktop) {
  install("xdg-open");
  install("wslview");

  for (const auto* screen : {"DISPLAY=:0", "WAYLAND_DISPLAY=wayland-0"}) {
    EXPECT_TRUE(open({}, Words{screen, path()}));
    EXPECT_EQ(content("xdg-open.seen"), page + "|");
  }
  EXPECT_EQ(content("wslview.seen"), "");
}

TEST_F(OpenersOfTheSystem, IsWslviewUnderWslAndXdgOpenWhereItIsMissing) {
  const Words wsl{"WSL_DISTRO_NAME=Debian", path()};
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
  const auto browser =
      system_browser(loop_, clock_, {opener("staying", "cat " + fifo), Words{"PATH=/usr/bin:/bin", "DISPLAY=:0"}});

  auto opening = test::start(loop_, browser->open(page));
  EXPECT_FALSE(opening.ended());
  clock_.advance(Duration(3'000));
  EXPECT_TRUE(opening.get());

  std::ofstream(fifo) << "end";  // lets it go
  // It is collected, however late it ends.
  test::run_until(loop_, [] { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; });
}

TEST_F(BrowserTest, DetachesTheOpenerFromOurTerminal) {
  const std::string script =
      "ls -l /proc/$$/fd >" + directory_ + "/files; ps -o sid= -p $$ >" + directory_ + "/session";

  EXPECT_TRUE(open(opener("looking", script)));

  const std::string files = content("files");
  EXPECT_THAT(files, HasSubstr("0 -> /dev/null"));
  EXPECT_THAT(files, HasSubstr("2 -> /dev/null"));
  EXPECT_NE(std::stoi(content("session")), getsid(0));
}

// A descriptor that children inherit, with the lowest free number from `least` on.
class InheritedFile {
 public:
  explicit InheritedFile(int least) {
    const int file = ::open("/dev/zero", O_RDONLY);  // NOLINT(android-cloexec-open)
    number_ = ::fcntl(file, F_DUPFD, least);         // NOLINT(android-cloexec-dup)
    ::close(file);
  }
  ~InheritedFile() { ::close(number_); }
  InheritedFile(const InheritedFile&) = delete;
  InheritedFile& operator=(const InheritedFile&) = delete;
  int number() const { return number_; }

 private:
  int number_ = -1;
};

TEST_F(BrowserTest, LeavesNoFileOfOursOpenInTheOpener) {
  const auto highest = static_cast<int>(std::min<long>(sysconf(_SC_OPEN_MAX), 5'000) - 1);
  const InheritedFile low(3);
  const InheritedFile high(highest);
  ASSERT_GE(low.number(), 3);
  ASSERT_EQ(high.number(), highest);

  EXPECT_TRUE(open(opener("looking", "ls -l /proc/$$/fd >" + directory_ + "/files")));

  const std::string files = content("files");
  EXPECT_THAT(files, HasSubstr("2 -> /dev/null"));
  EXPECT_THAT(files, Not(HasSubstr("/dev/zero")));
  EXPECT_THAT(files, Not(HasSubstr("socket:")));
  EXPECT_THAT(files, Not(HasSubstr("eventpoll")));
}

TEST_F(BrowserTest, LeavesNoFileOpenThatAnotherThreadOpensMeanwhile) {
  std::atomic<bool> is_done = false;
  std::thread other([&] {
    while (!is_done) {
      std::deque<InheritedFile> files;
      for (int i = 0; i < 800; ++i) files.emplace_back(3);
    }
  });
  const auto looking = opener("looking", "ls -l /proc/$$/fd >>" + directory_ + "/files");

  for (int i = 0; i < 40; ++i) EXPECT_TRUE(open(looking));
  is_done = true;
  other.join();

  EXPECT_THAT(content("files"), HasSubstr("2 -> /dev/null"));
  EXPECT_THAT(content("files"), Not(HasSubstr("/dev/zero")));
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
