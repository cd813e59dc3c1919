// A file of lines that several processes write (R-AUD-01): what is in it after kills, full disks and strange files.
#include "app/audit/line_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

// As the lines of an audit log begin.
const std::string head = R"({"time":")";
const std::string one = head + R"(one"})";
const std::string two = head + R"(two"})";

class LineFile : public testing::Test {
 protected:
  LineFile() : folder_(fs::temp_directory_path() / ("aic-lines-" + base::SystemRandom().uuid())) {
    fs::create_directory(folder_);
  }
  ~LineFile() override { fs::remove_all(folder_); }

  std::string path(const char* name = "audit.jsonl") const { return (folder_ / name).string(); }
  std::string text() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string fault_of(const std::string& path) {
    try {
      append_line(path, one);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code, base::Errc::configuration);
      return error.message;
    }
    return {};
  }

  fs::path folder_;
};

// In a process of its own, which ends without any cleaning up.
template <typename Work>
pid_t in_child(Work work) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    work();
  } catch (const base::Error&) {
    _exit(1);
  }
  _exit(0);
}
template <typename Work>
bool fails(Work work) {
  try {
    work();
  } catch (const base::Error&) {
    return true;
  }
  return false;
}
int status_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

// Every line as `write_lines` made it, and how many of each writer; a line that is broken fails the test.
std::string line_of(const std::string& writer, int number) {
  return fmt::format("{}{} {} {}", head, writer, number,
                     std::string(200 + static_cast<std::size_t>(number) % 5000, 'x'));
}
void write_lines(const std::string& path, const std::string& writer, int count) {
  for (int i = 0; i < count; ++i) append_line(path, line_of(writer, i));
}
std::map<std::string, int> count_lines(std::string_view text) {
  std::map<std::string, int> next;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto name = line.substr(std::min(head.size(), line.size()));
    const auto writer = std::string(name.substr(0, name.find(' ')));
    EXPECT_EQ(line, line_of(writer, next[writer]++)) << "broken";
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return next;
}

