// Themes in both of a tenant's layouts (R-THM-03): the same life of a theme against the sandbox tenant, and what can go
// wrong where each theme has a configuration of its own.
#include "base/log.h"
#include "sandbox/idm/idm.h"
#include "support/tenant/empty_parts.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::CallResult;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string themerealm = "/openidm/config/ui/themerealm";
const std::string themeconfig = "/openidm/config/ui/themeconfig";
const std::string listing = "/openidm/config?_queryFilter=_id%20sw%20%22ui%2Ftheme-alpha-%22";
const std::string trees =
    "/am/json/alpha/realm-config/authentication/authenticationtrees/trees?_queryFilter=true&_pageSize=-1&_fields=";
const std::string descendants =
    "/am/json/alpha/realm-config/authentication/authenticationtrees/nodes?_action=nextdescendents";
constexpr auto not_found = R"({"code":404,"reason":"Not Found","message":"Not Found"})";

class ThemesOfTheSandbox : public ::testing::TestWithParam<sandbox::ThemeLayout>, public ToolTest {
 protected:
  ThemesOfTheSandbox() {
    base::set_log_level(base::LogLevel::error);
    http = &sandbox;
    if (GetParam() == sandbox::ThemeLayout::theme) sandbox::idm::split_themes(*sandbox.api.tenant.idm);
  }

  CallResult call_with(std::string_view tool, Json arguments) {
    arguments["realm"] = "alpha";
    return call(tool, base::print_json(arguments));
  }
  // "Larkspur: default, Onboarding", in order.
  std::vector<std::string> overview() {
    std::vector<std::string> all;
    const auto listed = call_with("getThemes", Json::object());
    for (const Json& theme : listed.json["result"]) {
      const auto read = call_with("getTheme", {{"themeIdentifier", theme["_id"]}}).json;
      std::string line = read["name"].get<std::string>() + ":";
      if (theme["isDefault"] == true) line += " default";
      for (const Json& journey : read["linkedTrees"]) line += " " + journey.get<std::string>();
      all.push_back(line);
    }
    return all;
  }
  // Every document of the tenant but those of themes of the realm.
  Json others() {
    Json all = sandbox.api.get("/openidm/config?_queryFilter=true").body["result"];
    Json kept = Json::array();
    for (const Json& document : all) {
      const auto id = base::text_member(document, "_id");
      if (id == "ui/themerealm")
        kept.push_back(document["realm"]["bravo"]);
      else if (id == "ui/themeconfig")
        kept.push_back({base::member(document, "settings"),
                        base::member(base::member(document, "defaultRealmThemeId"), "bravo"),
                        base::member(base::member(document, "linkedTrees"), "bravo")});
      else if (!id.starts_with("ui/theme-alpha-"))
        kept.push_back(document);
    }
    return kept;
  }

  test::SandboxHttp sandbox;
};

