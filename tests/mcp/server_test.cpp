#include "mcp/server.h"

#include "support/mcp/conversation.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

using base::Json;
using test::Conversation;
using test::settle;
using test::start;
using testing::ElementsAre;
using testing::HasSubstr;

std::string call(std::string_view id, std::string_view tool, std::string_view arguments = "{}",
                 std::string_view meta = "{}") {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}","arguments":{},"_meta":{}}}}})", id,
      tool, arguments, meta);
}
std::string ping(std::string_view id) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"ping"}})", id);
}
std::string cancel(std::string_view id) {
  return fmt::format(R"({{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{}}}}})", id);
}
std::string pong(std::string_view id) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{{}}}})", id);
}

TEST(Server, AnswersALineAboveTheLimitAndServesTheNext) {
  Conversation talk;
  talk.channel.say_too_long();
  talk.say(ping("1"));

  EXPECT_THAT(talk.hear(), HasSubstr("-32700"));
  EXPECT_EQ(talk.hear(), pong("1"));
}

TEST(Server, GivesAnIdBackDigitForDigit) {
  Conversation talk;
  for (const char* id : {"-0", "0", "123456789012345678901234567890", R"("-0")"}) {
    talk.say(ping(id));
    EXPECT_EQ(talk.hear(), pong(id));
  }
}

TEST(Server, EndsHeldRequestsOfAHostThatBeginsAnew) {
  Conversation talk({.calls = 1});
  talk.initialize("2025-11-25");
  talk.say(call("1", "wait"));
  talk.say(call("2", "echo"));

  talk.say(
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})");

  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":2,"error":{"code":-32000)"));
  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":1,"error":{"code":-32000)"));
  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":0,"result")"));
  EXPECT_EQ(talk.host.running, 0U);
  talk.say(call("1", "echo"));
  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":1,"result")"));
}

TEST(Server, HidesTheReasonOfAFaultFromTheClient) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.say(call("1", "crash"));

  const std::string answer = talk.hear();
  EXPECT_THAT(answer, HasSubstr(R"("id":1,"error":{"code":-32603)"));
  EXPECT_THAT(answer, Not(HasSubstr("a secret detail")));
}

TEST(Server, RefusesASecondRequestWithTheIdOfARunningOne) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "wait"));

  talk.say(call("1", "echo"));

  EXPECT_THAT(talk.hear(), HasSubstr("-32600"));
  EXPECT_THAT(talk.host.started, ElementsAre("wait"));
  talk.host.released.set();
  settle(talk.loop);
  EXPECT_THAT(talk.hear(), HasSubstr("released"));
}

TEST(Server, DoesNotTakeTheStringOneForTheNumberOne) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "wait"));

  talk.say(call(R"("1")", "echo"));

  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":"1","result")"));
}

TEST(Server, ServesOthersWhileACallRuns) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.say(call("1", "wait"));
  talk.say(ping("2"));
  talk.say(call("3", "echo"));

  EXPECT_EQ(talk.hear(), pong("2"));
  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":3,"result")"));
  EXPECT_EQ(talk.host.running, 1U);
}

TEST(Server, CountsTheCalls) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.say(call("1", "echo"));
  talk.say(call("2", "echo"));

  EXPECT_THAT(talk.host.numbers, ElementsAre(1, 2));
}

TEST(Cancellation, EndsTheCallAndGivesNoAnswer) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "wait", "{}", R"({"progressToken":"p"})"));
  EXPECT_THAT(talk.hear(), HasSubstr("notifications/progress"));

  talk.say(cancel("1"));

  EXPECT_EQ(talk.host.running, 0U);
  talk.host.released.set();
  settle(talk.loop);
  EXPECT_TRUE(talk.is_quiet());
}

TEST(Cancellation, CanFollowItsRequestAtOnce) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.channel.say(call("1", "echo"));
  talk.channel.say(cancel("1"));
  talk.say(ping("2"));

  EXPECT_EQ(talk.hear(), pong("2"));
  EXPECT_TRUE(talk.is_quiet());
}

