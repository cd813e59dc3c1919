// The audit log as it is printed and checked (R-AUD-04).
#include "app/audit/show.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/json.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The lines of one run, as the server writes them.
class Chain {
 public:
  explicit Chain(std::string name) : name_(std::move(name)) {}

  std::string line(const Json& more = Json::object()) {
    Json line = {{"time", fmt::format("2026-01-0{}T00:00:00.000Z", number_)},
                 {"run", name_},
                 {"seq", number_++},
                 {"event", "call"},
                 {"person", "kim"},
                 {"tenant", "t.example.com"},
                 {"tool", "getScript"},
                 {"outcome", "done"}};
    line.update(more);
    line["previous"] = previous_;
    auto text = base::print_json(line);
    previous_ = base::hex(base::sha256(text));
    return text + "\n";
  }

 private:
  std::string name_;
  int number_ = 1;
  std::string previous_;
};

struct Printed {
  std::string text;
  AuditShown shown;
};
Printed show(const std::string& log, const AuditCommand& command = {}) {
  std::istringstream stream(log);
  Printed printed;
  printed.shown = show_audit(command, stream, [&](std::string_view text) { printed.text += text; });
  return printed;
}

TEST(AuditShow, FindsAWholeLogOfTwoRunsWhole) {
  Chain a("a");
  Chain b("b");
  std::string log = a.line() + b.line();
  log += a.line();
  log += b.line() + a.line();
  const auto [text, shown] = show(log);
  EXPECT_THAT(shown.fault, IsEmpty());
  EXPECT_THAT(shown.notes, IsEmpty());
  EXPECT_EQ(shown.lines, 5U);
  EXPECT_EQ(shown.runs, 2U);
  EXPECT_EQ(std::ranges::count(text, '\n'), 5);
}

TEST(AuditShow, NamesTheFirstBrokenLine) {
  Chain run("a");
  std::vector<std::string> lines;
  for (int i = 0; i < 5; ++i) lines.push_back(run.line());
  const auto fault_of = [](const std::vector<std::string>& log) {
    std::string whole;
    for (const auto& line : log) whole += line;
    return show(whole).shown.fault;
  };
  EXPECT_THAT(fault_of(lines), IsEmpty());
  auto changed = lines;
  changed[1].replace(changed[1].find("kim"), 3, "lee");
  EXPECT_THAT(fault_of(changed), AllOf(HasSubstr("line 3: "), HasSubstr("the line before it in run a was changed")));
  auto missing = lines;
  missing.erase(missing.begin() + 2);
  EXPECT_THAT(fault_of(missing), HasSubstr("line 3: line 4 of run a follows its line 2"));
  auto swapped = lines;
  std::swap(swapped[1], swapped[2]);
  EXPECT_THAT(fault_of(swapped), HasSubstr("line 2: line 3 of run a follows its line 1"));
  auto doubled = lines;
  doubled.insert(doubled.begin() + 1, lines[0]);
  EXPECT_THAT(fault_of(doubled), HasSubstr("line 2: line 1 of run a follows its line 1"));
  for (const char* strange : {"nonsense\n", "[]\n", "{}\n", "\n", "{\"run\":\"a\",\"seq\":-1,\"previous\":\"\"}\n"}) {
    auto others = lines;
    others.insert(others.begin() + 1, strange);
    EXPECT_THAT(fault_of(others), HasSubstr("line 2: it is not")) << strange;
  }
  EXPECT_THAT(fault_of({R"({"run":"a","seq":1,"previous":"00"})"
                        "\n"}),
              HasSubstr("does not begin its run"));
}

TEST(AuditShow, ToleratesALastLineThatIsNotWhole) {
  Chain run("a");
  auto log = run.line() + run.line();
  log.resize(log.size() - 10);
  const auto [text, shown] = show(log);
  EXPECT_THAT(shown.fault, IsEmpty());
  EXPECT_EQ(shown.lines, 1U);
  EXPECT_THAT(shown.notes, ElementsAre(HasSubstr("the last line is not whole")));
}

// A line that lacks its line break alone is looked at like all others, and so is what no server can have left.
TEST(AuditShow, ChecksALastLineWithoutItsLineBreak) {
  Chain run("a");
  auto log = run.line() + run.line();
  log.pop_back();
  EXPECT_THAT(show(log).shown.fault, IsEmpty());
  EXPECT_THAT(show(log).shown.notes, IsEmpty());
  EXPECT_EQ(show(log).shown.lines, 2U);
  log.replace(log.find("kim"), 3, "lee");
  EXPECT_THAT(show(log).shown.fault, HasSubstr("line 2: the line before it"));
  EXPECT_THAT(show("notes").shown.fault, HasSubstr("line 1: it is not"));
  EXPECT_THAT(show(R"({"mcpServers":)").shown.fault, HasSubstr("line 1: it is not"));
}

TEST(AuditShow, SaysWhatIsNotInTheFile) {
  Chain run("a");
  run.line();
  EXPECT_THAT(show(run.line()).shown.notes, ElementsAre(HasSubstr("run a begins with its line 2")));
  EXPECT_THAT(show(Chain("b").line({{"lost", 3}})).shown.notes, ElementsAre(HasSubstr("could not write 3 lines")));
}

TEST(AuditShow, PrintsWhatIsAskedForAndChecksTheRest) {
  Chain run("a");
  const auto first = run.line();
  const auto second = run.line({{"person", "lee"}, {"tool", "deleteScript"}});
  const auto third = run.line({{"tool", "deleteScript"}});
  const auto log = first + second + third;
  const auto json = [&](AuditCommand command) {
    command.json = true;
    return show(log, command).text;
  };
  EXPECT_EQ(json({}), log);
  EXPECT_EQ(json({.person = "lee"}), second);
  EXPECT_EQ(json({.tool = "deleteScript"}), second + third);
  EXPECT_EQ(json({.since = "2026-01-03"}), third);
  EXPECT_EQ(json({.since = "2026-01-02T00:00:00+01:00", .tool = "deleteScript"}), second + third);
  EXPECT_THROW(json({.since = "yesterday"}), base::Error);
  auto broken = log;
  broken.replace(broken.find("done"), 4, "gone");
  EXPECT_THAT(show(broken, {.person = "lee"}).shown.fault, HasSubstr("line 2"));
}

TEST(AuditShow, IsReadable) {
  const Json call = {
      {"arguments", {{"scriptId", "x\x1b[2J"}, {"script", {{"type", "text"}, {"size", 12}, {"sha256", "00"}}}}},
      {"outcome", "failed"},
      {"category", "conflict"},
      {"approval", {{"how", "approved through the client"}}},
      {"changeNumber", 7},
      {"requests",
       {{{"method", "PUT"}, {"path", "/am/x"}, {"status", 412}, {"transactionId", "t-1"}},
        {{"method", "GET"}, {"path", "/am/y"}, {"transactionId", "t-2"}}}}};
  const auto text = show(Chain("a").line(call)).text;
  EXPECT_EQ(text,
            "2026-01-01T00:00:00.000Z  kim  t.example.com  getScript scriptId=x [2J script=<text of 12 bytes>: failed "
            "(conflict), change 7, "
            "approved through the client\n"
            "    PUT /am/x: 412, transaction t-1\n    GET /am/y: no answer, transaction t-2\n");
  EXPECT_THAT(show(Chain("a").line({{"event", "sign-in"}})).text, HasSubstr("t.example.com  sign-in\n"));
}

}  // namespace
}  // namespace app