TEST_P(ThemesOfTheSandbox, HaveTheSameLife) {
  const Json before = others();
  EXPECT_THAT(overview(),
              UnorderedElementsAre("Starter Theme: default", "High Contrast:", "Larkspur: Onboarding", "Night Shift:"));

  const auto made = call_with("createTheme", {{"themeData", {{"name", "New"}, {"linkedTrees", {"Login"}}}}});
  ASSERT_THAT(made, Succeeds());
  EXPECT_THAT(call_with("createTheme", {{"themeData", {{"name", "New"}}}}), Fails("conflict", "has this name"));
  const auto changed = call_with(
      "updateTheme",
      {{"themeIdentifier", "New"}, {"themeUpdates", {{"primaryColor", "#123456"}, {"linkedTrees", {"Reset"}}}}});
  EXPECT_EQ(
      base::print_json(changed.json["changed"]),
      R"([{"path":"/linkedTrees","before":["Login"],"after":["Reset"]},{"path":"/primaryColor","after":"#123456"}])");
  const auto read = call_with("getTheme", {{"themeIdentifier", made.json["id"]}}).json;
  EXPECT_EQ(read["primaryColor"], "#123456");
  EXPECT_EQ(read["_id"], made.json["id"]);
  EXPECT_THAT(overview(), Contains("New: Reset"));

  const auto chosen = call_with("setDefaultTheme", {{"themeIdentifier", "New"}});
  EXPECT_EQ(chosen.json["changed"].size(), 2U) << chosen.text;
  EXPECT_THAT(call_with("setDefaultTheme", {{"themeIdentifier", "New"}}).text, HasSubstr("nothing was written"));
  EXPECT_THAT(overview(), Contains("New: default Reset"));
  EXPECT_THAT(overview(), Contains("Starter Theme:"));
  EXPECT_THAT(call_with("deleteTheme", {{"themeIdentifier", "New"}, {"force", true}}), Refuses("setDefaultTheme"));

  EXPECT_THAT(call_with("setDefaultTheme", {{"themeIdentifier", "Starter Theme"}}), Succeeds());
  EXPECT_THAT(call_with("deleteTheme", {{"themeIdentifier", "New"}}), Refuses("Reset"));
  const auto deleted = call_with("deleteTheme", {{"themeIdentifier", "New"}, {"force", true}});
  const Json& theme = deleted.json["deleted"];
  EXPECT_EQ(theme["name"], "New");
  EXPECT_EQ(theme["primaryColor"], "#123456");
  // What was deleted can be put back, and be deleted again.
  EXPECT_THAT(call_with("createTheme", {{"themeData", theme}}), Succeeds());
  EXPECT_THAT(overview(), Contains("New: Reset"));
  EXPECT_EQ(call_with("deleteTheme", {{"themeIdentifier", "New"}, {"force", true}}).json["deleted"], theme);
  EXPECT_THAT(call_with("deleteTheme", {{"themeIdentifier", "High Contrast"}}), Succeeds());
  EXPECT_THAT(call_with("getTheme", {{"themeIdentifier", "New"}}), Fails("not_found", "getThemes"));
  EXPECT_THAT(overview(), UnorderedElementsAre("Starter Theme: default", "Larkspur: Onboarding", "Night Shift:"));
  EXPECT_EQ(others(), before);
}

TEST_P(ThemesOfTheSandbox, AreToldWhenTheirJourneyIsDeleted) {
  const auto result = call_with("deleteJourney", {{"journeyName", "Onboarding"}, {"force", true}});

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["linkedThemes"][0]["name"], "Larkspur");
}

TEST_P(ThemesOfTheSandbox, WarnOfJourneysThatAreNotThereOrHaveAnotherTheme) {
  const auto made =
      call_with("createTheme", {{"themeData", {{"name", "New"}, {"linkedTrees", {"Login", "Onboarding", "Nowhere"}}}}});
  ASSERT_THAT(made, Succeeds());
  EXPECT_THAT(made.notes, HasSubstr("alpha has no journey Nowhere"));
  EXPECT_THAT(made.notes, HasSubstr("The journey Onboarding was already linked to the theme Larkspur"));

  const auto quiet =
      call_with("updateTheme", {{"themeIdentifier", "New"}, {"themeUpdates", {{"linkedTrees", {"Login"}}}}});
  ASSERT_THAT(quiet, Succeeds());
  EXPECT_THAT(quiet.notes, ::testing::Not(HasSubstr("journey")));
}

TEST_P(ThemesOfTheSandbox, AreNotDeletedWhileAPageShowsThem) {
  const auto themes = call_with("getThemes", Json::object()).json["result"];
  const auto plain = std::ranges::find_if(themes, [](const Json& theme) { return theme["name"] == "Night Shift"; });
  ASSERT_NE(plain, themes.end());
  const Json stage{{"themeId", (*plain)["_id"]}};
  const Json page{
      {"nodeType", "PageNode"},
      {"displayName", "Page"},
      {"connections", {{"outcome", "success"}}},
      {"config",
       {{"stage", base::print_json(stage)},
        {"nodes",
         Json::array(
             {{{"nodeType", "ValidatedUsernameNode"}, {"displayName", "Name"}, {"_properties", Json::object()}}})}}}};
  ASSERT_THAT(call_with("createJourney", {{"journeyName", "Night"},
                                          {"journeyData", {{"entryNodeId", "page"}, {"nodes", {{"page", page}}}}}}),
              Succeeds());

  EXPECT_THAT(call_with("deleteTheme", {{"themeIdentifier", "Night Shift"}}), Refuses("of journey Night"));
  EXPECT_THAT(call_with("deleteTheme", {{"themeIdentifier", "Night Shift"}, {"force", true}}), Succeeds());
}