TEST_F(LineFile, IsMadeForItsOwnerAloneAndAppendedTo) {
  append_line(path(), one);
  append_line(path(), two);
  EXPECT_EQ(text(), one + "\n" + two + "\n");
  struct stat status = {};
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_FALSE(others_may_read(path()));
  fs::permissions(path(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_TRUE(others_may_read(path()));
}

TEST_F(LineFile, HasWholeLinesOfTwoProcesses) {
  constexpr int count = 500;
  const auto first = in_child([&] { write_lines(path(), "a", count); });
  const auto second = in_child([&] { write_lines(path(), "b", count); });
  EXPECT_EQ(status_of(first), 0);
  EXPECT_EQ(status_of(second), 0);
  EXPECT_EQ(count_lines(text()), (std::map<std::string, int>{{"a", count}, {"b", count}}));
}

// Killed at many moments: nothing but the line that was being written may be missing, and the next writer finds whole
// lines only.
TEST_F(LineFile, HasNoBrokenLineAfterAKill) {
  constexpr int kills = 30;
  int lines = 0;
  for (int i = 0; i < kills; ++i) {
    fs::remove(path());
    const auto writer = in_child([&] { write_lines(path(), "a", 1'000'000); });
    std::this_thread::sleep_for(std::chrono::microseconds(5'000 + 331 * i));
    kill(writer, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(status_of(writer)));
    append_line(path(), line_of("last", 0));
    const auto counted = count_lines(text());
    EXPECT_EQ(counted.at("last"), 1);
    lines += counted.contains("a") ? counted.at("a") : 0;
  }
  EXPECT_GT(lines, kills);
}

TEST_F(LineFile, LosesATornLineToTheNextWriter) {
  for (const auto& torn :
       {std::string("{"), std::string(R"({"time":"2026)"), head + std::string(10'000, 'y'), std::string(4096, ' ')}) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << one << "\n" << torn;
    append_line(path(), two);
    EXPECT_EQ(text(), one + "\n" + two + "\n");
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << torn;
    append_line(path(), two);
    EXPECT_EQ(text(), two + "\n");
  }
}

// An editor may have taken the last line break away, and so may a kill.
TEST_F(LineFile, KeepsALastLineThatLacksItsLineBreakAlone) {
  std::ofstream(path(), std::ios::binary) << one;
  append_line(path(), two);
  EXPECT_EQ(text(), one + "\n" + two + "\n");
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << one;
  try_to_append(path());
  EXPECT_EQ(text(), one + "\n");
}

// AIC_AUDIT_FILE may name another file by mistake.
TEST_F(LineFile, LeavesAFileAloneThatIsNoAuditLog) {
  for (const auto& other : {std::string(R"({"mcpServers":{}})"), std::string("{\n  \"mcpServers\": {}\n}"),
                            std::string("notes\n"), std::string("no line break"), one + "\nnotes",
                            std::string("            x\n"), std::string("\n"), "notes\n" + one}) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << other;
    EXPECT_THAT(fault_of(path()), HasSubstr("is not an audit log")) << other;
    EXPECT_TRUE(fails([&] { try_to_append(path()); })) << other;
    EXPECT_EQ(text(), other);
  }
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << "notes\n";
  EXPECT_THAT(obstacle_to_lines(path()), HasSubstr("is not an audit log"));
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << one << "\n";
  EXPECT_THAT(obstacle_to_lines(path()), IsEmpty());
}

// RLIMIT_FSIZE cuts a write as a full disk does.
TEST_F(LineFile, HasNoHalfALineOnAFullDisk) {
  append_line(path(), one);
  constexpr rlim_t room = 5000;
  const auto writer = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{room, room};
    setrlimit(RLIMIT_FSIZE, &limit);
    append_line(path(), head + std::string(4000, 'x'));
    if (!fails([&] { append_line(path(), head + std::string(4000, 'y')); })) _exit(2);
    if (!fails([&] { try_to_append(path()); })) _exit(3);
  });
  EXPECT_EQ(status_of(writer), 0);
  EXPECT_EQ(text(), one + "\n" + head + std::string(4000, 'x') + "\n");
}

TEST_F(LineFile, IsTriedWithoutATrace) {
  try_to_append(path());
  EXPECT_EQ(text(), "");
  append_line(path(), one);
  try_to_append(path());
  EXPECT_EQ(text(), one + "\n");
}

TEST_F(LineFile, IsMadeAnewAfterRotation) {
  append_line(path(), one);
  fs::rename(path(), path("audit.jsonl.1"));
  append_line(path(), two);
  EXPECT_EQ(text(), two + "\n");
}

TEST_F(LineFile, IsNotAnythingElseThanAFileOfOurs) {
  fs::create_directory(path("folder"));
  EXPECT_THAT(fault_of(path("folder")), HasSubstr("cannot be opened"));
  EXPECT_THAT(obstacle_to_lines(path("folder")), HasSubstr("not a file"));
  // Nobody reads or writes its other end, and nothing waits for that.
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(fault_of(path("fifo")), HasSubstr("not a file"));
  EXPECT_THAT(obstacle_to_lines(path("fifo")), HasSubstr("not a file"));
  EXPECT_THAT(fault_of("/dev/null"), HasSubstr("not a file"));
  EXPECT_THAT(fault_of(path("no/such/folder")), HasSubstr("No such file"));
  EXPECT_THAT(obstacle_to_lines(path("no/such/folder")), HasSubstr("cannot be made"));
  EXPECT_THAT(obstacle_to_lines(path("new")), IsEmpty());
  EXPECT_FALSE(fs::exists(path("new")));
}

TEST_F(LineFile, IsFoundBehindASymbolicLink) {
  fs::create_symlink(path(), path("link"));
  append_line(path("link"), one);
  EXPECT_EQ(text(), one + "\n");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  fs::create_symlink("/dev/null", path("null"));
  EXPECT_THAT(fault_of(path("null")), HasSubstr("not a file"));
}

TEST_F(LineFile, OfSomebodyElseIsLeftAlone) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to give a file to somebody else";
  std::ofstream(path()) << "theirs\n";
  ASSERT_EQ(chown(path().c_str(), 12'345, 12'345), 0);
  EXPECT_THAT(fault_of(path()), HasSubstr("belongs to somebody else"));
  EXPECT_THAT(obstacle_to_lines(path()), HasSubstr("belongs to somebody else"));
  EXPECT_EQ(text(), "theirs\n");
}

TEST_F(LineFile, IsNotWaitedForWithoutEnd) {
  append_line(path(), one);
  const int held = open(path().c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(held, LOCK_EX), 0);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(fault_of(path()), HasSubstr("locked by another process"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  close(held);
  EXPECT_THAT(fault_of(path()), IsEmpty());
}

// docs/audit.md has the figure. The bound is loose, as other tests run beside this one.
TEST_F(LineFile, TakesLittleTime) {
  constexpr int count = 2000;
  const std::string line = head + std::string(1000, 'x');
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) append_line(path(), line);
  const auto each =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin) / count;
  RecordProperty("microseconds_per_line", fmt::format("{:.1f}", static_cast<double>(each.count()) / 1000));
  EXPECT_LT(each, std::chrono::milliseconds(1));
}

}  // namespace
}  // namespace app
