#include "base/log.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.h"

namespace base {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Log : public ::testing::Test {
 protected:
  void TearDown() override { set_log_level(LogLevel::warn); }

  template <typename Write>
  std::string written(Write write) {
    ::testing::internal::CaptureStderr();
    write();
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, WritesOneLineWithTimeAndLevel) {
  const std::string text = written([] { log(LogLevel::warn, "{} of {}", 1, 2); });
  EXPECT_THAT(text, MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9:.]+Z warning 1 of 2\n"));
}

TEST_F(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(written([] { log(LogLevel::info, "quiet"); }), "");
  set_log_level(LogLevel::debug);
  EXPECT_THAT(written([] { log(LogLevel::debug, "loud"); }), HasSubstr("loud"));
  EXPECT_THAT(written([] { log(LogLevel::info, "loud"); }), HasSubstr("info"));
  EXPECT_THAT(written([] { log(LogLevel::error, "loud"); }), HasSubstr("error"));
}

TEST_F(Log, AnnouncesWhateverTheLevel) {
  set_log_level(LogLevel::error);
  EXPECT_THAT(written([] { announce("https://tenant.example.com"); }), HasSubstr("info  https://tenant.example.com\n"));
}

TEST_F(Log, NeverHoldsALivingSecret) {
  const Secret token("a-token-that-lives");
  EXPECT_THAT(written([] { log(LogLevel::warn, "Bearer {}", "a-token-that-lives"); }),
              HasSubstr("Bearer [redacted]\n"));
}

TEST_F(Log, TurnsLineBreaksOfOthersIntoBlanks) {
  EXPECT_THAT(written([] { log(LogLevel::warn, "{}", "a\nb\x1b[0m"); }), HasSubstr("a b [0m\n"));
}

TEST(LogLevels, AreReadFromTheirNames) {
  EXPECT_EQ(parse_log_level("error"), LogLevel::error);
  EXPECT_EQ(parse_log_level("warn"), LogLevel::warn);
  EXPECT_EQ(parse_log_level("info"), LogLevel::info);
  EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
  EXPECT_FALSE(parse_log_level("WARN"));
}

}  // namespace
}  // namespace base