TEST_P(ThemesOfTheSandbox, AreLookedForInTheNewerLayoutOnlyWhereItIsOne) {
  if (GetParam() == sandbox::ThemeLayout::theme) GTEST_SKIP() << "has it";
  const auto settings = sandbox.api.get(themeconfig).body;
  EXPECT_TRUE(settings["settings"].is_object());
  sandbox.api.call("DELETE", themerealm);

  EXPECT_THAT(call_with("createTheme", {{"themeData", {{"name", "New"}}}}), Fails("not_available", "neither"));
  EXPECT_THAT(writes, IsEmpty());
  EXPECT_EQ(sandbox.api.get(themeconfig).body, settings);
}

INSTANTIATE_TEST_SUITE_P(Layouts, ThemesOfTheSandbox,
                         ::testing::Values(sandbox::ThemeLayout::realm, sandbox::ThemeLayout::theme));

// A tenant with a configuration for each theme, from stubs.
class SingleThemes : public ::testing::Test, public ToolTest {
 protected:
  SingleThemes() {
    base::set_log_level(base::LogLevel::error);
    test::hold_empty_parts(*this);
    tenant.http.always("GET", themerealm, 404, not_found);
    tenant.http.always("GET", themeconfig, 200, config);
    tenant.http.always("GET", listing, 200, list);
    tenant.http.always("GET", path_of("t2"), 200, plain);
    tenant.http.always("GET", trees + "_id%2Cnodes", 200, R"({"result":[{"_id":"Login"},{"_id":"Reset"}]})");
    tenant.http.always("GET", trees + "_id", 200, R"({"result":[{"_id":"Login"},{"_id":"Reset"}]})");
    tenant.http.always("POST", descendants, 200, R"({"result":[]})");
  }

  static std::string path_of(std::string_view id) { return "/openidm/config/ui/theme-alpha-" + std::string(id); }
  CallResult change(std::string_view tool, std::string_view identifier, std::string_view more = {}) {
    return call(tool, fmt::format(R"({{"realm":"alpha","themeIdentifier":"{}"{}}})", identifier, more));
  }
  std::vector<std::string> sent_writes() const {
    std::vector<std::string> lines;
    for (const auto& sent : tenant.sent()) {
      if (sent.method != "GET" && !sent.url.ends_with(descendants))
        lines.push_back(sent.method + " " + sent.url.substr(22) + " " + sent.body);
    }
    return lines;
  }

  const std::string config =
      R"({"_id":"ui/themeconfig","defaultRealmThemeId":{"alpha":"ui/theme-alpha-t1","bravo":"ui/theme-bravo-t1"},)"
      R"("linkedTrees":{"alpha":{"Login":"ui/theme-alpha-t2","Other":"ui/theme-alpha-t1"},"bravo":{}},"more":1.10})";
  const std::string plain = R"({"_id":"ui/theme-alpha-t2","name":"Plain","zoom":1.10})";
  const std::string list =
      R"({"result":[{"_id":"ui/theme-alpha-t1","name":"Starter"},)" + plain + R"(],"resultCount":2})";
};

TEST_F(SingleThemes, AreShownLikeTheOthers) {
  tenant.http.always("GET", "/openidm/ui/theme/?realm=alpha&_queryFilter=true&_fields=name%2CisDefault", 404,
                     not_found);

  const auto result = call("getThemes", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json),
            R"({"realm":"alpha","resultCount":2,"result":[{"_id":"t1","name":"Starter","isDefault":true},)"
            R"({"_id":"t2","name":"Plain","isDefault":false}]})");
}

