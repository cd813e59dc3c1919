#include <fmt/format.h>

#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string config = "/openidm/config/managed";
const std::string users = "/openidm/managed/alpha_user";
const std::string user = users + "/u1";
constexpr auto types = R"({"_id":"managed","objects":[
  {"name":"alpha_user","onCreate":{"source":"x"},"schema":{"required":["sn"],"properties":{
    "sn":{"type":"string","title":"Last","policies":[]},"mail":{"type":"string","title":"Mail"}}}},
  {"name":"bravo_user"}]})";

class ManagedObjects : public ::testing::Test, public test::ToolTest {
 protected:
  std::string query(std::string_view parameters) { return users + "?" + std::string(parameters); }
};

TEST_F(ManagedObjects, ListsTypesInTheOrderOfTheConfiguration) {
  tenant.json("GET", config, types);

  const auto result = call("listManagedObjects");

  EXPECT_EQ(result.json, base::parse_json(R"({"managedObjectTypes":["alpha_user","bravo_user"]})"));
  EXPECT_THAT(scopes, Each(aic::Scopes{"fr:idm:*"}));
}

TEST_F(ManagedObjects, ListsNoTypesWhereThereAreNone) {
  tenant.json("GET", config, R"({"_id":"managed"})");
  EXPECT_EQ(call("listManagedObjects").json, base::parse_json(R"({"managedObjectTypes":[]})"));
}

TEST_F(ManagedObjects, NamesTheNearestTypesForAnUnknownOne) {
  tenant.json("GET", config, types);

  const auto result = call("getManagedObjectSchema", R"({"objectType":"Alpha_User"})");

  EXPECT_THAT(result, Fails("not_found", "similar names: alpha_user"));
  EXPECT_THAT(result.text, HasSubstr(R"("types":["alpha_user","bravo_user"])"));
}

TEST_F(ManagedObjects, GivesTheSchemaPart) {
  tenant.json("GET", config, types);
  const auto result = call("getManagedObjectSchema", R"({"objectType":"alpha_user"})");
  EXPECT_EQ(result.json, base::parse_json(R"({"name":"alpha_user","required":["sn"],"properties":{
    "sn":{"type":"string","title":"Last","policies":[]},"mail":{"type":"string","title":"Mail"}}})"));
}

TEST_F(ManagedObjects, GivesTheWholeDefinition) {
  tenant.json("GET", config, types);
  const auto result = call("getManagedObjectSchema", R"({"objectType":"alpha_user","includeFullDefinition":true})");
  EXPECT_EQ(result.json, base::parse_json(types)["objects"][0]);
}

TEST_F(ManagedObjects, GivesEmptyPartsForATypeWithoutSchema) {
  tenant.json("GET", config, types);
  EXPECT_EQ(call("getManagedObjectSchema", R"({"objectType":"bravo_user"})").json,
            base::parse_json(R"({"name":"bravo_user","required":[],"properties":{}})"));
}

TEST_F(ManagedObjects, GivesOnlyTheNamedPropertiesInShort) {
  tenant.json("GET", config, types);

  const auto result =
      call("getManagedObjectSchema", R"({"objectType":"alpha_user","properties":["sn","mial"],"summary":true})");

  EXPECT_EQ(result.json["properties"], base::parse_json(R"({"sn":{"title":"Last","type":"string","required":true}})"));
  EXPECT_THAT(result.notes, HasSubstr("No such property: mial (similar: mail)."));
}

TEST_F(ManagedObjects, KeepsAllowedValuesAndTargetsInShort) {
  tenant.json("GET", config, R"({"objects":[{"name":"t","schema":{"required":["kind"],"properties":{
    "kind":{"type":"string","enum":["a","b"],"policies":[]},
    "tags":{"type":"array","items":{"type":"string","enum":["x"],"title":"Tag"}},
    "manager":{"type":"relationship","title":"Manager","resourceCollection":[{"path":"managed/t"},{"path":"managed/u"},7]},
    "roles":{"type":"array","items":{"type":"relationship","resourceCollection":[{"path":"managed/r"}]}},"odd":7}}}]})");

  const auto result = call("getManagedObjectSchema", R"({"objectType":"t","summary":true})");

  EXPECT_EQ(base::print_json(result.json["properties"]),
            R"({"kind":{"type":"string","enum":["a","b"],"required":true},)"
            R"("tags":{"type":"array","items":{"type":"string","enum":["x"]}},)"
            R"("manager":{"title":"Manager","type":"relationship","targets":["managed/t","managed/u"]},)"
            R"("roles":{"type":"array","items":{"type":"relationship"},"targets":["managed/r"]},"odd":{}})");
}

