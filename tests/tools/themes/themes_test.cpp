#include "base/log.h"
#include "support/tenant/tool_test.h"
#include "tools/themes/fields.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string path = "/openidm/config/ui/themerealm";
const std::string config_path = "/openidm/config/ui/themeconfig";
constexpr auto not_found = R"({"code":404,"reason":"Not Found","message":"Not Found"})";
const std::string all_configs = "/openidm/config?_queryFilter=_id%20sw%20%22ui%2Ftheme-%22";
const std::string in_alpha = "/openidm/ui/theme/?realm=alpha&_queryFilter=";
constexpr auto before =
    R"({"_id":"ui/themerealm","realm":{"/":[],"alpha":[)"
    R"({"_id":"t1","name":"Starter","isDefault":true,"linkedTrees":[],"zoom":1.10},)"
    R"({"_id":"t2","name":"Plain","isDefault":false,"linkedTrees":["Login","Reset"],"primaryColor":"#000000"},)"
    R"({"_id":"t3","name":"Twin","isDefault":false},{"_id":"t4","name":"Twin"},{"_id":"t5","name":"t2"}],)"
    R"("bravo":[{"_id":"t1","name":"Starter","isDefault":true}]},"extra":12345678901234567890123})";

class Themes : public ::testing::Test, public ToolTest {
 protected:
  Themes() {
    base::set_log_level(base::LogLevel::error);
    tenant.http.always("GET",
                       "/am/json/alpha/realm-config/authentication/authenticationtrees/trees?_queryFilter=true"
                       "&_pageSize=-1&_fields=_id",
                       200, R"({"result":[{"_id":"Login"},{"_id":"Reset"}]})");
  }

  void reads(int times, const std::string& body = before) {
    for (int i = 0; i < times; ++i) tenant.json("GET", path, body);
  }
  // Stores what is put, as a tenant does.
  void takes_it() {
    tenant.http.answer_with("PUT", "https://tenant.example" + path, [](const test::Sent& sent) {
      return http::Response{.status = 200, .headers = {{"content-type", "application/json"}}, .body = sent.body};
    });
  }
  // The last one.
  Json sent_document() const {
    const auto& sent = tenant.sent();
    const auto last = std::find_if(sent.rbegin(), sent.rend(), [](const auto& one) { return one.method == "PUT"; });
    return base::parse_json(last == sent.rend() ? "null" : last->body);
  }
  // The document as it was read, with one change.
  template <typename Change>
  static std::string with(Change change) {
    Json document = base::parse_json(before);
    change(document["realm"]["alpha"]);
    return base::print_json(document);
  }
};

std::string arguments(std::string_view identifier, std::string_view more = {}) {
  return fmt::format(R"({{"realm":"alpha","themeIdentifier":"{}"{}}})", identifier, more);
}

