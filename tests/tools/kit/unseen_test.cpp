#include "tools/kit/unseen.h"

#include <array>
#include <random>

#include "base/encoding.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Succeeds;
using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(std::string text) {
  return with_unseen_shown(std::move(text));
}

TEST(UnseenCharacters, AreShownByTheirNumbers) {
  EXPECT_EQ(shown("a\u200bb\u202ec\u2066\u2069\u200e\u061c\u2060\ufeff"),
            R"(a\u{200b}b\u{202e}c\u{2066}\u{2069}\u{200e}\u{61c}\u{2060}\u{feff})");
  EXPECT_EQ(shown("\U000E0001\U000E0041\U000E007F"), R"(\u{e0001}\u{e0041}\u{e007f})");
  EXPECT_EQ(shown("\x1b[31mred\x07\u009b"), R"(\u{1b}[31mred\u{7}\u{9b})");
  EXPECT_EQ(shown(std::string("\0\x7f", 2)), R"(\u{0}\u{7f})");
}

TEST(UnseenCharacters, AreNotWhatPeopleWrite) {
  for (const std::string text : {"",
                                 "plain",
                                 "tab\tline\nCRLF\r\n",
                                 "Grüße – „so“ … 日本語 العربية हिन्दी",
                                 "C:\\users\\u",
                                 "\\u{1F600}",
                                 "\\u200b",
                                 "\\u{}",
                                 "\\u{0200b}",
                                 "\\u{200B}",
                                 "\\u{200b",
                                 "👩‍👩‍👧",
                                 "🏳️‍🌈",
                                 "❤️",
                                 "1️⃣ #️⃣ ©️",
                                 "👋🏽",
                                 "葛\U000E0100",
                                 "禰󠄀",
                                 "≨︀",
                                 "\xff\xfe"})
    EXPECT_EQ(shown(text), text);
}

TEST(UnseenCharacters, AreJoinersAndSelectorsThatJoinNothing) {
  EXPECT_EQ(shown("a\u200db"), R"(a\u{200d}b)");
  EXPECT_EQ(shown("👩\u200d"), R"(👩\u{200d})");
  EXPECT_EQ(shown("👩\u200da"), R"(👩\u{200d}a)");
  EXPECT_EQ(shown("x\ufe00\ufe01"), R"(x\u{fe00}\u{fe01})");
  EXPECT_EQ(shown("❤\ufe0f\ufe0f"), "❤\ufe0f\\u{fe0f}");
  EXPECT_EQ(shown("a\U000E0101"), R"(a\u{e0101})");
  EXPECT_EQ(shown("a\rb"), R"(a\u{d}b)");
}

TEST(UnseenCharacters, CannotBeConfusedWithTextsThatLookLikeThem) {
  EXPECT_EQ(shown(R"("\u{200b}")"), R"("\u{5c}u{200b}")");
  EXPECT_EQ(shown(R"(\u{5c}u{200b})"), R"(\u{5c}u{5c}u{200b})");
}

TEST(UnseenCharacters, StandForThemselvesOnlyOnceTheyWereShown) {
  UnseenCharacters unseen;
  std::string script = R"(s.replace(/\u{200b}/gu, "\u{1F600}"))";
  const auto written = script;

  unseen.restore(script);
  EXPECT_EQ(script, written) << "nothing was shown";

  std::string other = "a\u202eb";
  unseen.show(other);
  unseen.restore(script);
  EXPECT_EQ(script, written) << "another one was shown";
  unseen.restore(other);
  EXPECT_EQ(other, "a\u202eb");
}

TEST(UnseenCharacters, StandForThemselvesOnlyInTheTextThatWasShown) {
  UnseenCharacters unseen;
  std::string name = "Ali\u200bce", sentence = "The value of the name is '\u200b', as it was";
  unseen.show(name);
  unseen.show(sentence);
  const auto restored = [&](std::string text) {
    unseen.restore(text);
    return text;
  };

  EXPECT_EQ(restored(R"(s.replace(/\u{200b}/gu, ""))"), R"(s.replace(/\u{200b}/gu, ""))") << "a script of its own";
  EXPECT_EQ(restored(R"(\u{200b})"), R"(\u{200b})");
  EXPECT_EQ(restored(R"(userName eq "Ali\u{200b}ce")"), "userName eq \"Ali\u200bce\"") << "the whole in another text";
  EXPECT_EQ(restored(R"(name is '\u{200b}' now)"), "name is '\u200b' now") << "a part of it";
  EXPECT_EQ(restored(R"(name is '\u{200b}\u{202e}' now)"), "name is '\u200b\\u{202e}' now");
  EXPECT_EQ(restored(R"(/\u{5c}u{200b}/ and \u{5c})"), R"(/\u{200b}/ and \u{5c})");
}

TEST(UnseenCharacters, AreRememberedWhereManyWereShown) {
  UnseenCharacters unseen;
  for (int i = 0; i < 30'000; ++i) {
    std::string text = std::to_string(i) + "th \u200b";
    unseen.show(text);
  }
  std::string last = R"(29999th \u{200b})";
  unseen.restore(last);
  EXPECT_EQ(last, "29999th \u200b");
}

TEST(UnseenCharacters, AreFoundInAllOfADocument) {
  UnseenCharacters unseen;
  const auto original = base::parse_json("{\"a\u200b\":[\"b\u202e\",{\"c\":1,\"\u2066\":null}],\"d\":\"plain\"}");
  auto value = original;

  EXPECT_TRUE(unseen.show(value));

  EXPECT_EQ(base::print_json(value), R"({"a\\u{200b}":["b\\u{202e}",{"c":1,"\\u{2066}":null}],"d":"plain"})");
  unseen.restore(value);
  EXPECT_EQ(base::print_json(value), base::print_json(original));
}

