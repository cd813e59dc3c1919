#include "aic/steps.h"

#include <gmock/gmock.h>

namespace aic {
namespace {

using base::Errc;
using ::testing::ElementsAre;

const base::Error refused(Errc::unauthorized, "no right");

TEST(Steps, PassTheCauseOnWhenNothingWasDone) {
  const auto error = Steps({"client", "application"}).stopped(refused, "x");
  EXPECT_EQ(error.code, Errc::unauthorized);
  EXPECT_EQ(error.message, "no right");
}

TEST(Steps, TellWhatIsDoneAndWhatIsNot) {
  Steps steps({"client", "application", "link"});
  steps.done("client shop-web");

  const auto error = steps.stopped(refused, "call deleteOidcApp");

  EXPECT_EQ(error.code, Errc::partial);
  EXPECT_EQ(error.message, "Stopped after 1 of 3 steps: no right");
  EXPECT_THAT(error.done, ElementsAre("client shop-web"));
  EXPECT_THAT(error.not_done, ElementsAre("application", "link"));
  EXPECT_EQ(error.next, "call deleteOidcApp");
}

TEST(Steps, TellWhereItIsNotKnownWhetherTheLastOneHappened) {
  Steps steps({"client", "application", "link"});
  steps.done();
  base::Error lost(Errc::outcome_unknown, "no answer");
  lost.may_have_happened = true;

  EXPECT_THAT(steps.stopped(lost, "x").not_done, ElementsAre("application: not known whether it happened", "link"));
}

TEST(Steps, CountWhatWasTakenBackAsNotDone) {
  Steps steps({"client", "application"});
  steps.done();
  steps.undone();
  EXPECT_EQ(steps.stopped(refused, "x").code, Errc::unauthorized);
}

}  // namespace
}  // namespace aic
