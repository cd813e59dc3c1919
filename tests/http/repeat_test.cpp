#include "http/repeat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/kit/fake_clock.h"
#include "support/kit/fake_http.h"
#include "support/kit/fake_random.h"
#include "support/kit/run.h"

namespace http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string resource = "https://tenant.example/x";

TransportError failure(TransportError::Kind kind, Phase phase, bool maybe_sent) {
  return {kind, phase, "tenant.example", "it broke", maybe_sent};
}

class Repeats : public testing::Test {
 protected:
  // Sends, turning the clock whenever it waits.
  Response send(Repeat repeat) {
    const auto note = [this](net::Duration wait, std::string_view why) {
      waits_.push_back(wait);
      reasons_.emplace_back(why);
    };
    auto sending = test::start(loop_, send_with_repeats(http_, clock_, random_, {.url = resource}, repeat, note));
    while (clock_.sleepers() > 0) clock_.advance(clock_.next_wake());
    return sending.get();
  }

  void time_out_after(net::Duration time) {
    http_.answer_with("GET", resource, [this, time](const test::Sent&) -> Response {
      clock_.advance(time);
      throw failure(TransportError::Kind::timed_out, Phase::receive, true);
    });
  }

  net::Loop loop_;
  test::FakeClock clock_{loop_};
  test::FakeRandom random_;
  test::FakeHttp http_;
  std::vector<net::Duration> waits_;
  std::vector<std::string> reasons_;
};

TEST_F(Repeats, GivesUpAfterThreeAttempts) {
  for (int i = 0; i < 3; ++i) http_.answer("GET", resource, 503);

  EXPECT_EQ(send(Repeat::read).status, 503);

  EXPECT_EQ(http_.sent().size(), 3u);
  EXPECT_THAT(reasons_, ElementsAre("503 Service Unavailable", "503 Service Unavailable"));
  EXPECT_LE(waits_.at(0), net::Duration(500));
  EXPECT_LE(waits_.at(1), net::Duration(1000));
}

TEST_F(Repeats, ThrowsTheLastFailure) {
  for (int i = 0; i < 3; ++i) http_.lose_connection("GET", resource);

  EXPECT_THROW(send(Repeat::read), TransportError);
}

TEST_F(Repeats, NeverSendsAWriteAgainThatMayHaveArrived) {
  http_.lose_connection("GET", resource, true);

  EXPECT_THROW(send(Repeat::write), TransportError);
}

TEST_F(Repeats, NeverSendsAWriteAgainAfterA5xx) {
  http_.answer("GET", resource, 503, "", {{"Retry-After", "1"}});

  EXPECT_EQ(send(Repeat::write).status, 503);
}

TEST_F(Repeats, NeverSendsAWriteAgainAfterA429WithoutATime) {
  http_.answer("GET", resource, 429);

  EXPECT_EQ(send(Repeat::write).status, 429);
}

// R-WRT-14: what was read may have changed meanwhile, and only who read it can read it again.
TEST_F(Repeats, LeavesAWriteThatRestsOnAReadToWhoeverReadIt) {
  http_.answer("GET", resource, 429, "", {{"Retry-After", "1"}});
  EXPECT_EQ(send(Repeat::never).status, 429);

  http_.lose_connection("GET", resource, false);
  EXPECT_THROW(send(Repeat::never), TransportError);

  EXPECT_THAT(waits_, IsEmpty());
  EXPECT_EQ(http_.sent().size(), 2u);
}

TEST_F(Repeats, DoesNotWaitForALongRetryAfter) {
  http_.answer("GET", resource, 429, "", {{"Retry-After", "31"}});

  EXPECT_EQ(send(Repeat::read).status, 429);

  EXPECT_THAT(waits_, IsEmpty());
}