TEST(Cancellation, OfWhatDoesNotRunIsIgnored) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "echo"));
  talk.hear();

  for (const auto* id : {"1", "99", "null", "{}", "1.5"}) talk.say(cancel(id));
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})");
  talk.say(ping("2"));

  EXPECT_EQ(talk.hear(), pong("2"));
}

TEST(Cancellation, FreesTheIdForTheNextRequest) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "wait"));
  talk.say(cancel("1"));

  talk.say(call("1", "echo"));

  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":1,"result")"));
}

TEST(Batch, IsAnsweredInOneLineWhenTheLastCallHasEnded) {
  Conversation talk;
  talk.initialize("2025-03-26");

  talk.say("[" + call("1", "wait") + "," + ping("2") + ",7," + cancel("99") + "]");
  EXPECT_TRUE(talk.is_quiet());
  talk.host.released.set();
  settle(talk.loop);

  const Json answers = talk.hear_json();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0]["id"], 2);
  EXPECT_EQ(answers[1]["error"]["code"], -32600);
  EXPECT_EQ(answers[2]["id"], 1);
}

TEST(Batch, IsAnsweredWithoutTheCallThatWasWithdrawn) {
  Conversation talk;
  talk.initialize("2025-03-26");
  talk.say("[" + call("1", "wait") + "," + ping("2") + "]");

  talk.say(cancel("1"));

  const Json answers = talk.hear_json();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0]["id"], 2);
}

TEST(Batch, OfNotificationsOrWithdrawnCallsIsNotAnswered) {
  Conversation talk;
  talk.initialize("2025-03-26");

  talk.say("[" + cancel("8") + "]");
  talk.say("[" + call("1", "wait") + "]");
  talk.say(cancel("1"));

  EXPECT_TRUE(talk.is_quiet());
}

TEST(Batch, IsRefusedInOtherRevisions) {
  for (const auto* revision : {"2024-11-05", "2025-06-18", "2025-11-25"}) {
    Conversation talk;
    talk.initialize(revision);

    talk.say("[" + ping("1") + "]");

    const Json answer = talk.hear_json();
    EXPECT_EQ(answer["error"]["code"], -32600);
    EXPECT_FALSE(answer.contains("id"));
  }
}

TEST(BackPressure, StartsNothingNewForAClientThatDoesNotRead) {
  Conversation talk({.unsent = 300});
  talk.initialize("2025-11-25");
  talk.channel.reads_at_once = false;

  for (int id = 1; id <= 20; ++id) talk.say(call(std::to_string(id), "echo", R"({"text":"0123456789"})"));

  EXPECT_LT(talk.host.started.size(), 5U);
  for (int id = 1; id <= 20; ++id) EXPECT_THAT(talk.hear(), HasSubstr(fmt::format("\"id\":{},", id)));
  EXPECT_EQ(talk.host.started.size(), 20U);
}

TEST(BackPressure, StopsReadingWhenTooMuchIsHeldAndGoesOnWhenTheClientReads) {
  Conversation talk({.unsent = 100, .held = 1000});
  talk.initialize("2025-11-25");
  talk.channel.reads_at_once = false;

  for (int id = 1; id <= 100; ++id) talk.say(ping(std::to_string(id)));

  EXPECT_GT(talk.channel.waiting_lines(), 60U);
  for (int id = 1; id <= 100; ++id) EXPECT_EQ(talk.hear(), pong(std::to_string(id)));
  EXPECT_EQ(talk.channel.waiting_lines(), 0U);
}

TEST(BackPressure, WithdrawsACallThatHasNotStarted) {
  Conversation talk({.unsent = 0});
  talk.initialize("2025-11-25");
  talk.channel.reads_at_once = false;
  talk.say(ping("1"));
  talk.say(call("2", "echo"));

  talk.say(cancel("2"));

  EXPECT_EQ(talk.hear(), pong("1"));
  EXPECT_TRUE(talk.is_quiet());
  EXPECT_THAT(talk.host.started, ElementsAre());
}

