#include "aic/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aic/tenant_fixture.h"

namespace aic {
namespace {

using base::Errc;
using testing::EndsWith;
using testing::StartsWith;
using Write = Seen::Write;

base::Error lost_write() {
  base::Error error(Errc::outcome_unknown, "connection lost; whether the change happened is not known");
  error.request = "PUT /thing";
  error.may_have_happened = true;
  error.what_failed = "connection lost";
  error.next = "Do not repeat this before checking.";
  return error;
}

Look shows(Seen seen) {
  return [seen]() -> net::Task<Seen> { co_return seen; };
}

class Settling : public ::testing::Test, public test::TenantFixture {
 protected:
  base::Error settled_with(Seen seen) { return error_of(settle(lost_write(), shows(std::move(seen)))); }
};

TEST_F(Settling, LooksOnlyWhereTheOutcomeIsOpen) {
  int looks = 0;
  const Look look = [&]() -> net::Task<Seen> {
    ++looks;
    co_return Seen{};
  };
  base::Error refused(Errc::conflict, "refused");
  refused.status = 409;

  EXPECT_EQ(run(settle(Reply{.status = 201}, look)).answer.value().status, 201);
  EXPECT_EQ(run(settle(refused, look)).answer.error().message, "refused");
  EXPECT_EQ(looks, 0);
}

TEST_F(Settling, TakesWhatIsSeenForTheAnswer) {
  auto settled =
      run(settle(lost_write(), shows({.write = Write::happened, .now = {.status = 200, .body = {{"_id", "x"}}}})));

  EXPECT_EQ(settled.answer.value().body["_id"], "x");
  ASSERT_TRUE(settled.lost);
  EXPECT_THAT(settled.lost->message, StartsWith("connection lost"));
}

TEST_F(Settling, SaysThatNothingHappened) {
  const auto error = settled_with({.write = Write::did_not_happen});

  EXPECT_EQ(error.code, Errc::transient);
  EXPECT_EQ(error.message, "connection lost; reading back shows that nothing was changed");
  EXPECT_FALSE(error.may_have_happened);
}

TEST_F(Settling, SaysWhatIsKnownWhereItIsUnclear) {
  const auto error =
      settled_with({.known = "it is there, but not as asked", .detail = {{"_id", "x"}}, .next = "Look."});

  EXPECT_EQ(error.code, Errc::outcome_unknown);
  EXPECT_THAT(error.message, EndsWith("does not show whether it happened: it is there, but not as asked"));
  EXPECT_EQ(error.detail["_id"], "x");
  EXPECT_EQ(error.next, "Look.");
  EXPECT_EQ(settled_with({}).next, "Read the current state before you call again.");
}

TEST_F(Settling, LeavesAFailureAsItIsWhereTheWriteIsPending) {
  const auto error = settled_with({.write = Write::pending, .next = "Look again later."});

  EXPECT_EQ(error.code, Errc::outcome_unknown);
  EXPECT_EQ(error.message, lost_write().message);
  EXPECT_EQ(error.next, "Look again later.");
}

TEST_F(Settling, StaysUnclearWhereTheLookFails) {
  const Look look = []() -> net::Task<Seen> { throw base::Error(Errc::login_required, "sign in first"); };

  const auto error = error_of(settle(lost_write(), look));

  EXPECT_EQ(error.code, Errc::outcome_unknown);
  EXPECT_THAT(error.message, EndsWith("does not show whether it happened"));
}

// The sign-in is over when the first request has been sent.
class ShortSignIn final : public Bearers {
 public:
  net::Task<Bearer> get(Scopes) override {
    if (asked++ > 0) {
      base::Error error(Errc::unauthorized, "the tenant refuses the exchange");
      error.about_token = true;
      throw error;
    }
    co_return std::make_shared<const base::Secret>("token");
  }
  void refused(const Scopes&, const Bearer&) override {}

  int asked = 0;
};

TEST_F(Settling, KeepsTheOutcomeOfADeletionOpenWhereNoTokenIsLeftToReadBack) {
  ShortSignIn short_sign_in;
  Tenant tenant(
      {loop, clock, random, http, shared}, {.host = "tenant.example", .port = 443}, limits, short_sign_in, trace, 1,
      [] {}, [](const std::string&) {});
  http.answer("DELETE", "/thing", 502, "", {});

  const auto error = error_of(remove_and_look(tenant, base::Target("/thing"), {{"_id", "x"}}, {}, {}));

  EXPECT_EQ(error.code, Errc::outcome_unknown);
  EXPECT_EQ(error.request, "DELETE /thing");
}

}  // namespace
}  // namespace aic