TEST_F(Themes, SchemaIsCompactAndAsksNothing) {
  const auto result = call("getThemeSchema");

  ASSERT_THAT(result, Succeeds());
  EXPECT_LT(result.text.size(), 14'000u);
  std::size_t rows = 0;
  for (const Json& group : result.json["fields"]) rows += group.size();
  EXPECT_EQ(rows, 99u);
  EXPECT_EQ(result.json["fields"]["journey.logo"]["logoHeight"],
            "string, px 40-100, default \"40\": logo height in pixels, stored as a string");
  EXPECT_THAT(tenant.requests(), IsEmpty());
  EXPECT_THAT(scopes, IsEmpty());
  EXPECT_THAT(result.text, Not(HasSubstr("Transaction ID")));
}

TEST_F(Themes, SchemaCanBeLimitedToAGroup) {
  const auto card = call("getThemeSchema", R"({"group":"journey.card"})");
  EXPECT_THAT(card.json["fields"], SizeIs(1));
  const auto journey = call("getThemeSchema", R"({"group":"journey"})");
  EXPECT_GT(journey.json["fields"].size(), 5u);
  EXPECT_THAT(call("getThemeSchema", R"({"group":"jour"})"), Refuses("journey.card"));
}

TEST_F(Themes, AreListedByNameAndDefault) {
  tenant.json("GET", in_alpha + "true&_fields=name%2CisDefault",
              R"({"result":[{"_id":"t1","name":"Starter","isDefault":true}],"resultCount":1})");

  const auto result = call("getThemes", R"({"realm":"alpha"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json),
            R"({"realm":"alpha","resultCount":1,"result":[{"_id":"t1","name":"Starter","isDefault":true}]})");
  EXPECT_THAT(scopes, ElementsAre(aic::Scopes{"fr:idm:*"}));
}

TEST_F(Themes, AreReadByIdBeforeName) {
  const std::string filter = "_id%20eq%20%22t2%22%20or%20name%20eq%20%22t2%22";
  tenant.json("GET", in_alpha + filter, R"({"result":[{"_id":"t5","name":"t2"},{"_id":"t2","name":"Plain"}]})");

  const auto result = call("getTheme", arguments("t2"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json), R"({"_id":"t2","name":"Plain"})");
  EXPECT_THAT(result.notes, HasSubstr("Matched by _id"));
}

TEST_F(Themes, NamesCannotLeaveTheFilter) {
  tenant.json("GET", in_alpha + R"(_id%20eq%20%22a%5C%22b%22%20or%20name%20eq%20%22a%5C%22b%22)",
              R"({"result":[],"resultCount":0})");
  tenant.json("GET", config_path, not_found, 404);
  tenant.json("GET", all_configs, R"({"result":[]})");
  EXPECT_THAT(call("getTheme", arguments(R"(a\"b)")), Fails("not_found", "getThemes"));
}

TEST_F(Themes, OfOneNameAreRefusedWithTheirIds) {
  tenant.json("GET", in_alpha + "_id%20eq%20%22Twin%22%20or%20name%20eq%20%22Twin%22",
              R"({"result":[{"_id":"t3","name":"Twin"},{"_id":"t4","name":"Twin"}],"resultCount":2})");
  EXPECT_THAT(call("getTheme", arguments("Twin")), Refuses("t3, t4"));
  for (const auto* tool : {"deleteTheme", "setDefaultTheme"}) {
    reads(1);
    EXPECT_THAT(call(tool, arguments("Twin")), Refuses("t3, t4")) << tool;
  }
  reads(1);
  EXPECT_THAT(call("updateTheme", arguments("Twin", R"(,"themeUpdates":{})")), Refuses("t3, t4"));
}

TEST_F(Themes, ThatDoNotExistAreAnsweredWithTheNearestNames) {
  reads(1);
  EXPECT_THAT(call("deleteTheme", arguments("Startr")), Fails("not_found", "Did you mean Starter"));
}

TEST_F(Themes, AreCreatedAtTheEndAndNotAsDefault) {
  reads(2);
  takes_it();

  const auto result =
      call("createTheme",
           R"({"realm":"alpha","themeData":{"isDefault":false,"name":"New","primaryColor":"#aBcdef","odd":1}})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(tenant.requests(), ElementsAre("GET " + path, "GET " + path, "PUT " + path));
  EXPECT_EQ(tenant.sent().back().header("If-Match"), "");
  EXPECT_THAT(scopes, Each(aic::Scopes{"fr:idm:*"}));
  const auto id = result.json["id"].get<std::string>();
  Json wanted = base::parse_json(before);
  wanted["realm"]["alpha"].push_back(
      {{"isDefault", false}, {"name", "New"}, {"primaryColor", "#aBcdef"}, {"odd", 1}, {"_id", id}});
  EXPECT_EQ(tenant.sent().back().body, base::print_json(wanted));
  EXPECT_EQ(result.json["name"], "New");
  EXPECT_FALSE(result.json.contains("setByTenant")) << "it is stored as it was sent";
  EXPECT_THAT(result.notes, HasSubstr("odd"));
}

TEST_F(Themes, CanBeTheFirstOfARealm) {
  for (const auto& [document, key] : {std::pair{R"({"realm":{}})", "alpha"},
                                      {R"({"_id":"ui/themerealm"})", "alpha"},
                                      {"{}", "alpha"},
                                      {R"({"realm":{"alpha":null}})", "alpha"},
                                      {R"({"realm":{"/alpha":[]}})", "/alpha"}}) {
    reads(2, document);
    takes_it();
    EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"name":"New"}})"), Succeeds());
    EXPECT_THAT(sent_document()["realm"], SizeIs(1));
    EXPECT_THAT(sent_document()["realm"][key], SizeIs(1));
  }
}