TEST_F(ManagedObjects, QueriesWithoutATotalUnlessAskedFor) {
  tenant.json("GET", query("_queryFilter=true&_pageSize=50"), R"({"result":[],"resultCount":0})");
  tenant.json("GET", query("_queryFilter=true&_pageSize=50&_totalPagedResultsPolicy=EXACT"), R"({"result":[]})");

  EXPECT_THAT(call("queryManagedObjects", R"({"objectType":"alpha_user"})"), Succeeds());
  EXPECT_THAT(call("queryManagedObjects", R"({"objectType":"alpha_user","queryFilter":"","includeTotal":true})"),
              Succeeds());
}

TEST_F(ManagedObjects, SaysWhenATotalThatWasAskedForIsNotTold) {
  const auto notes_on = [&](const std::string& members) {
    tenant.json("GET", query("_queryFilter=true&_pageSize=50&_totalPagedResultsPolicy=EXACT"),
                R"({"result":[])" + members + "}");
    return call("queryManagedObjects", R"({"objectType":"alpha_user","queryFilter":"true","includeTotal":true})").notes;
  };

  EXPECT_THAT(notes_on(""), HasSubstr("returned no total"));
  EXPECT_THAT(notes_on(R"(,"totalPagedResultsPolicy":"NONE","totalPagedResults":-1)"), HasSubstr("returned no total"));
  EXPECT_THAT(notes_on(R"(,"totalPagedResults":0)"), Not(HasSubstr("returned no total")));
}

TEST_F(ManagedObjects, EncodesEveryValueOfAQueryAndDecodesTheCookieOnce) {
  tenant.json(
      "GET",
      query("_queryFilter=sn+eq+%22a%26_fields%3Dx%22&_pageSize=7&_pagedResultsCookie=c%3D%3D%3A0&_sortKeys=-sn%2Cmail&"
            "_fields=sn%2Cmail"),
      R"({"result":[{"_id":"1","sn":"a"}],"resultCount":1,"pagedResultsCookie":"d%3D"})");

  const auto result = call("queryManagedObjects",
                           R"({"objectType":"alpha_user","queryFilter":"sn eq \"a&_fields=x\"","pageSize":7,
                               "pagedResultsCookie":"c%3D%3D%3A0","sortKeys":"-sn,mail","fields":"sn,mail"})");

  EXPECT_EQ(result.json["pagedResultsCookie"], "d%3D");
  EXPECT_EQ(result.json["result"], base::parse_json(R"([{"_id":"1","sn":"a"}])"));
}

TEST_F(ManagedObjects, WithholdsTheCookieWhenAPageIsCut) {
  max_chars = 4000;
  std::string entries;
  for (int i = 0; i < 50; ++i)
    entries += (i ? "," : "") + std::string(R"({"_id":")") + std::to_string(i) + R"(","sn":")" + std::string(150, 'x') +
               R"("})";
  tenant.json("GET", query("_queryFilter=true&_pageSize=50"),
              R"({"result":[)" + entries + R"(],"pagedResultsCookie":"next"})");

  const auto result = call("queryManagedObjects", R"({"objectType":"alpha_user"})");

  EXPECT_THAT(result.notes, AllOf(HasSubstr("Truncated:"), HasSubstr("pageSize")));
  EXPECT_THAT(result.text, Not(HasSubstr("\"next\"")));
}

TEST_F(ManagedObjects, NamesAFilterThatTheTenantCannotRead) {
  tenant.json("GET", query("_queryFilter=sn+is+a&_pageSize=50"),
              R"({"code":400,"reason":"Bad Request","message":"Invalid query"})", 400);

  const auto result = call("queryManagedObjects", R"({"objectType":"alpha_user","queryFilter":"sn is a"})");

  EXPECT_THAT(result, Fails("invalid_request", "could not parse the query (queryFilter)"));
  EXPECT_EQ(result.json["message"], "Invalid query");
}

TEST_F(ManagedObjects, AnswersA404OfACollectionWithTheExistingTypes) {
  tenant.json("GET", "/openidm/managed/alpha_usr?_queryFilter=true&_pageSize=50", R"({"code":404})", 404);
  tenant.json("GET", config, types);

  EXPECT_THAT(call("queryManagedObjects", R"({"objectType":"alpha_usr"})"),
              Fails("not_found", "no managed object type \\\"alpha_usr\\\"; similar names: alpha_user"));
}

