#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/settings.h"
#include "app/version.h"

namespace app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(CommandLine, WithoutAWordIsTheServer) {
  const auto line = parse_command_line({});
  ASSERT_TRUE(line.command);
  EXPECT_TRUE(std::holds_alternative<Serve>(*line.command));
}

TEST(CommandLine, HasOneHelpForAllCommands) {
  const auto line = parse_command_line({"--help"});
  EXPECT_FALSE(line.command);
  EXPECT_EQ(line.exit_code, 0);
  EXPECT_THAT(line.text,
              AllOf(HasSubstr("doctor"), HasSubstr("--sign-in"), HasSubstr("--json"), HasSubstr("--version")));
  EXPECT_THAT(line.text, HasSubstr(settings_help()));
  EXPECT_EQ(parse_command_line({"doctor", "-h"}).text, line.text);
  EXPECT_EQ(parse_command_line({"--version"}).text, version_text());
}

TEST(CommandLine, ReadsTheOptionsOfDoctor) {
  const auto line = parse_command_line({"doctor", "--json", "--sign-in"});
  ASSERT_TRUE(line.command);
  const auto& doctor = std::get<DoctorCommand>(*line.command);
  EXPECT_TRUE(doctor.json && doctor.sign_in);
}

TEST(CommandLine, ReadsTheOptionsOfInit) {
  const auto line =
      parse_command_line({"init", "--client", "codex", "--tenant=https://t.example.com", "--name", "x", "--remove"});
  ASSERT_TRUE(line.command);
  const auto& init = std::get<InitCommand>(*line.command);
  EXPECT_EQ(init.client, "codex");
  EXPECT_EQ(init.tenant, "https://t.example.com");
  EXPECT_EQ(init.name, "x");
  EXPECT_TRUE(init.remove && !init.print);
  const auto bare = parse_command_line({"init", "--print"});
  EXPECT_EQ(std::get<InitCommand>(*bare.command).name, "aic");
}

TEST(CommandLine, ReadsTheOptionsOfAudit) {
  const auto line =
      parse_command_line({"audit", "/log", "--json", "--since=2026-01-31", "--person", "kim", "--tool", "x"});
  ASSERT_TRUE(line.command);
  const auto& audit = std::get<AuditCommand>(*line.command);
  EXPECT_EQ(audit.file, "/log");
  EXPECT_EQ(audit.since + audit.person + audit.tool, "2026-01-31kimx");
  EXPECT_TRUE(audit.json);
  const auto without = parse_command_line({"audit"});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_THAT(without.text, HasSubstr("lacks an argument"));
}

TEST(CommandLine, KnowsNoCommandThatTakesOrGivesATokenAndShowsNoValue) {
  for (const char* word :
       {"login", "token", "logout", "hunter2", "--token", "--token=hunter2", "--json", "--tenant=hunter2"}) {
    const auto line = parse_command_line({word});
    EXPECT_FALSE(line.command) << word;
    EXPECT_EQ(line.exit_code, 1) << word;
    EXPECT_THAT(line.text, AllOf(HasSubstr("--help"), Not(HasSubstr("hunter2")))) << word;
  }
  const auto credential = parse_command_line({"doctor", "--client-secret=hunter2"});
  EXPECT_EQ(credential.exit_code, 1);
  EXPECT_THAT(credential.text, AllOf(HasSubstr("--client-secret is not accepted"), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace app