TEST_F(Themes, DocumentsOfAnUnknownFormAreLeftAlone) {
  for (const auto* document : {R"({"_id":"ui/themerealm","themes":[]})", R"({"realm":[]})", R"({"realm":{"alpha":{}}})",
                               R"({"realm":{"alpha":"x"}})"}) {
    reads(1, document);
    EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"name":"New"}})"), Fails("not_available", "form"));
    EXPECT_THAT(writes, IsEmpty());
  }
}

TEST_F(Themes, WithHalfACharacterAreShownButNotWrittenBack) {
  std::string damaged = before;
  damaged.replace(damaged.find("#000000"), 7, R"(cut\ud83d)");
  reads(2, damaged);
  tenant.json("GET", in_alpha + "_id%20eq%20%22t2%22%20or%20name%20eq%20%22t2%22",
              R"({"result":[{"_id":"t2","primaryColor":"cut\ud83d"}]})");

  const auto shown = call("getTheme", arguments("t2"));
  const auto refused = call("setDefaultTheme", arguments("t2"));

  ASSERT_THAT(shown, Succeeds());
  EXPECT_EQ(shown.json["primaryColor"], "cut\xef\xbf\xbd");
  EXPECT_THAT(shown.notes, HasSubstr("an unpaired surrogate once"));
  EXPECT_THAT(refused, Fails("not_available", "unpaired surrogate"));
  EXPECT_THAT(tenant.requests(), Each(HasSubstr("GET ")));
  EXPECT_THAT(writes, IsEmpty());
}

// IDM's old settings file bears the name of the newer layout's, and is on every tenant.
TEST_F(Themes, AreNeverCreatedWhereNoLayoutIs) {
  for (const auto& [settings, status] :
       {std::pair{not_found, 404}, {R"({"_id":"ui/themeconfig","icon":"/favicon.ico","settings":{"logo":{}}})", 200}}) {
    tenant.json("GET", path, not_found, 404);
    tenant.json("GET", config_path, settings, status);
    tenant.json("GET", all_configs, R"({"result":[]})");
    EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"name":"New"}})"),
                Fails("not_available", "newer layout"));
    EXPECT_THAT(writes, IsEmpty());
  }
}

TEST_F(Themes, AreNotLookedForInTheNewerLayoutWhenTheWriteFails) {
  reads(2);
  tenant.json("PUT", path, not_found, 404);
  const auto result = call("createTheme", R"({"realm":"alpha","themeData":{"name":"New"}})");
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, Not(HasSubstr("newer layout")));
  EXPECT_THAT(tenant.requests(), ElementsAre("GET " + path, "GET " + path, "PUT " + path));
}

TEST_F(Themes, AreReadFromTheDocumentWhereTheCollectionIsMissing) {
  tenant.http.always("GET", in_alpha + "true&_fields=name%2CisDefault", 404, not_found);
  reads(1);
  const auto result = call("getThemes", R"({"realm":"alpha"})");
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["resultCount"], 5);
  EXPECT_THAT(result.notes, Not(HasSubstr("404")));

  reads(1, R"({"_id":"ui/themerealm","realm":{}})");
  const auto empty = call("getThemes", R"({"realm":"alpha"})");
  EXPECT_EQ(empty.json["resultCount"], 0);
  EXPECT_THAT(empty.notes, HasSubstr("404"));

  tenant.json("GET", path, not_found, 404);
  tenant.json("GET", config_path, R"({"icon":"x"})");
  tenant.json("GET", all_configs, R"({"result":[]})");
  EXPECT_THAT(call("getThemes", R"({"realm":"alpha"})"), Fails("not_available", "neither"));
}

