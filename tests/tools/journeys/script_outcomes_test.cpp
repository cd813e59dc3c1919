#include "tools/journeys/script_outcomes.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"

namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tools::journeys::compare_with_script;
using tools::journeys::outcomes_in;
using tools::journeys::Scripted;

// "a, b" and "…" where there may be more.
std::string found(std::string_view source) {
  const auto outcomes = outcomes_in(source);
  return fmt::format("{}{}", fmt::join(outcomes.names, ", "), outcomes.may_be_more ? "…" : "");
}

TEST(ScriptOutcomes, AreFoundInEveryFormThatScriptsUse) {
  for (const auto& [source, names] : {
           std::pair{R"(outcome = "true";)", "true"},
           {R"(outcome='a')", "a"},
           {"var outcome = `t`;", "t"},
           {R"(if (x) { outcome = "a" } else { outcome = "b" })", "a, b"},
           {"outcome = \"a\"\nfoo()", "a"},
           {"if (x)\n  outcome =\n    'a'\nelse\n  outcome = 'b'\n", "a, b"},
           {R"(outcome = x > 1 ? "a" : "b";)", "a, b"},
           {R"(outcome = x ? "a" : y ? "b" : ("c");)", "a, b, c"},
           {R"(outcome = f(a ? 1 : 2) ? "a" : "b")", "a, b"},
           {"outcome = true;", "true"},
           {R"(action = Action.goTo("a").build();)", "a"},
           {R"(action.goTo('a').putSessionProperty("k", "v"); action.goTo("b"))", "a, b"},
           {"action = fr.Action\n  .goTo(\"a\")\n  .withHeader(\"x\")\n  .build()", "a"},
           {R"(nodeState.setOutcome("a"))", "a"},
           {R"(action.goTo(ok ? "a" : 'b'))", "a, b"},
           {R"(var NEXT = "a"; action.goTo(NEXT);)", "a"},
           {R"(var o = "a"; if (x) o = "b"; outcome = o;)", "a, b"},
           {R"(const Outcomes = { OK: "ok", "BAD": 'bad' }; action.goTo(Outcomes.OK); action.goTo(Outcomes.BAD);)",
            "bad, ok"},
           {R"(outcome = "a\"b";)", "a\"b"},
       }) {
    EXPECT_EQ(found(source), names) << source;
  }
}

TEST(ScriptOutcomes, AreNotTakenFromCommentsTextsOrOtherNames) {
  for (const auto* source :
       {R"(// outcome = "x"
outcome = "a";)",
        R"(/* goTo("x") */ outcome = "a";)", R"(log("outcome = 'x'"); outcome = "a";)",
        R"(if (outcome == "x") {} outcome = "a")", R"(if (outcome === 'x') {} outcome = "a")",
        R"(other.outcome = "x"; outcome = "a")", R"(myoutcome = "x"; outcome = "a")",
        R"(x = s.replace(/goTo("x")/, ""); outcome = "a")", R"(u = "http://a.example"; outcome = "a"; // 'x)",
        R"(y = a / b; outcome = "a"; z = c / d)"}) {
    EXPECT_EQ(found(source), "a") << source;
  }
}

TEST(ScriptOutcomes, MayBeMoreWhereTheyAreComputed) {
  for (const auto* source : {R"(outcome = "a" + x;)", "outcome = pick();", "outcome = unknown;",
                             "action.goTo(list[0]);", "goTo(`${x}`)", R"(outcome += "x")", "nothing();", "",
                             "outcome = o; o = outcome;", "outcome = ", "goTo(", "\"", "/*", "a ? b"}) {
    EXPECT_TRUE(outcomes_in(source).may_be_more) << source;
  }
  EXPECT_EQ(found(R"(outcome = pick(); if (x) outcome = "a";)"), "a…");
}

TEST(ScriptOutcomes, OfALongScriptAreFoundInTime) {
  std::string source;
  for (int i = 0; i < 10'000; ++i) source += "x" + std::to_string(i) + " = (((\"text\"))); // outcome\n";
  EXPECT_EQ(found(source + "outcome = x5;"), "text");
}

tools::Answer script(const std::string& source) {
  return {.body = {{"script", base::base64(source)}}};
}

TEST(ScriptOutcomes, AreComparedBothWays) {
  const Scripted declared{.script = "s", .outcomes = {"true", "false"}};
  EXPECT_THAT(compare_with_script("n", declared, script(R"(outcome = x ? "true" : "false")")), IsEmpty());
  EXPECT_THAT(compare_with_script("n", declared, script(R"(outcome = x ? "true" : "other")")),
              ElementsAre("Outcome \"false\" of node \"n\" never occurs in its script, which gives: other, true.",
                          "The script of node \"n\" gives the outcome \"other\", which the node does not declare."));
  EXPECT_THAT(compare_with_script("n", declared, script("outcome = pick()")), ElementsAre(HasSubstr("computes them")));
  EXPECT_THAT(compare_with_script("n", declared, {.error = base::Error(base::Errc::not_found, "no")}),
              ElementsAre(HasSubstr("could not be read")));
  EXPECT_THAT(compare_with_script("n", declared, {.body = {{"script", "not base64"}}}),
              ElementsAre(HasSubstr("could not be read")));
}

TEST(ScriptOutcomes, AreDeclaredByNodesWithAScriptAndOutcomes) {
  EXPECT_TRUE(tools::journeys::scripted({{"script", "id"}, {"outcomes", {"a"}}}));
  for (const Json& settings :
       {Json{{"script", "id"}}, Json{{"outcomes", {"a"}}}, Json{{"script", "&{esv.x}"}, {"outcomes", {"a"}}},
        Json{{"script", "id"}, {"outcomes", {"&{esv.x}"}}}, Json{{"script", "a/b"}, {"outcomes", {"a"}}},
        Json{{"script", "id"}, {"outcomes", Json::array()}}, Json()})
    EXPECT_FALSE(tools::journeys::scripted(settings)) << settings;
}

}  // namespace