TEST_F(ManagedObjects, StaysWithThe404WhenTheTypesCannotBeRead) {
  tenant.json("GET", "/openidm/managed/alpha_usr?_queryFilter=true&_pageSize=50", R"({"code":404,"message":"words"})",
              404);
  tenant.json("GET", config, R"({"code":403})", 403);

  EXPECT_THAT(call("queryManagedObjects", R"({"objectType":"alpha_usr"})"), Fails("not_found", "words"));
}

TEST_F(ManagedObjects, ReadsOneObjectWithAProjection) {
  tenant.json("GET", users + "/a%26b%3Fc?_fields=sn", R"({"_id":"a&b?c","_rev":"r1","sn":"x"})");
  EXPECT_EQ(call("getManagedObject", R"({"objectType":"alpha_user","objectId":"a&b?c","fields":"sn"})").json["_rev"],
            "r1");
}

TEST_F(ManagedObjects, NamesAnObjectThatIsNotThere) {
  tenant.json("GET", user, R"({"code":404,"message":"No &#39;u1&#39;"})", 404);
  tenant.json("GET", query("_queryFilter=true&_pageSize=1&_fields=_id"), R"({"result":[]})");

  const auto result = call("getManagedObject", R"({"objectType":"alpha_user","objectId":"u1"})");

  EXPECT_THAT(result, Fails("not_found", "There is no alpha_user u1"));
  EXPECT_EQ(result.json["message"], "No 'u1'");
  EXPECT_THAT(result.text, HasSubstr("transactionId"));
}

TEST_F(ManagedObjects, SendsNothingForATypeOrIdThatCannotBeOne) {
  for (const auto* type : {"", "a/b", "..", "alpha user", "a%2fb", "ä", "alpha_user?x"}) {
    EXPECT_THAT(call("queryManagedObjects", base::print_json({{"objectType", type}})), Refuses("objectType")) << type;
  }
  for (const auto* id : {"", " ", ".", "..", "a/b", "a\\b", "a\x01", "%2e", "a..b"}) {
    const auto arguments = base::print_json({{"objectType", "alpha_user"}, {"objectId", id}});
    EXPECT_THAT(call("getManagedObject", arguments), Refuses("objectId")) << id;
    EXPECT_THAT(call("deleteManagedObject", arguments), Refuses("objectId")) << id;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
  EXPECT_THAT(scopes, IsEmpty());
}

const std::string create = users + "?_action=create";

TEST_F(ManagedObjects, CreatesAndGivesIdAndRevision) {
  tenant.json("POST", create, R"({"_id":"u1","_rev":"r1","sn":"secret"})", 201);

  const auto result = call("createManagedObject",
                           R"({"objectType":"alpha_user","objectData":{"sn":"secret","n":12345678901234567890123}})");

  EXPECT_EQ(result.json["id"], "u1");
  EXPECT_EQ(result.json["revision"], "r1");
  EXPECT_THAT(result.text, Not(HasSubstr("secret")));
  EXPECT_EQ(tenant.sent().at(0).body, R"({"sn":"secret","n":12345678901234567890123})");
  EXPECT_THAT(result.text, HasSubstr("tenant.example"));
}

constexpr auto car_type =
    R"({"objects":[{"name":"car","schema":{"properties":{"doors":{"type":"integer"},"plate":{"type":"string"},)"
    R"("tags":{"type":"array","items":{"type":"string"}},"sold":{"type":["boolean","null"]},)"
    R"("owner":{"type":"relationship"}}}}]})";

TEST_F(ManagedObjects, TakesValuesFromTextsWhereTheTypeTakesNoText) {
  tenant.json("GET", "/openidm/config/managed", car_type);
  tenant.json("POST", "/openidm/managed/car?_action=create", R"({"_id":"c","_rev":"1"})", 201);
  EXPECT_THAT(call("createManagedObject",
                   R"({"objectType":"car","objectData":{"doors":"5","plate":"77","tags":"[\"a\"]","sold":"true",)"
                   R"("owner":"{\"_ref\":\"managed/alpha_user/u\"}","other":"5"}})"),
              Succeeds());
  EXPECT_EQ(tenant.sent().back().body,
            R"({"doors":5,"plate":"77","tags":["a"],"sold":true,"owner":{"_ref":"managed/alpha_user/u"},"other":"5"})");

  tenant.json("GET", "/openidm/config/managed", car_type);
  tenant.json("GET", "/openidm/managed/car/c", R"({"_id":"c"})");
  tenant.json("PATCH", "/openidm/managed/car/c", R"({"_id":"c","_rev":"2"})");
  EXPECT_THAT(
      call("patchManagedObject",
           R"({"objectType":"car","objectId":"c","revision":"1","operations":[)"
           R"({"operation":"replace","field":"/doors","value":"3"},{"operation":"add","field":"/tags","value":"5"},)"
           R"({"operation":"add","field":"/tags/-","value":"6"}]})"),
      Succeeds());
  EXPECT_EQ(tenant.sent().back().body,
            R"([{"operation":"replace","field":"/doors","value":3},{"operation":"add","field":"/tags","value":"5"},)"
            R"({"operation":"add","field":"/tags/-","value":"6"}])");
}

TEST_F(ManagedObjects, SendsNoTextThatHoldsAnotherKindThanTheTypeTakes) {
  tenant.json("GET", "/openidm/config/managed", car_type);
  EXPECT_THAT(call("createManagedObject", R"({"objectType":"car","objectData":{"doors":"5.5","tags":"{}"}})"),
              Refuses("objectData.doors"));
  tenant.json("GET", "/openidm/config/managed", car_type);
  EXPECT_THAT(call("patchManagedObject", R"({"objectType":"car","objectId":"c","revision":"1","operations":[)"
                                         R"({"operation":"replace","field":"/doors","value":"true"}]})"),
              Refuses("operations[0].value"));
  EXPECT_THAT(writes, ::testing::IsEmpty());
}

TEST_F(ManagedObjects, RefusesAnIdThatNoToolCouldAddress) {
  for (const auto* id : {R"("a/b")", R"("..")", R"("")", R"("a%2Fb")", "5", "null", R"("a\u0000b")"})
    EXPECT_THAT(
        call("createManagedObject", fmt::format(R"({{"objectType":"alpha_role","objectData":{{"_id":{}}}}})", id)),
        Refuses("objectData._id"))
        << id;
  EXPECT_THAT(tenant.requests(), ::testing::IsEmpty());
}

TEST_F(ManagedObjects, TakesTheIdFromTheLocationWhenTheAnswerHasNoBody) {
  tenant.json("POST", create, "", 201,
              {{"location", "https://tenant.example/openidm/managed/alpha_user/u%201"}, {"etag", "\"r9\""}});

  const auto result = call("createManagedObject", R"({"objectType":"alpha_user","objectData":{}})");

  EXPECT_EQ(result.json["id"], "u 1");
  EXPECT_EQ(result.json["revision"], "r9");
  EXPECT_THAT(result.notes, HasSubstr("answer did not show it"));
}

TEST_F(ManagedObjects, ListsPropertiesWithTheirFailedPolicies) {
  tenant.json("POST", create,
              R"({"code":403,"reason":"Forbidden","message":"Failed policy validation","detail":{"result":false,
    "failedPolicyRequirements":[{"policyRequirements":[{"policyRequirement":"REQUIRED"}],"property":"mail"}]}})",
              403);

  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{}})"),
              Fails("invalid_request", "mail (REQUIRED)"));
}