// Every realm has a journey at least: a list without any tells nothing of those that a theme is linked to.
TEST_F(Themes, DoNotTakeAnEmptyListOfJourneysForTheirAbsence) {
  tenant.http.always("GET",
                     "/am/json/alpha/realm-config/authentication/authenticationtrees/trees?_queryFilter=true"
                     "&_pageSize=-1&_fields=_id",
                     200, R"({"result":[]})");
  reads(2);
  takes_it();

  const auto result = call("updateTheme", arguments("t1", R"(,"themeUpdates":{"linkedTrees":["Nowhere"]})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("It was not checked whether alpha has these journeys"));
  EXPECT_THAT(result.notes, ::testing::Not(HasSubstr("alpha has no journey")));
}

TEST_F(Themes, TakeSettingsFromTextsWhereNoTextBelongs) {
  reads(2);
  takes_it();
  const Json updates{{"linkedTrees", R"(["Login"])"}, {"accountPageSections", R"({"social":{"enabled":"true"}})"}};
  const Json given{{"realm", "alpha"}, {"themeIdentifier", "t1"}, {"themeUpdates", base::print_json(updates)}};
  ASSERT_THAT(call("updateTheme", base::print_json(given)), Succeeds());
  const Json theme = sent_document()["realm"]["alpha"][0];
  EXPECT_EQ(theme["linkedTrees"], Json::array({"Login"}));
  EXPECT_EQ(theme["accountPageSections"]["social"]["enabled"], true);
}

TEST_F(Themes, ResultsNameTheRealm) {
  reads(2);
  takes_it();
  EXPECT_THAT(call("updateTheme", arguments("t1", R"(,"themeUpdates":{"primaryColor":"#010203"})")).text,
              HasSubstr("alpha"));
  reads(1);
  EXPECT_THAT(call("setDefaultTheme", arguments("t1")).text, HasSubstr("alpha"));
}

TEST_F(Themes, NeedANameOfTheirOwn) {
  reads(1);
  EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"name":"Plain"}})"), Fails("conflict", "t2"));
  for (const auto* name : {"null", "5", R"("")", R"("  ")", R"("a\nb")", R"("a\u0085b")", R"("a\u007fb")"}) {
    EXPECT_THAT(call("createTheme", fmt::format(R"({{"realm":"alpha","force":true,"themeData":{{"name":{}}}}})", name)),
                Refuses("themeData.name"))
        << name;
    EXPECT_THAT(call("updateTheme", arguments("t2", fmt::format(R"(,"themeUpdates":{{"name":{}}})", name))),
                Refuses("themeUpdates.name"))
        << name;
  }
  EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{}})"), Refuses("themeData.name"));
  EXPECT_THAT(tenant.requests(), SizeIs(1));
  // The name may be another theme's id.
  reads(2);
  takes_it();
  EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"name":"t1"}})"), Succeeds());
}

TEST_F(Themes, SettingsOutsideTheRulesNeedForce) {
  for (const auto* setting :
       {R"("primaryColor":"red")",
        R"("primaryColor":"#fff")",
        R"("primaryColor":"#12345678")",
        R"("primaryColor":5)",
        R"("boldLinks":"yes")",
        R"("journeyLayout":"middle")",
        R"("buttonRounded":"101")",
        R"("logoHeight":"big")",
        R"("logoHeight":39)",
        R"("linkedTrees":"Login")",
        R"("linkedTrees":[1])",
        R"("logo":{"en":1})",
        R"("backgroundImage":{"en":""})",
        R"("journeyHeader":"<div><SCRIPT src='x'></SCRIPT></div>")",
        R"("journeyFooter":{"de":"<link rel='stylesheet' href='x'>"})",
        R"("accountFooter":"<style>@import 'x'</style>")",
        R"("accountFooter":"<style>@font-face{src:url(https://x)}</style>")",
        R"("accountPageSections":[])",
        R"("accountPageSections":{"other":{"enabled":true}})",
        R"("accountPageSections":{"social":true})",
        R"("accountPageSections":{"accountSecurity":{"enabled":true,"subsections":{"username":{"enabled":false}}}})"}) {
    const auto updates = fmt::format(R"(,"themeUpdates":{{{}}})", setting);
    EXPECT_THAT(call("updateTheme", arguments("t2", updates)), AllOf(Refuses("themeUpdates."), Refuses("force: true")))
        << setting;
    EXPECT_THAT(tenant.requests(), IsEmpty());
  }
  EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"primaryColor":"red","textColor":1}})"),
              AllOf(Refuses("themeData.name"), Refuses("themeData.primaryColor"), Refuses("themeData.textColor")));
  reads(2);
  takes_it();
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"primaryColor":"red"},"force":true)")),
              Succeeds());
}

TEST_F(Themes, SettingsAsTenantsHaveThemAreTaken) {
  const auto settings = base::parse_json(
      R"({"buttonRounded":5,"logoHeight":"40","logo":{"en":"https://x/l.png"},"journeyCardShadow":2.5,"journeyLayout":"card",
      "accountPageSections":{"social":{"enabled":false},"accountSecurity":{"enabled":true,"subsections":{"password":{"enabled":false}}}},
      "journeyHeader":"<div style=\"color:red\"><svg></svg><style>@font-face{src:url('data:x')}</style></div>","_id":5,"other":null})");
  EXPECT_THAT(themes::faults(settings, "themeData"), IsEmpty());
}

