#include "mcp/seal.h"

#include "support/kit/fake_clock.h"
#include "support/kit/fake_random.h"

#include <gtest/gtest.h>

namespace mcp {
namespace {

using base::Json;

struct Sealing {
  net::Loop loop;
  test::FakeClock clock{loop};
  base::SystemRandom random;
  Seals seals{clock, random};
};

TEST(Seals, RefuseTheStateOfAnotherProcess) {
  Sealing here, there;
  there.seals.seal({}, "request");

  EXPECT_FALSE(there.seals.open(here.seals.seal({}, "request"), "request"));
}

TEST(Seals, RefuseAnyStateBeforeTheyHaveSealedOne) {
  Sealing here, fresh;

  EXPECT_FALSE(fresh.seals.open(here.seals.seal({}, "request"), "request"));
}

TEST(Seals, RefuseAStateWithOneChangedCharacter) {
  Sealing here;
  const std::string state = here.seals.seal({}, "request");
  for (std::size_t i = 0; i < state.size(); ++i) {
    std::string changed = state;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(here.seals.open(changed, "request")) << i;
  }
}

TEST(Seals, RefuseAStateForAnotherRequest) {
  Sealing here;
  const std::string state = here.seals.seal({}, "request");

  EXPECT_FALSE(here.seals.open(state, "another"));
  EXPECT_TRUE(here.seals.open(state, "request")) << "a failed attempt must not use it up";
}

TEST(Seals, RefuseAStateThatHasServed) {
  Sealing here;
  const std::string state = here.seals.seal({}, "request");
  const auto opened = here.seals.open(state, "request");
  ASSERT_TRUE(opened);
  here.seals.spend(*opened);

  EXPECT_FALSE(here.seals.open(state, "request"));
}

TEST(Seals, RefuseAStateAfterAQuarterOfAnHour) {
  Sealing here;
  const std::string early = here.seals.seal({}, "request");
  here.clock.advance(std::chrono::minutes(14));
  const std::string late = here.seals.seal({}, "request");
  here.clock.advance(std::chrono::minutes(1));

  EXPECT_FALSE(here.seals.open(early, "request"));
  EXPECT_TRUE(here.seals.open(late, "request"));
}

TEST(Seals, GiveBackWhatWasSealed) {
  Sealing here;
  const auto state = here.seals.open(
      here.seals.seal({.answers = {{"k", {{"action", "accept"}}}}, .asked = {{"next", "roots/list"}}}, "request"),
      "request");

  ASSERT_TRUE(state);
  EXPECT_EQ(state->answers["k"]["action"], "accept");
  EXPECT_EQ(state->asked, (base::Json{{"next", "roots/list"}}));
}

TEST(Seals, RememberABoundedNumberOfStates) {
  Sealing here;
  const std::string oldest = here.seals.seal({}, "request");
  for (int i = 0; i < 10'000; ++i) here.seals.seal({}, "request");

  EXPECT_FALSE(here.seals.open(oldest, "request"));
}

TEST(RequestDigest, DependsOnEverythingButTheOrderOfMembers) {
  const auto digest = [](std::string_view name, std::string_view arguments) {
    return request_digest("ann", "tools/call", name, base::parse_json(arguments));
  };
  const std::string one = digest("t", R"({"a":{"x":1,"y":[1,2]},"b":"2"})");

  EXPECT_EQ(one, digest("t", R"({"b":"2","a":{"y":[1,2],"x":1}})"));
  EXPECT_NE(one, digest("u", R"({"a":{"x":1,"y":[1,2]},"b":"2"})"));
  EXPECT_NE(one, digest("t", R"({"a":{"x":1,"y":[2,1]},"b":"2"})"));
  EXPECT_NE(one, digest("t", R"({"a":{"x":1,"y":[1,2]},"b":2})"));
  EXPECT_NE(one, digest("t", R"({"a":{"x":1,"y":[1,2],"b":"2"}})"));
  EXPECT_NE(digest("t", "[]"), digest("t", "{}"));
  EXPECT_NE(digest("t", "{}"), request_digest("bob", "tools/call", "t", base::Json::object()));
  EXPECT_NE(digest("t", "[[1],2]"), digest("t", "[[1,2]]"));
}

}  // namespace
}  // namespace mcp