TEST_F(ManagedObjects, NamesADuplicateAsSuch) {
  tenant.json("POST", create, R"({"code":412,"message":"Entry Already Exists"})", 412);
  tenant.json("POST", create, R"({"code":403,"message":"Failed policy validation","detail":{"failedPolicyRequirements":[
    {"policyRequirements":[{"policyRequirement":"UNIQUE"}],"property":"userName"}]}})",
              403);

  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"_id":"x"}})"),
                Fails("conflict", "already exists"));
}

TEST_F(ManagedObjects, NeverEchoesValuesThatTheTenantRepeats) {
  tenant.json("POST", create, R"({"code":400,"message":"bad","detail":{"request":"{\"sn\":\"hunter2\"}"}})", 400);

  const auto result = call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"sn":"hunter2"}})");

  EXPECT_THAT(result, Fails("invalid_request", "bad"));
  EXPECT_THAT(result.text, Not(HasSubstr("hunter2")));
}

TEST_F(ManagedObjects, RefusesToStoreThePlaceholderOfASecret) {
  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"password":"[redacted]"}})"),
              Refuses("objectData"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedObjects, FindsOutByItsIdThatAnUnansweredCreationHappened) {
  tenant.http.lose_connection("POST", create);
  tenant.json("GET", users + "/x", R"({"_id":"x","_rev":"r1","sn":"a"})");

  const auto result = call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"_id":"x","sn":"a"}})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["revision"], "r1");
  EXPECT_THAT(result.notes, HasSubstr("a later read shows that it took effect"));
}