TEST(ThemeSettings, TakeLengthsWithLeadingZeros) {
  EXPECT_THAT(themes::faults({{"buttonRounded", "007"}, {"journeyCardShadow", "025"}}, "themeData"), IsEmpty());
  EXPECT_FALSE(themes::faults({{"buttonRounded", "0101"}}, "themeData").empty());
}

TEST_F(Themes, AreUpdatedInPlaceAndKeepTheRest) {
  reads(2);
  takes_it();

  const auto result =
      call("updateTheme", arguments("Plain", R"(,"themeUpdates":{"name":"Fancy","textColor":"#111111"})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().back().body, with([](Json& themes) {
              themes[1]["name"] = "Fancy";
              themes[1]["textColor"] = "#111111";
            }));
  EXPECT_EQ(result.json["id"], "t2");
  EXPECT_EQ(result.json["name"], "Fancy");
  EXPECT_EQ(result.json["matchedBy"], "name");
  EXPECT_EQ(base::print_json(result.json["changed"]),
            R"([{"path":"/name","before":"Plain","after":"Fancy"},{"path":"/textColor","after":"#111111"}])");
}

TEST_F(Themes, ShowWhatTheTenantMadeOfAChange) {
  reads(2);
  tenant.json("PUT", path, with([](Json& themes) {
                themes[1]["textColor"] = "#111111";
                themes[1]["primaryColor"] = "#222222";
                themes[1]["added"] = 1;
              }));
  const auto result = call("updateTheme", arguments("Plain", R"(,"themeUpdates":{"textColor":"#111111"})"));
  EXPECT_THAT(result, Fails("partial", "something else"));
  EXPECT_THAT(base::print_json(result.json["detail"]["changed"]),
              HasSubstr(R"({"path":"/realm/alpha/t2/primaryColor","before":"#000000","after":"#222222"})"));
}

TEST_F(Themes, UpdatesCannotChangeIdOrDefault) {
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"force":true,"themeUpdates":{"_id":"x","isDefault":true})")),
              AllOf(Refuses("themeUpdates._id"), Refuses("setDefaultTheme")));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Themes, UpdatesCannotTakeANameOrRepeatWhatIs) {
  reads(1);
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"name":"Starter"})")), Fails("conflict", "t1"));
  reads(1);
  const auto result = call("updateTheme", arguments("t2", R"(,"themeUpdates":{"name":"Plain"})"));
  EXPECT_THAT(result.text, HasSubstr("nothing was written"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Themes, UpdatesAreMadeOnTopOfChangesElsewhere) {
  const auto theirs = with([](Json& themes) { themes.push_back({{"_id", "t9"}, {"name", "Other"}}); });
  reads(1);
  reads(2, theirs);
  takes_it();
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")), Succeeds());
  EXPECT_THAT(sent_document()["realm"]["alpha"], SizeIs(6));

  reads(1);
  reads(1, with([](Json& themes) { themes[1]["boldLinks"] = false; }));
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")), Fails("conflict", "t2"));
}

TEST_F(Themes, MayGetFurtherSettingsFromTheTenantButLoseNone) {
  reads(2);
  tenant.json("PUT", path, with([](Json& themes) {
                themes[1]["boldLinks"] = true;
                themes[1]["added"] = 1;
              }));
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")), Succeeds());

  reads(2);
  tenant.json("PUT", path, with([](Json& themes) {
                themes[1]["boldLinks"] = true;
                themes.erase(0);
              }));
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")), Fails("partial", "t1"));

  reads(2);
  tenant.json("PUT", path, before);
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")), Fails("partial", "t2"));
}

TEST_F(Themes, ThatWereStoredWithoutAnAnswerAreFound) {
  reads(2);
  tenant.http.lose_connection("PUT", path);
  reads(1, with([](Json& themes) { themes[1]["boldLinks"] = true; }));
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")), Succeeds());

  reads(2);
  tenant.http.lose_connection("PUT", path);
  reads(1);
  EXPECT_THAT(call("updateTheme", arguments("t2", R"(,"themeUpdates":{"boldLinks":true})")),
              Fails("transient", "nothing was changed"));
}

TEST_F(Themes, RefuseWhatTheyWouldDropFromANewOne) {
  for (const std::string member : {R"("_id":"mine")", R"("isDefault":true)", R"("isDefault":"yes")"})
    EXPECT_THAT(call("createTheme", R"({"realm":"alpha","themeData":{"name":"New",)" + member + "}}"),
                Refuses(member.starts_with("\"_id") ? "themeData._id" : "setDefaultTheme"))
        << member;
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Themes, NameTheRealm) {
  for (const auto* tool : {"deleteTheme", "setDefaultTheme"}) {
    reads(1);
    EXPECT_THAT(call(tool, arguments("Nothing")), Fails("not_found", " in alpha")) << tool;
  }
  reads(1);
  EXPECT_THAT(call("deleteTheme", arguments("Starter")), Refuses("is the default theme of alpha"));
}

TEST_F(Themes, AreDeletedUnlessDefaultOrInUse) {
  reads(1);
  EXPECT_THAT(call("deleteTheme", arguments("Starter", R"(,"force":true)")), Refuses("setDefaultTheme"));
  reads(1);
  const auto used = call("deleteTheme", arguments("t2"));
  EXPECT_THAT(used, AllOf(Refuses("Login, Reset"), Refuses("force: true")));
  EXPECT_EQ(used.json["detail"]["linkedTrees"], base::parse_json(R"(["Login","Reset"])"));
  EXPECT_THAT(writes, IsEmpty());

  reads(2);
  takes_it();
  const auto result = call("deleteTheme", arguments("t2", R"(,"force":true)"));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().back().body, with([](Json& themes) { themes.erase(1); }));
  EXPECT_EQ(result.json["matchedBy"], "_id");
  EXPECT_EQ(result.json["name"], "Plain");
  EXPECT_EQ(base::print_json(result.json["deleted"]),
            R"({"name":"Plain","linkedTrees":["Login","Reset"],"primaryColor":"#000000"})");
}

TEST_F(Themes, OneIsTheDefault) {
  reads(2);
  takes_it();
  const auto result = call("setDefaultTheme", arguments("Plain"));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().back().body, with([](Json& themes) {
              themes[0]["isDefault"] = false;
              themes[1]["isDefault"] = true;
            }));
  EXPECT_EQ(result.json["isDefault"], true);
  EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/t1/isDefault","before":true,"after":false},)"
                                                      R"({"path":"/t2/isDefault","before":false,"after":true}])");

  reads(1);
  const auto again = call("setDefaultTheme", arguments("Starter"));
  EXPECT_THAT(again.text, HasSubstr("nothing was written"));
  EXPECT_EQ(base::print_json(again.json["changed"]), "[]");
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Themes, SeveralDefaultsOrNoneAreRepaired) {
  for (const bool several : {true, false}) {
    reads(2, with([&](Json& themes) { themes[0]["isDefault"] = themes[2]["isDefault"] = several; }));
    takes_it();
    EXPECT_THAT(call("setDefaultTheme", arguments("t1")), Succeeds());
    EXPECT_EQ(tenant.sent().back().body, before);
  }
}

TEST_F(Themes, CreatedAtTheSameTimeAreBothStored) {
  std::string stored = before;
  for (int i = 0; i < 4; ++i) {
    tenant.http.answer_with("GET", "https://tenant.example" + path, [&](const test::Sent&) {
      return http::Response{.status = 200, .headers = {{"content-type", "application/json"}}, .body = stored};
    });
  }
  for (int i = 0; i < 2; ++i) {
    tenant.http.answer_with("PUT", "https://tenant.example" + path, [&](const test::Sent& sent) {
      stored = sent.body;
      return http::Response{.status = 200, .headers = {{"content-type", "application/json"}}, .body = stored};
    });
  }
  auto first = begin("createTheme", R"({"realm":"alpha","themeData":{"name":"A"}})");
  auto second = begin("createTheme", R"({"realm":"alpha","themeData":{"name":"B"}})");
  EXPECT_THAT(first.get(), Succeeds());
  EXPECT_THAT(second.get(), Succeeds());
  EXPECT_THAT(base::parse_json(stored)["realm"]["alpha"], SizeIs(7));
}

}  // namespace
}  // namespace tools