// R-HTT-19: a connection that kept silent is not used again, and a read may try another.
TEST_F(Repeats, SendsAReadThatTimedOutOnceMoreWithinItsOwnLimit) {
  time_out_after(net::Duration(40'000));
  http_.answer("GET", resource, 200);

  EXPECT_EQ(send(Repeat::read).status, 200);

  EXPECT_EQ(http_.sent().at(0).request.total_limit, net::Duration(60'000));
  EXPECT_EQ(http_.sent().at(1).request.total_limit, net::Duration(20'000));
  EXPECT_THAT(waits_, ElementsAre(net::Duration::zero()));
}

TEST_F(Repeats, SendsNothingAgainThatTimedOutTwiceOrUsedItsTimeUp) {
  time_out_after(net::Duration(20'000));
  time_out_after(net::Duration(20'000));
  EXPECT_THROW(send(Repeat::read), TransportError);

  time_out_after(net::Duration(60'000));
  EXPECT_THROW(send(Repeat::read), TransportError);
}

TEST_F(Repeats, NeverSendsAWriteAgainThatTimedOut) {
  time_out_after(net::Duration(40'000));

  EXPECT_THROW(send(Repeat::write), TransportError);
}

TEST_F(Repeats, DoesNotRepeatWhatWasTooLargeOrWaitedTooLong) {
  http_.fail("GET", resource, failure(TransportError::Kind::too_large, Phase::receive, true));
  EXPECT_THROW(send(Repeat::read), TransportError);
  http_.fail("GET", resource, failure(TransportError::Kind::timed_out, Phase::queue, false));
  EXPECT_THROW(send(Repeat::read), TransportError);
}

TEST_F(Repeats, DoesNotRepeatOtherFailuresOfTheTenant) {
  for (const int status : {302, 400, 401, 403, 404, 409, 412, 500, 501, 505}) {
    http_.answer("GET", resource, status);
    EXPECT_EQ(send(Repeat::read).status, status);
  }
}

TEST_F(Repeats, WaitsAsLongAsRetryAfterSays) {
  http_.answer("GET", resource, 429, "", {{"Retry-After", "30"}});
  http_.answer("GET", resource, 200);

  EXPECT_EQ(send(Repeat::write).status, 200);

  EXPECT_THAT(waits_, ElementsAre(net::Duration(30'000)));
  EXPECT_THAT(reasons_, ElementsAre("429 Too Many Requests"));
}

TEST_F(Repeats, WaitsUntilTheRateLimitsWindowOpens) {
  const auto reset = std::to_string(clock_.unix_ms() / 1000 + 4);
  http_.answer("GET", resource, 429, "", {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}});
  http_.answer("GET", resource, 200);

  EXPECT_EQ(send(Repeat::read).status, 200);

  ASSERT_EQ(waits_.size(), 1U);
  EXPECT_GE(waits_[0], net::Duration(3'000));
  EXPECT_LE(waits_[0], net::Duration(4'000));
}

TEST_F(Repeats, SendsAnythingAgainThatProvablyWasNotSent) {
  http_.lose_connection("GET", resource, false);
  http_.answer("GET", resource, 200);

  EXPECT_EQ(send(Repeat::write).status, 200);

  EXPECT_THAT(reasons_, ElementsAre("the connection failed"));
}

TEST_F(Repeats, StopsWaitingWhenCancelled) {
  http_.answer("GET", resource, 503, "", {{"Retry-After", "20"}});
  auto sending = test::start(loop_, send_with_repeats(http_, clock_, random_, {.url = resource}, Repeat::read));

  sending.cancel();
  test::settle(loop_);

  EXPECT_TRUE(sending.was_cancelled());
}

constexpr std::int64_t sunday = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<net::Duration> parse(std::string value) {
  return retry_after({{"retry-after", std::move(value)}}, sunday);
}

TEST(RetryAfter, IsNothingWhereItCannotBeRead) {
  EXPECT_FALSE(retry_after({}, sunday));
  for (const auto* text : {"", "soon", "-1", "1.5", "10 s", "Sun, 32 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
}

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(parse("0"), net::Duration(0));
  EXPECT_EQ(parse("120"), net::Duration(120'000));
  EXPECT_GT(parse("99999999999999999999999"), net::Duration(1'000'000));
}

TEST(RetryAfter, ReadsTheThreeFormsOfADate) {
  EXPECT_EQ(parse("Sun, 06 Nov 1994 08:49:47 GMT"), net::Duration(10'000));
  EXPECT_EQ(parse("Sunday, 06-Nov-94 08:49:47 GMT"), net::Duration(10'000));
  EXPECT_EQ(parse("Sun Nov  6 08:49:47 1994"), net::Duration(10'000));
}

TEST(RetryAfter, IsNoTimeForADateInThePast) {
  EXPECT_EQ(parse("Sun, 06 Nov 1994 08:00:00 GMT"), net::Duration(0));
}

}  // namespace
}  // namespace http