// What it does not show can be another's: a password never shows.
TEST_F(ManagedObjects, DoesNotCallACreationItsOwnThatItCannotTell) {
  for (const auto* data : {R"({"_id":"x","sn":"a","password":"pa55word"})", R"({"_id":"x","sn":"a","mail":"m"})"}) {
    tenant.http.lose_connection("POST", create);
    tenant.json("GET", users + "/x", R"({"_id":"x","_rev":"r1","sn":"a"})");

    const auto result =
        call("createManagedObject", fmt::format(R"({{"objectType":"alpha_user","objectData":{}}})", data));

    EXPECT_THAT(result, Fails("outcome_unknown", "there is an object x, but it does not show as requested: "));
    EXPECT_EQ(result.json["detail"]["_id"], "x");
  }
}

TEST_F(ManagedObjects, ReadsBackWhatAnAnswerDoesNotShowThatIsNotTheTenantsOwn) {
  for (const auto* answer : {"<html>Welcome</html>", "", R"({"_id":"x","s)", "[]", "{}"}) {
    tenant.json("POST", create, answer);
    tenant.json("GET", users + "/x", R"({"code":404})", 404);
    EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"_id":"x","sn":"a"}})"),
                Fails("transient", "nothing was changed"))
        << answer;
  }
}

TEST_F(ManagedObjects, FindsOutByTheUserNameThatAnUnansweredCreationDidNotHappen) {
  tenant.http.lose_connection("POST", create);
  tenant.json("GET", query("_queryFilter=userName+eq+%22j%5C%22d%22&_pageSize=2"), R"({"result":[]})");

  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"userName":"j\"d"}})"),
              Fails("transient", "nothing was changed"));
}

TEST_F(ManagedObjects, LeavesAnUnansweredCreationUnknownWhenNothingTells) {
  tenant.http.lose_connection("POST", create);
  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"sn":"a"}})"),
              Fails("outcome_unknown", "Read the current state"));

  tenant.http.lose_connection("POST", create);
  tenant.json("GET", users + "/x", R"({"_id":"x","sn":"somebody else"})");
  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"_id":"x","sn":"a"}})"),
              Fails("outcome_unknown", "find out who created it before you call again"));
}

std::string patch_of(std::string_view operations, std::string_view revision = "r1") {
  return R"({"objectType":"alpha_user","objectId":"u1","revision":")" + std::string(revision) + R"(","operations":)" +
         std::string(operations) + "}";
}

// As it is read before a patch.
constexpr auto before_patch = R"({"_id":"u1","_rev":"r1","sn":"a","c":1,"d":2})";

TEST_F(ManagedObjects, PatchesUnderTheRevisionThatWasRead) {
  tenant.json("GET", user, before_patch);
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2","sn":"b","a/b":1,"l":[null]})");

  const auto result = call("patchManagedObject", patch_of(R"([{"operation":"replace","field":"sn","value":"b"},
    {"operation":"move","field":"/a~1b","from":"c"},{"operation":"remove","field":"/d"},{"operation":"add","field":"/l/-","value":null}])",
                                                          "\\\"r1\\\""));

  EXPECT_EQ(tenant.sent().at(1).header("If-Match"), "r1");
  EXPECT_EQ(tenant.sent().at(1).body,
            R"([{"operation":"replace","field":"/sn","value":"b"},{"operation":"move","field":"/a~1b","from":"/c"},)"
            R"({"operation":"remove","field":"/d"},{"operation":"add","field":"/l/-","value":null}])");
  EXPECT_EQ(base::print_json(result.json),
            R"({"message":"alpha_user u1 was changed.","id":"u1","objectType":"alpha_user","revision":"r2","changed":[)"
            R"({"path":"/sn","before":"a","after":"b"},{"path":"/c","before":1},{"path":"/d","before":2},)"
            R"({"path":"/a~1b","after":1},{"path":"/l","after":[null]}]})");
}

constexpr auto replaces_sn = R"([{"operation":"replace","field":"/sn","value":"b"}])";

TEST_F(ManagedObjects, SendsNoPatchOfAnObjectThatHasAnotherRevision) {
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r7","sn":"x"})");
  const auto result = call("patchManagedObject", patch_of(replaces_sn));
  EXPECT_THAT(result, Fails("conflict", "alpha_user u1 is now at revision r7, not r1"));
  EXPECT_EQ(result.json["detail"]["currentRevision"], "r7");
  EXPECT_THAT(writes, IsEmpty());

  tenant.json("GET", user, R"({"code":500})", 500);
  EXPECT_THAT(call("patchManagedObject", patch_of(replaces_sn)), Fails("transient", "500"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ManagedObjects, PatchesForWhoMayWriteButNotRead) {
  tenant.json("GET", user, R"({"code":403,"message":"Access denied"})", 403);
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2"})");
  const auto result = call("patchManagedObject", patch_of(replaces_sn));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(1).header("If-Match"), "r1");
  EXPECT_EQ(result.json["revision"], "r2");
  EXPECT_FALSE(result.json.contains("changed"));
  EXPECT_THAT(result.notes, HasSubstr("could not be read before the change: tenant.example answered 403"));
  EXPECT_THAT(result.notes, HasSubstr("What was stored before is not known"));
}

