#include "mcp/rounds.h"

#include "mcp/host.h"
#include "support/kit/fake_clock.h"

#include <gtest/gtest.h>

namespace mcp {
namespace {

using base::Json;

class Rounds : public testing::Test {
 protected:
  // What the client sends the second time: the state that went out with one question, and this answer to it.
  Json again(const Json& answer) {
    const Round first(seals_, Json::object(), "digest");
    const auto printed = first.print_input_required({{.key = "name", .params = Json::object()}});
    const Json result = base::parse_json("{" + printed + "}");
    return {{"requestState", result.at("requestState")}, {"inputResponses", {{"name", answer}}}};
  }
  static Json with_answer(Json params, const Json& answer) {
    params["inputResponses"]["name"] = answer;
    return params;
  }

  const Json accepted_ = {{"action", "accept"}, {"content", {{"name", "Ann"}}}};
  net::Loop loop_;
  test::FakeClock clock_{loop_};
  base::SystemRandom random_;
  std::shared_ptr<Seals> seals_ = std::make_shared<Seals>(clock_, random_);
};

TEST_F(Rounds, RefuseAnAnswerThatIsNoneAndTakeTheNextOneAllTheSame) {
  const Json params = again({{"action", "banana"}});
  EXPECT_THROW(Round(seals_, params, "digest"), ProtocolError);

  const Round second(seals_, with_answer(params, accepted_), "digest");

  EXPECT_EQ(second.answers()["name"], accepted_);
}

TEST_F(Rounds, TakeAnAnswerOnceOnly) {
  const Json params = again(accepted_);
  const Round second(seals_, params, "digest");

  EXPECT_THROW(Round(seals_, params, "digest"), ProtocolError);
}

TEST_F(Rounds, TakeAnAnswerAfterACallThatBroughtNone) {
  Json params = again(accepted_);
  params.erase("inputResponses");
  const Round without(seals_, params, "digest");

  const Round second(seals_, with_answer(params, accepted_), "digest");

  EXPECT_TRUE(without.answers().empty());
  EXPECT_EQ(second.answers()["name"], accepted_);
}

TEST_F(Rounds, RefuseTheStateOfAnotherRequest) {
  EXPECT_THROW(Round(seals_, again(accepted_), "another digest"), ProtocolError);
}

}  // namespace
}  // namespace mcp
