// How a sign-in reaches the person where no browser opens, and what the answers do (R-PKC-13, -14, -18).
#include "auth/sign_in_fixture.h"

namespace {

using auth::Answer;
using test::FakeChannel;
using test::token_path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class Ladder : public test::SignInTest {
 protected:
  Ladder() { browser.works = false; }

  void answer(const FakeChannel& client, std::size_t prompt, Answer answer) {
    test::inside(loop, [=, &client] { client.shown.at(prompt)->answer(answer); });
  }
  const auth::Prompt& prompt(std::size_t number = 0) { return channel.shown.at(number)->prompt; }
  void expect_tokens() {
    tenant_gives("login-token");
    tenant_gives("scoped-token");
  }
};

TEST_F(Ladder, ShowsTheAddressInUrlModeFirst) {
  expect_tokens();
  auto first = call();
  const auto url = authorize_url();

  ASSERT_EQ(channel.shown.size(), 1u);
  EXPECT_EQ(prompt().mode, auth::Prompt::Mode::url);
  EXPECT_EQ(prompt().url, url);
  EXPECT_TRUE(base::is_uuid(prompt().id));
  EXPECT_THAT(prompt().message, HasSubstr("t.example.com"));

  sign_in();
  EXPECT_EQ(first.get()->reveal(), "scoped-token");
  EXPECT_THAT(channel.shown.at(0)->closed, ElementsAre(true));
}

TEST_F(Ladder, GoesOnWhereTheBrowserBreaks) {
  browser.on_open = [](const std::string&) { throw base::Error(base::Errc::internal, "no such thing"); };
  auto first = call();
  authorize_url();

  EXPECT_EQ(channel.shown.size(), 1u);
  first.cancel();
}

TEST_F(Ladder, PutsTheAddressIntoAFormWhereNoUrlCanBeShown) {
  channel.urls = false;
  auto first = call();
  const auto url = authorize_url();

  EXPECT_EQ(prompt().mode, auth::Prompt::Mode::form);
  EXPECT_THAT(prompt().message, HasSubstr("\n\n" + url + "\n"));
  EXPECT_EQ(prompt().url, "");
  first.cancel();
}

TEST_F(Ladder, GoesDownStepByStepWhenTheClientRefuses) {
  auto first = call();
  const auto url = authorize_url();
  answer(channel, 0, Answer::undeliverable);
  ASSERT_EQ(channel.shown.size(), 2u);
  EXPECT_EQ(prompt(1).mode, auth::Prompt::Mode::form);
  EXPECT_NE(prompt(1).id, prompt(0).id);

  answer(channel, 1, Answer::undeliverable);

  EXPECT_EQ(channel.shown.size(), 2u);
  const auto error = error_of(first);
  EXPECT_EQ(error.code, base::Errc::login_required);
  EXPECT_EQ(base::text_member(error.detail, "url"), url);
}

TEST_F(Ladder, ReturnsTheAddressAtOnceWhereNothingCanBeShown) {
  channel.urls = channel.forms = false;
  channel.wants_progress = true;
  auto first = call();
  const auto url = authorize_url();

  const auto error = error_of(first);

  EXPECT_EQ(error.code, base::Errc::login_required);
  EXPECT_THAT(error.message, HasSubstr(url));
  EXPECT_EQ(base::text_member(error.detail, "url"), url);
  EXPECT_EQ(base::member(error.detail, "secondsLeft"), 300);
  EXPECT_THAT(error.message, HasSubstr("5 minutes"));
  EXPECT_THAT(error.next, HasSubstr("its host is t.example.com"));
  EXPECT_THAT(error.next, HasSubstr("call again"));
}

TEST_F(Ladder, LetsTheNextCallWaitForThatSignIn) {
  channel.urls = channel.forms = false;
  channel.wants_progress = true;
  auto first = call();
  const auto url = authorize_url();
  error_of(first);

  auto second = call();
  clock.advance(44s);
  EXPECT_FALSE(second.ended());
  clock.advance(1s);
  const auto error = error_of(second);
  EXPECT_EQ(base::text_member(error.detail, "url"), url);
  EXPECT_EQ(base::member(error.detail, "secondsLeft"), 255);

  expect_tokens();
  auto third = call();
  sign_in();
  EXPECT_EQ(third.get()->reveal(), "scoped-token");
  EXPECT_EQ(browser.opened.size(), 1u);
}

TEST_F(Ladder, TakesAnInstantRefusalForAPromptThatNobodySaw) {
  for (const auto refusal : {Answer::declined, Answer::cancelled}) {
    FakeChannel client;
    const auto login = browser.opened.size();
    auto each = call(client);
    const auto url = authorize_url(login);
    clock.advance(1900ms);

    answer(client, 0, refusal);

    EXPECT_EQ(error_of(each).code, base::Errc::login_required);
    EXPECT_EQ(client.shown.size(), 1u);
    EXPECT_TRUE(listens(url));
    clock.advance(301s);
  }
}

TEST_F(Ladder, EndsTheSignInWhenThePersonDeclines) {
  for (const auto refusal : {Answer::declined, Answer::cancelled}) {
    FakeChannel client, other;
    const auto login = browser.opened.size();
    auto first = call(client);
    const auto url = authorize_url(login);
    auto second = call(other);
    clock.advance(2s);

    answer(client, 0, refusal);

    EXPECT_EQ(error_of(first).code, base::Errc::login_declined);
    EXPECT_EQ(error_of(second).code, base::Errc::login_declined);
    EXPECT_THAT(client.shown.at(0)->closed, ElementsAre(false));
    EXPECT_FALSE(listens(url));
  }
}

TEST_F(Ladder, KeepsWaitingAfterAnAcceptAndPromptsNobodyElse) {
  expect_tokens();
  channel.wants_progress = true;
  FakeChannel other;
  auto first = call();
  authorize_url();
  auto second = call(other);
  answer(channel, 0, Answer::accepted);
  auto third = call(other);
  clock.advance(20s);
  EXPECT_FALSE(first.ended());

  sign_in();

  EXPECT_EQ(first.get()->reveal(), "scoped-token");
  second.get();
  third.get();
  EXPECT_EQ(channel.shown.size(), 1u);
  EXPECT_TRUE(other.shown.empty());
}

TEST_F(Ladder, TellsTheAddressInProgress) {
  channel.wants_progress = true;
  auto first = call();
  const auto url = authorize_url();

  clock.advance(10s);

  EXPECT_THAT(channel.told.back(), HasSubstr(url));
  first.cancel();
}

TEST_F(Ladder, KeepsAPromptThatOutlivesItsCall) {
  auto first = call();
  authorize_url();
  first.cancel();
  EXPECT_TRUE(channel.shown.at(0)->closed.empty());

  tenant_gives("login-token");
  sign_in();
  wait_until([&] { return session().signed_in(); });
  test::settle(loop);

  EXPECT_THAT(channel.shown.at(0)->closed, ElementsAre(true));
}

TEST_F(Ladder, IgnoresAnAnswerThatComesAfterTheEnd) {
  expect_tokens();
  auto first = call();
  sign_in();
  first.get();
  clock.advance(5s);

  answer(channel, 0, Answer::declined);

  EXPECT_TRUE(session().signed_in());
  EXPECT_EQ(call().get()->reveal(), "scoped-token");
}

TEST_F(Ladder, LetsAnotherCallAskWhereOneCannotAnyMore) {
  channel.cannot_ask = true;
  FakeChannel other;
  auto first = call();
  auto second = call(other);
  const auto url = authorize_url();

  const auto error = error_of(first);

  EXPECT_EQ(error.code, base::Errc::login_required);
  EXPECT_EQ(base::text_member(error.detail, "url"), url);
  EXPECT_EQ(other.shown.size(), 1u);
  second.cancel();
}

// Clients of MCP 2026-07-28: the question travels in the result of the call, the answer in its repetition.
class UnwindingLadder : public Ladder {
 protected:
  UnwindingLadder() { channel.unwinds = true; }