TEST_F(ManagedObjects, ReadsAPatchedObjectThatTheAnswerDoesNotShow) {
  tenant.json("GET", user, before_patch);
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2"})");
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r2","sn":"B","c":1,"d":2})");
  EXPECT_EQ(base::print_json(call("patchManagedObject", patch_of(replaces_sn)).json["changed"]),
            R"([{"path":"/sn","before":"a","after":"B"}])")
      << "what is stored, not what was sent";

  tenant.json("GET", user, before_patch);
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2"})");
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r3","sn":"b","c":5,"d":2})");
  const auto later = call("patchManagedObject", patch_of(replaces_sn));
  EXPECT_EQ(later.json["revision"], "r2");
  EXPECT_THAT(later.notes, HasSubstr("Somebody else has changed the object since"));

  tenant.json("GET", user, before_patch);
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2"})");
  tenant.json("GET", user, R"({"code":403})", 403);
  const auto unknown = call("patchManagedObject", patch_of(replaces_sn));
  ASSERT_THAT(unknown, Succeeds());
  EXPECT_FALSE(unknown.json.contains("changed"));
  EXPECT_THAT(unknown.notes, HasSubstr("could not be read back"));
}

TEST_F(ManagedObjects, HidesPatchedSecretsAndNamesWhatIsNeverShown) {
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","custom_apiKey":"old-key-1234"})");
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2","custom_apiKey":"new-key-1234"})");
  const auto result =
      call("patchManagedObject", patch_of(R"([{"operation":"replace","field":"/password","value":"Hidden-1234"},
      {"operation":"replace","field":"/custom_apiKey","value":"new-key-1234"}])"));
  EXPECT_EQ(base::print_json(result.json["changed"]),
            R"([{"path":"/custom_apiKey","before":"[redacted]","after":"[redacted]","note":"(secret) changed"}])");
  EXPECT_THAT(result.notes, HasSubstr("does not show password"));
  for (const auto* secret : {"old-key", "new-key", "Hidden"}) EXPECT_THAT(result.text, Not(HasSubstr(secret)));
}

TEST_F(ManagedObjects, SendsNoPatchThatIsIncompleteOrUnknown) {
  for (const auto* operations :
       {"[]", R"([{"operation":"test","field":"/a","value":1}])", R"([{"operation":"add","field":"/a"}])",
        R"([{"operation":"replace","field":"/a"}])", R"([{"operation":"increment","field":"/a"}])",
        R"([{"operation":"transform","field":"/a"}])", R"([{"operation":"move","field":"/a"}])",
        R"([{"operation":"copy","field":"/a","value":1}])", R"([{"operation":"replace","field":"/","value":{}}])",
        R"([{"operation":"replace","field":"","value":{}}])", R"([{"operation":"remove","field":"/a~2"}])",
        R"([{"operation":"copy","field":"/a","from":"/"}])", R"([{"op":"remove","field":"/a"}])", R"({})"}) {
    EXPECT_THAT(call("patchManagedObject", patch_of(operations)), Refuses("operations")) << operations;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedObjects, NamesTheOperationsThatThereAre) {
  EXPECT_THAT(call("patchManagedObject", patch_of(R"([{"operation":"test","field":"/a","value":1}])")),
              Refuses("add, remove, replace, increment, move, copy, transform"));
}

TEST_F(ManagedObjects, SendsNoPatchWithoutAUsableRevision) {
  for (const auto* revision : {"", "*", "a b", "a\\r\\nX: y", "ä"})
    EXPECT_THAT(call("patchManagedObject", patch_of(R"([{"operation":"remove","field":"/a"}])", revision)),
                Refuses("revision"));
  EXPECT_THAT(call("patchManagedObject",
                   R"({"objectType":"a","objectId":"b","operations":[{"operation":"remove","field":"/a"}]})"),
              Refuses("revision"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedObjects, GivesTheCurrentRevisionAfterA412) {
  tenant.json("GET", user, before_patch);
  tenant.json("PATCH", user, R"({"code":412,"message":"stale"})", 412);
  tenant.json("GET", user + "?_fields=_rev", R"({"_id":"u1","_rev":"r7"})");

  const auto result = call("patchManagedObject", patch_of(R"([{"operation":"remove","field":"/a"}])"));

  EXPECT_THAT(result, Fails("conflict", "alpha_user u1 is now at revision r7, not r1"));
  EXPECT_THAT(result.text, HasSubstr("Read the object again"));
}

TEST_F(ManagedObjects, SaysWhenAPatchChangedNothing) {
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1"})");
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r1"})");
  const auto result = call("patchManagedObject", patch_of(R"([{"operation":"remove","field":"/a"}])"));
  EXPECT_EQ(result.json["message"], "alpha_user u1 already has these values; nothing was changed.");
  EXPECT_EQ(base::print_json(result.json["changed"]), "[]");

  // Some tenants give a new revision all the same.
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","a":1})");
  tenant.json("PATCH", user, R"({"_id":"u1","_rev":"r2","a":1})");
  EXPECT_EQ(call("patchManagedObject", patch_of(R"([{"operation":"replace","field":"/a","value":1}])")).json["message"],
            "alpha_user u1 already had these values.");
}