TEST(BackPressure, LetsPingsPassWhenTooManyCallsRun) {
  Conversation talk({.calls = 1});
  talk.initialize("2025-11-25");

  talk.say(call("1", "wait"));
  talk.say(call("2", "echo"));
  talk.say(ping("3"));

  EXPECT_EQ(talk.hear(), pong("3"));
  EXPECT_THAT(talk.host.started, ElementsAre("wait"));
  talk.host.released.set();
  settle(talk.loop);
  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":1,)"));
  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":2,)"));
}

TEST(BackPressure, HoldsTheMembersOfABatchAndAnswersItWhole) {
  Conversation talk({.unsent = 0});
  talk.initialize("2025-03-26");
  talk.channel.reads_at_once = false;
  talk.say(ping("1"));

  talk.say("[" + call("2", "echo") + "," + ping("3") + "]");

  EXPECT_EQ(talk.hear(), pong("1"));
  EXPECT_EQ(talk.hear_json().size(), 2U);
}

TEST(Server, AnswersTwoThousandPipelinedRequests) {
  Conversation talk;
  talk.initialize("2025-11-25");

  for (int id = 1; id <= 2000; ++id)
    talk.channel.say(id % 2 == 0 ? ping(std::to_string(id)) : call(std::to_string(id), "echo"));
  settle(talk.loop);

  std::size_t answers = 0;
  while (!talk.is_quiet()) answers += talk.hear().empty() ? 0U : 1U;
  EXPECT_EQ(answers, 2000U);
}

TEST(Shutdown, AtTheEndOfInputEndsTheCallsWithoutAnAnswer) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "wait"));

  talk.channel.end_input();
  settle(talk.loop);

  EXPECT_TRUE(talk.serving->ended());
  EXPECT_EQ(talk.host.running, 0U);
  auto finish = start(talk.loop, talk.server->finish(net::Duration{5000}));
  EXPECT_TRUE(finish.ended());
  EXPECT_TRUE(talk.is_quiet());
}

TEST(Shutdown, AnswersWhatWasReadBeforeTheEndOfInput) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.channel.say(call("1", "echo"));
  talk.channel.end_input();
  settle(talk.loop);

  EXPECT_THAT(talk.hear(), HasSubstr(R"("id":1,"result")"));
}

TEST(Shutdown, ByStopTakesNothingNew) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.server->stop();
  talk.say(call("1", "echo"));

  EXPECT_TRUE(talk.serving->ended());
  EXPECT_THAT(talk.host.started, ElementsAre());
}

TEST(Shutdown, FollowsWhenNobodyReadsTheOutputAnyMore) {
  Conversation talk;
  talk.initialize("2025-11-25");

  talk.channel.close_output();
  settle(talk.loop);

  EXPECT_TRUE(talk.serving->ended());
}

TEST(Shutdown, LeavesQuestionsAndClientsHarmless) {
  Conversation talk;
  talk.initialize("2025-11-25", R"({"elicitation":{"url":{}}})");
  talk.say(call("1", "leave", R"({"mode":"url"})", R"({"progressToken":1})"));
  talk.hear();
  talk.hear();

  talk.server.reset();
  settle(talk.loop);
  talk.host.question->close(true);
  talk.host.client->progress("late");
  std::vector<Action> answers;
  talk.host.client->elicit({.mode = Elicitation::Mode::url},
                           [&](const ElicitationAnswer& answer) { answers.push_back(answer.action); });
  settle(talk.loop);

  EXPECT_TRUE(talk.is_quiet());
  EXPECT_THAT(answers, ElementsAre(Action::undeliverable));
}

TEST(Shutdown, WaitsForACallThatDoesNotEndAtOnceButNotForEver) {
  Conversation talk;
  talk.initialize("2025-11-25");
  talk.say(call("1", "stubborn"));
  talk.channel.end_input();
  settle(talk.loop);

  auto finish = start(talk.loop, talk.server->finish(net::Duration{5000}));
  EXPECT_FALSE(finish.ended());
  talk.clock.advance(net::Duration{5000});

  EXPECT_TRUE(finish.ended());
}

}  // namespace
}  // namespace mcp
