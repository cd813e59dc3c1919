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
  auto all = outcomes.names;
  all.insert(outcomes.possible.begin(), outcomes.possible.end());
  return fmt::format("{}{}", fmt::join(all, ", "), outcomes.may_be_more ? "…" : "");
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
           {R"(outcome = null; if (x) outcome = "a"; log(`${f(`}`)} outcome = "x"`);)", "a"},
           {R"(const O = { BAD: "bad" }, M = { BAD: "It went wrong" }; action.goTo(O.BAD);)", "bad"},
           {R"(const O = Object.freeze({ BAD: "bad" }); O.GOOD = "good"; action.goTo(x ? O.BAD : O.GOOD);)",
            "bad, good"},
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
  for (const auto* source : {R"(outcome = "a" + x;)",
                             "outcome = pick();",
                             "outcome = unknown;",
                             "action.goTo(list[0]);",
                             "goTo(`${x}`)",
                             R"(outcome += "x")",
                             "nothing();",
                             "",
                             "outcome = o; o = outcome;",
                             "outcome = ",
                             "goTo(",
                             "\"",
                             "/*",
                             "a ? b",
                             R"(var r = "x"; function end(r) { action.goTo(r); } end("a");)",
                             R"(var r = "x"; const end = (r) => action.goTo(r); end("a");)",
                             R"(var r = "x"; list.forEach(r => { outcome = r; });)",
                             R"(try { f() } catch (e) { outcome = e } var e = "x";)",
                             R"(var r = "x"; r += suffix; outcome = r;)",
                             R"(var r = "x"; r ||= y; outcome = r;)",
                             R"(for (var r of list) outcome = r; r = "x")",
                             R"(outcome = "\u0061";)",
                             R"(lib.finish(action); action.goTo("x"))",
                             R"(outcome = "${x}")",
                             "outcome = `a ${x ? `b` : 'c'}`",
                             "`${`${`${`"}) {
    EXPECT_TRUE(outcomes_in(source).may_be_more) << source;
  }
  EXPECT_EQ(found(R"(outcome = pick(); if (x) outcome = "a";)"), "a…");
}

TEST(ScriptOutcomes, OfAHostileScriptAreGivenUpInTime) {
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  std::string fan;  // each name comes from each of the next ones
  for (int name = 0; name < 8; ++name) fan += repeated(fmt::format("n{} = n{}; ", name, name + 1), 100);
  for (const auto& source :
       {"outcome = " + repeated("a ? b : ", 200'000) + "c", "outcome = " + repeated("a ? ", 200'000),
        repeated("outcome = (", 200'000), repeated("`${", 200'000), "outcome = " + repeated("(", 200'000),
        fan + "outcome = n0;", "outcome = " + repeated("(", 50'000) + "x" + repeated(")", 50'000),
        repeated("outcome = o.x; o = {x: o.x}; ", 20'000)})
    EXPECT_TRUE(outcomes_in(source).may_be_more) << source.substr(0, 40);
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
  // What a name stands for need not come to be.
  EXPECT_THAT(compare_with_script("n", declared, script(R"(var o = "none"; o = x ? "true" : "false"; outcome = o;)")),
              ElementsAre(HasSubstr("may give the outcome \"none\"")));
  auto groovy = script(R"(outcome = "x")");
  groovy.body["language"] = "GROOVY";
  EXPECT_THAT(compare_with_script("n", declared, groovy),
              ElementsAre(HasSubstr("gives the outcome \"x\""), HasSubstr("Not all outcomes")));
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