TEST_F(ManagedObjects, ReadsBackAPatchWhoseAnswerIsNone) {
  for (const auto* answer : {"", "<html>Welcome</html>", R"({"_id":"u)"}) {
    tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","a":1})");
    tenant.json("PATCH", user, answer, 200);
    tenant.json("GET", user, R"({"_id":"u1","_rev":"r2"})");
    const auto result = call("patchManagedObject", patch_of(R"([{"operation":"remove","field":"/a"}])"));
    ASSERT_THAT(result, Succeeds());
    EXPECT_EQ(result.json["revision"], "r2");
    EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/a","before":1}])");

    tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","a":1})");
    tenant.json("PATCH", user, answer, 200);
    tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","a":1})");
    EXPECT_THAT(call("patchManagedObject", patch_of(R"([{"operation":"remove","field":"/a"}])")),
                Fails("transient", "nothing was changed"));
  }
}

TEST_F(ManagedObjects, FindsOutWhatBecameOfAnUnansweredPatch) {
  const auto replace = patch_of(R"([{"operation":"replace","field":"/sn","value":"b"}])");
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","sn":"a"})");
  tenant.http.lose_connection("PATCH", user);
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r2","sn":"b"})");
  EXPECT_EQ(call("patchManagedObject", replace).json["revision"], "r2");

  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","sn":"a"})");
  tenant.http.lose_connection("PATCH", user);
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","sn":"a"})");
  EXPECT_THAT(call("patchManagedObject", replace), Fails("transient", "nothing was changed"));

  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","sn":"a"})");
  tenant.http.lose_connection("PATCH", user);
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r3","sn":"c"})");
  EXPECT_THAT(call("patchManagedObject", replace), Fails("outcome_unknown", "\"currentRevision\":\"r3\""));

  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","sn":"a"})");
  tenant.json("PATCH", user, "", 504);
  tenant.json("GET", user, R"({"code":403})", 403);
  EXPECT_THAT(call("patchManagedObject", replace), Fails("outcome_unknown", "Read the current state"));
}

constexpr auto stored_user = R"({"_id":"u1","_rev":"r1"})";
constexpr auto deletion = R"({"objectType":"alpha_user","objectId":"u1"})";
constexpr auto deletion_of_r1 = R"({"objectType":"alpha_user","objectId":"u1","revision":"r1"})";

TEST_F(ManagedObjects, DeletesUnderTheRevisionThatItReadOrWasGiven) {
  for (int i = 0; i < 2; ++i) {
    tenant.json("GET", user, stored_user);
    tenant.json("DELETE", user, R"({"_id":"u1"})");
  }

  const auto result = call("deleteManagedObject", deletion);
  call("deleteManagedObject", deletion_of_r1);

  EXPECT_EQ(result.json["id"], "u1");
  EXPECT_EQ(result.json["objectType"], "alpha_user");
  EXPECT_EQ(base::print_json(result.json["deleted"]), stored_user);
  EXPECT_EQ(tenant.sent().at(1).header("If-Match"), "r1");
  EXPECT_EQ(tenant.sent().at(3).header("If-Match"), "r1");

  // Somebody else was faster.
  tenant.json("GET", user, stored_user);
  tenant.json("DELETE", user, R"({"code":412})", 412);
  tenant.json("GET", user + "?_fields=_rev", R"({"_rev":"r8"})");
  EXPECT_THAT(call("deleteManagedObject", deletion), Fails("conflict", "is now at revision r8, not r1"));
}