  // The call that is unwound by the prompt; gives the prompt's id.
  std::string unwound_id() {
    auto first = call();
    try {
      first.get();
    } catch (const test::Unwound& unwound) {
      return unwound.prompt_id;
    }
    ADD_FAILURE() << "was not unwound";
    return {};
  }
};

TEST_F(UnwindingLadder, PromptsAgainOnlyTheCallThatBringsTheAnswer) {
  expect_tokens();
  const auto id = unwound_id();

  FakeChannel joining;
  joining.unwinds = true;
  auto joined = call(joining);
  FakeChannel repeating;
  repeating.unwinds = true;
  repeating.answers[id] = Answer::accepted;
  auto repeated = call(repeating);

  EXPECT_FALSE(joined.ended());
  EXPECT_TRUE(joining.shown.empty());
  ASSERT_EQ(repeating.shown.size(), 1u);
  EXPECT_EQ(repeating.shown.at(0)->prompt.id, id);
  EXPECT_EQ(repeating.shown.at(0)->prompt.url, prompt().url);
  sign_in();
  EXPECT_EQ(repeated.get()->reveal(), "scoped-token");
  joined.get();
}

TEST_F(UnwindingLadder, CountsTheTimeOfTheFirstShowing) {
  const auto id = unwound_id();
  clock.advance(3s);
  FakeChannel repeating;
  repeating.answers[id] = Answer::declined;

  auto repeated = call(repeating);

  EXPECT_EQ(error_of(repeated).code, base::Errc::login_declined);
}

TEST_F(UnwindingLadder, TakesAnInstantRefusalForAPromptThatNobodySaw) {
  const auto id = unwound_id();
  clock.advance(1s);
  FakeChannel repeating;
  repeating.answers[id] = Answer::cancelled;

  auto repeated = call(repeating);

  EXPECT_EQ(error_of(repeated).code, base::Errc::login_required);
}

// Two of its requests wait for a token at once: the one that does not take the answer must not wait on.
TEST_F(UnwindingLadder, ShowsTheAddressAtOnceInACallThatNeedsSeveralTokens) {
  const auto id = unwound_id();
  FakeChannel repeating;
  repeating.answers[id] = Answer::cancelled;

  auto first_token = call(repeating, {"fr:idm:*"});
  auto second_token = call(repeating, {"fr:am:*"});

  EXPECT_EQ(error_of(first_token).code, base::Errc::login_required);
  EXPECT_EQ(error_of(second_token).code, base::Errc::login_required);
}

// Its client may have given the prompt up, or lost it.
TEST_F(UnwindingLadder, PromptsALaterCallAgainWhereNobodyAnswered) {
  const auto id = unwound_id();
  clock.advance(10s);
  FakeChannel later;
  later.unwinds = true;
  auto asking = call(later);
  FakeChannel beside;
  beside.unwinds = true;
  auto joining = call(beside);

  EXPECT_THROW(asking.get(), test::Unwound);
  ASSERT_EQ(later.shown.size(), 1u);
  EXPECT_EQ(later.shown.at(0)->prompt.id, id);
  EXPECT_FALSE(joining.ended());
  EXPECT_TRUE(beside.shown.empty());
  joining.cancel();
}

TEST_F(UnwindingLadder, PromptsAWaitingCallWhereThePromptSeemsLost) {
  const auto id = unwound_id();
  FakeChannel waiting;
  waiting.unwinds = true;
  auto joined = call(waiting);
  clock.advance(9s);
  EXPECT_FALSE(joined.ended());

  clock.advance(1s);

  EXPECT_THROW(joined.get(), test::Unwound);
  EXPECT_EQ(waiting.shown.at(0)->prompt.id, id);
}

TEST_F(UnwindingLadder, TellsTheRepeatedCallHowTheSignInEnded) {
  const auto id = unwound_id();
  come_back("error=access_denied");
  pages.at(0).get();
  FakeChannel repeating;
  repeating.unwinds = true;
  repeating.answers[id] = Answer::accepted;

  auto repeated = call(repeating);

  EXPECT_THAT(error_of(repeated).message, HasSubstr("access_denied"));
  EXPECT_EQ(browser.opened.size(), 1u);
}

TEST_F(UnwindingLadder, NeedsNoPromptWhereTheSignInIsDoneMeanwhile) {
  expect_tokens();
  const auto id = unwound_id();
  sign_in();
  wait_until([&] { return session().signed_in(); });
  FakeChannel repeating;
  repeating.answers[id] = Answer::accepted;

  EXPECT_EQ(call(repeating).get()->reveal(), "scoped-token");
  EXPECT_TRUE(repeating.shown.empty());
}

}  // namespace