// Whatever a tenant holds comes back as it was, also where it was made to look like what is shown.
TEST(UnseenCharacters, ComeBackFromAnyText) {
  constexpr std::array<std::string_view, 34> parts = {
      "\\",         "u",          "{",         "}",       "\\u{",
      "200b",       "5c",         "\\u{200b}", "\\u{5c}", "\\u{5c}u{200b}",
      "\\u{d}",     "\\u{1b}",    "\\u{0}",    "a",       "0",
      "\u200b",     "\u200d",     "\u202e",    "\ufe0f",  "\ufe00",
      "\r",         "\n",         "\x1b",      "👩",      "❤",
      "\U000E0041", "\U000E0101", "葛",        "é",       "\u0085",
      "\\u{e0041}", "\xe2\x80",   "\xf3",      "\"",
  };
  std::mt19937 random(20261128);
  const auto up_to = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto left = up_to(12); left > 0; --left) text += parts[up_to(parts.size() - 1)];
    UnseenCharacters unseen;
    auto there_and_back = text;
    unseen.show(there_and_back);
    ASSERT_EQ(shown(there_and_back).find('\x1b'), std::string::npos);
    unseen.restore(there_and_back);
    ASSERT_EQ(base::hex(there_and_back), base::hex(text));
  }
}

class UnseenInSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  UnseenInSandbox() { http = &sandbox; }

  test::CallResult ask(std::string_view tool, const Json& arguments) { return call(tool, base::print_json(arguments)); }
  std::string make_script(const std::string& source) {
    const auto made = ask("createScript", {{"realm", "alpha"}, {"name", "Unseen"}, {"script", source}});
    EXPECT_THAT(made, Succeeds());
    return made.json["id"].get<std::string>();
  }
  std::string stored_source(const std::string& id) {
    const auto answer = sandbox.api.get("/am/json/alpha/scripts/" + id);
    return base::base64_decode(answer.body["script"].get<std::string>()).value_or("none");
  }

  test::SandboxHttp sandbox;
};

TEST_F(UnseenInSandbox, AScriptThatIsReadAndWrittenBackStaysTheSame) {
  const std::string source = "// \u202e\u2066 hidden \U000E0041\nvar a = \"\\u{200b}\"; var b = '\u200b'; // end";
  const auto id = make_script(source);

  const auto read = ask("getAMScript", {{"realm", "alpha"}, {"scriptId", id}});

  const auto text = read.json["script"].get<std::string>();
  EXPECT_EQ(text, R"(// \u{202e}\u{2066} hidden \u{e0041})"
                  "\n"
                  R"(var a = "\u{5c}u{200b}"; var b = '\u{200b}'; // end)");
  EXPECT_THAT(read.notes, HasSubstr(std::string(unseen_note)));
  EXPECT_EQ(read.notes.find(unseen_note), read.notes.rfind(unseen_note)) << "one note";

  const auto written = ask("updateScript", {{"realm", "alpha"}, {"scriptId", id}, {"script", text + "\n// changed"}});
  ASSERT_THAT(written, Succeeds());
  EXPECT_EQ(stored_source(id), source + "\n// changed");
}

TEST_F(UnseenInSandbox, AScriptWithEscapesOfItsOwnIsStoredAsItWasWritten) {
  const std::string source = R"(var a = "\u{200b}\u{1F600}";)";

  const auto id = make_script(source);
  EXPECT_EQ(stored_source(id), source);

  const auto text = ask("getAMScript", {{"realm", "alpha"}, {"scriptId", id}}).json["script"].get<std::string>();
  ask("updateScript", {{"realm", "alpha"}, {"scriptId", id}, {"script", text + "//"}});
  EXPECT_EQ(stored_source(id), source + "//");
}

TEST_F(UnseenInSandbox, ANameLeadsBackToItsObject) {
  const Json object = {{"userName", "bob\u200b"}, {"givenName", "B"}, {"sn", "b"}, {"mail", "b@example.com"}};
  ASSERT_THAT(ask("createManagedObject", {{"objectType", "alpha_user"}, {"objectData", object}}), Succeeds());
  const auto all = ask("queryManagedObjects", {{"objectType", "alpha_user"}, {"queryFilter", "userName sw \"bob\""}});
  ASSERT_THAT(all.text, HasSubstr(R"(bob\\u{200b})"));

  const auto one =
      ask("queryManagedObjects", {{"objectType", "alpha_user"}, {"queryFilter", R"(userName eq "bob\u{200b}")"}});

  EXPECT_EQ(one.json["result"].size(), 1u) << one.text;
  EXPECT_THAT(one.text, Not(HasSubstr("\u200b")));
}

TEST(UnseenInResults, AreShownInFailuresToo) {
  test::ToolTest t;
  t.tenant.json("GET", "/environment/variables/esv-a", "{\"code\":404,\"message\":\"no \u202eesv\"}", 404);

  const auto failed = t.call("getVariable", R"({"variableId":"esv-a"})");

  EXPECT_THAT(failed.json["message"].get<std::string>(), HasSubstr(R"(no \u{202e}esv)"));
  EXPECT_THAT(failed.text, HasSubstr("Invisible or direction-changing"));
}

}  // namespace
}  // namespace tools