TEST_F(ManagedObjects, CallsNothingDeletedThatIsThere) {
  for (const auto& [answer, status] :
       {std::pair{"<html>Welcome</html>", 200}, {"", 200}, {R"({"_id":)", 200}, {R"({"code":404})", 404}}) {
    tenant.json("GET", user, stored_user);
    tenant.json("DELETE", user, answer, status);
    tenant.json("GET", user, stored_user);
    EXPECT_THAT(call("deleteManagedObject", deletion), Fails("transient", "nothing was changed")) << answer;

    tenant.json("GET", user, stored_user);
    tenant.json("DELETE", user, answer, status);
    tenant.json("GET", user, R"({"_id":"u1","_rev":"r9","sn":"another"})");
    EXPECT_THAT(call("deleteManagedObject", deletion), Fails("outcome_unknown", "not the one to delete")) << answer;

    tenant.json("GET", user, stored_user);
    tenant.json("DELETE", user, answer, status);
    tenant.json("GET", user, "<html>Welcome</html>");
    EXPECT_THAT(call("deleteManagedObject", deletion), Fails("outcome_unknown", "does not show whether")) << answer;
  }
}

TEST_F(ManagedObjects, GivesTheCurrentRevisionWhenADeletionIsStale) {
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r7"})");
  EXPECT_THAT(call("deleteManagedObject", deletion_of_r1), Fails("conflict", "r7"));
  EXPECT_THAT(writes, IsEmpty());

  tenant.json("GET", user, stored_user);
  tenant.json("DELETE", user, R"({"code":412})", 412);
  tenant.json("GET", user + "?_fields=_rev", R"({"_rev":"r8"})");
  EXPECT_THAT(call("deleteManagedObject", deletion_of_r1), Fails("conflict", "r8"));
}

TEST_F(ManagedObjects, NeverCallsAnObjectDeletedThatWasNotThere) {
  tenant.json("GET", user, R"({"code":404})", 404);
  tenant.json("GET", query("_queryFilter=true&_pageSize=1&_fields=_id"), R"({"result":[]})");
  const auto result = call("deleteManagedObject", deletion);
  EXPECT_THAT(result, Fails("not_found", "There is no alpha_user u1"));
  EXPECT_THAT(result.text, Not(HasSubstr("deleted")));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ManagedObjects, FindsOutWhatBecameOfAnUnansweredDeletion) {
  tenant.json("GET", user, stored_user);
  tenant.http.lose_connection("DELETE", user);
  tenant.json("GET", user, R"({"code":404})", 404);
  EXPECT_THAT(call("deleteManagedObject", deletion).notes, HasSubstr("shows that it took effect"));

  tenant.json("GET", user, stored_user);
  tenant.http.lose_connection("DELETE", user);
  tenant.json("GET", user, stored_user);
  EXPECT_THAT(call("deleteManagedObject", deletion), Fails("transient", "nothing was changed"));

  for (const auto& [body, status] : {std::pair{R"({"code":403})", 403}, {"no such page", 404}}) {
    tenant.json("GET", user, stored_user);
    tenant.http.lose_connection("DELETE", user);
    tenant.json("GET", user, body, status);
    EXPECT_THAT(call("deleteManagedObject", deletion), Fails("outcome_unknown", "Read the current state"));
  }
}

TEST_F(ManagedObjects, PassesAMissingRightOn) {
  tenant.json("GET", user, stored_user);
  tenant.json("DELETE", user, R"({"code":403,"reason":"Forbidden","message":"Access denied"})", 403);
  EXPECT_THAT(call("deleteManagedObject", deletion), Fails("unauthorized", "Access denied"));
}

TEST_F(ManagedObjects, TakesNumbersForPatchedHoweverTheyAreWritten) {
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r1","n":1})");
  tenant.http.lose_connection("PATCH", user);
  tenant.json("GET", user, R"({"_id":"u1","_rev":"r2","n":1.5})");
  EXPECT_THAT(call("patchManagedObject", patch_of(R"([{"operation":"replace","field":"/n","value":1.50}])")),
              Succeeds());
}

TEST_F(ManagedObjects, SaysThatATypeIsDefinedButNotServedYet) {
  tenant.json("POST", users + "?_action=create", R"({"code":404})", 404);
  tenant.json("GET", config, types);
  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"sn":"a"}})"),
              Fails("transient", "does not provide it yet"));

  tenant.json("GET", user, R"({"code":404})", 404);
  tenant.json("GET", query("_queryFilter=true&_pageSize=1&_fields=_id"), R"({"code":404})", 404);
  tenant.json("GET", config, types);
  EXPECT_THAT(call("getManagedObject", deletion), Fails("transient", "does not provide it yet"));
}

}  // namespace
}  // namespace tools