TEST_F(SingleThemes, AreLookedForWhereTheOldCollectionIsEmpty) {
  const std::string old =
      "/openidm/ui/theme/?realm=alpha&_queryFilter=_id%20eq%20%22Plain%22%20or%20name%20eq%20%22Plain%22";
  tenant.http.always("GET", old, 200, R"({"result":[],"resultCount":0})");

  EXPECT_EQ(base::print_json(change("getTheme", "Plain").json),
            R"({"_id":"t2","name":"Plain","zoom":1.10,"isDefault":false,"linkedTrees":["Login"]})");

  // What the tenant's first answer says stands where the second look fails.
  tenant.http.always("GET", themeconfig, 403, R"({"code":403,"reason":"Forbidden","message":"Access denied"})");
  const auto unsure = change("getTheme", "Plain");
  EXPECT_THAT(unsure, Fails("not_found", "getThemes"));
  EXPECT_THAT(unsure.text, HasSubstr("It was not checked whether there are themes in the newer layout"));
}

TEST_F(SingleThemes, ChangeWithoutTouchingWhatIsBesideThem) {
  tenant.json("PUT", path_of("t2"), R"({"_id":"ui/theme-alpha-t2","name":"Plain","zoom":1.10,"boldLinks":true,"x":1})");

  ASSERT_THAT(change("updateTheme", "t2", R"(,"themeUpdates":{"boldLinks":true})"), Succeeds());

  EXPECT_THAT(sent_writes(),
              ElementsAre("PUT " + path_of("t2") +
                          R"( {"_id":"ui/theme-alpha-t2","name":"Plain","zoom":1.10,"boldLinks":true})"));
  EXPECT_THAT(change("updateTheme", "t2", R"(,"themeUpdates":{"zoom":1.10,"linkedTrees":["Login"]})").text,
              HasSubstr("nothing was written"));
}

TEST_F(SingleThemes, KeepEverythingElseOfTheConfiguration) {
  std::string next = config;
  next.replace(next.find("alpha-t1"), 8, "alpha-t2");
  tenant.json("PUT", themeconfig, next);

  ASSERT_THAT(change("setDefaultTheme", "Plain"), Succeeds());

  EXPECT_THAT(sent_writes(), ElementsAre("PUT " + themeconfig + " " + next));
}

TEST_F(SingleThemes, SayWhatIsDoneWhenTheLinksFail) {
  tenant.json("PUT", path_of("t2"), R"({"_id":"ui/theme-alpha-t2","name":"Plain","zoom":2})");
  tenant.json("PUT", themeconfig, R"({"code":403,"reason":"Forbidden","message":"Access denied"})", 403);

  const auto result = change("updateTheme", "t2", R"(,"themeUpdates":{"zoom":2,"linkedTrees":["Reset"]})");

  EXPECT_THAT(result, Fails("partial", "Stopped after 1 of 2 steps"));
  EXPECT_EQ(result.json["done"], Json::array({"settings of theme t2 stored"}));
  EXPECT_EQ(result.json["notDone"], Json::array({"its journeys linked"}));
}

TEST_F(SingleThemes, SayThatTheLinksAreGoneWhenTheDeletionFails) {
  std::string without = config;
  without.erase(without.find(R"("Login":"ui/theme-alpha-t2",)"), 28);
  tenant.json("PUT", themeconfig, without);
  tenant.json("DELETE", path_of("t2"), R"({"code":403,"reason":"Forbidden","message":"Access denied"})", 403);

  const auto result = change("deleteTheme", "t2", R"(,"force":true)");

  EXPECT_THAT(result, Fails("partial", "Stopped after 1 of 2 steps"));
  EXPECT_EQ(result.json["done"], Json::array({"links of Login removed"}));
}

TEST_F(SingleThemes, ThatVanishWithoutAnAnswerAreFoundGone) {
  tenant.http.always("GET", themeconfig, 200, R"({"_id":"ui/themeconfig","defaultRealmThemeId":{}})");
  for (int reads = 0; reads < 2; ++reads) tenant.json("GET", path_of("t2"), plain);
  tenant.http.lose_connection("DELETE", path_of("t2"));
  tenant.json("GET", path_of("t2"), not_found, 404);
  const auto gone = change("deleteTheme", "t2");
  ASSERT_THAT(gone, Succeeds());
  EXPECT_THAT(gone.notes, HasSubstr("shows that it took effect"));

  tenant.http.lose_connection("DELETE", path_of("t2"));
  EXPECT_THAT(change("deleteTheme", "t2"), Fails("transient", "nothing was changed"));
}

// A check that could not be made is a finding (R-WRT-13).
TEST_F(SingleThemes, StayWhereTheirPagesCannotBeRead) {
  tenant.http.always("GET", themeconfig, 200, R"({"_id":"ui/themeconfig","defaultRealmThemeId":{}})");
  tenant.http.always("POST", descendants, 403, R"({"code":403,"message":"Access denied"})");
  EXPECT_THAT(change("deleteTheme", "t2"), Refuses("the pages were not all checked"));
  EXPECT_THAT(sent_writes(), IsEmpty());
}

TEST_F(SingleThemes, SayWhenTheirJourneysCannotBeRead) {
  tenant.json("PUT", path_of("t2"), R"({"_id":"ui/theme-alpha-t2","name":"Plain","zoom":2})");
  tenant.http.always("GET", trees + "_id", 403, R"({"code":403,"message":"no"})");
  const auto result = change("updateTheme", "t2", R"(,"themeUpdates":{"zoom":2,"linkedTrees":["Login"]})");
  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("was not checked"));
}

TEST_F(SingleThemes, ChangedBySomebodyElseStay) {
  tenant.json("GET", path_of("t2"), R"({"_id":"ui/theme-alpha-t2","name":"Renamed"})");
  EXPECT_THAT(change("deleteTheme", "t2", R"(,"force":true)"), Fails("conflict", "nothing was written"));

  tenant.json("GET", themeconfig, R"({"_id":"ui/themeconfig","linkedTrees":{}})");
  EXPECT_THAT(change("deleteTheme", "t2"), Fails("conflict", "nothing was written"));

  tenant.json("GET", path_of("t2"), plain);
  tenant.json("GET", path_of("t2"), R"({"_id":"ui/theme-alpha-t2","name":"Plain","zoom":3})");
  EXPECT_THAT(change("updateTheme", "t2", R"(,"themeUpdates":{"zoom":2})"), Fails("conflict", "nothing was written"));
  EXPECT_THAT(sent_writes(), IsEmpty());
}

TEST_F(SingleThemes, OfAnUnknownFormAreLeftAlone) {
  for (const auto* odd :
       {R"({"linkedTrees":[]})", R"({"linkedTrees":{"alpha":["Login"]}})", R"({"defaultRealmThemeId":"t"})"}) {
    tenant.http.always("GET", themeconfig, 200, odd);
    EXPECT_THAT(change("setDefaultTheme", "t2"), Fails("not_available", "form")) << odd;
  }
  EXPECT_THAT(sent_writes(), IsEmpty());
}

TEST_F(SingleThemes, TakeTheKeyThatTheRealmHas) {
  tenant.http.always("GET", themeconfig, 200, R"({"defaultRealmThemeId":{"/alpha":"ui/theme-alpha-t1"}})");
  tenant.json("PUT", themeconfig, R"({"defaultRealmThemeId":{"/alpha":"ui/theme-alpha-t2"}})");

  ASSERT_THAT(change("setDefaultTheme", "t2"), Succeeds());

  EXPECT_THAT(sent_writes(), ElementsAre(HasSubstr(R"({"/alpha":"ui/theme-alpha-t2"})")));
}

}  // namespace
}  // namespace tools
