#include <fmt/format.h>

#include "support/tenant/empty_parts.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string config = "/openidm/config/managed";
constexpr auto before =
    R"({"_id":"managed","objects":[{"name":"alpha_user","schema":{"properties":{"sn":{"type":"string"},)"
    R"("boss":{"type":"relationship","resourceCollection":[{"path":"managed/alpha_user"}]}}}},)"
    R"({"name":"car","schema":{"title":"Car","properties":{"color":{"type":"string","weight":1.10}}}}],"extra":12345678901234567890123})";

// The document with the entry `car` replaced, or removed when `entry` is empty, and `more` appended.
std::string changed(const std::string& entry, const std::string& more = {}) {
  auto document = base::parse_json(before);
  if (entry.empty())
    document["objects"].erase(1);
  else
    document["objects"][1] = base::parse_json(entry);
  if (!more.empty()) document["objects"].push_back(base::parse_json(more));
  return base::print_json(document);
}

const std::string car = base::print_json(base::parse_json(before)["objects"][1]);

const std::string bus = "/openidm/managed/bus?_queryFilter=true&_pageSize=1&_fields=_id";
const std::string sync = "/openidm/config/sync";

class ManagedDefinitions : public ::testing::Test, public test::ToolTest {
 protected:
  ManagedDefinitions() {
    tenant.http.always("GET", bus, 200, R"({"result":[]})");
    tenant.http.always("GET", sync, 404, R"({"code":404})");
  }
  void reads(int times, const std::string& body = before) {
    for (int i = 0; i < times; ++i) tenant.json("GET", config, body);
  }
};

TEST_F(ManagedDefinitions, AddsATypeAtTheEnd) {
  reads(2);
  tenant.json("PATCH", config, changed(car, R"({"name":"bus","schema":{"properties":{"a":{}},"type":"object"}})"));

  const auto result =
      call("createManagedObjectDefinition",
           R"({"objectName":"bus","objectDefinition":{"name":"other","schema":{"properties":{"a":{}}}}})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(tenant.requests(), ElementsAre("GET " + config, "GET " + config, "PATCH " + config, "GET " + bus));
  EXPECT_EQ(tenant.sent().at(2).header("If-Match"), "*");
  EXPECT_EQ(tenant.sent().at(2).body,
            R"([{"operation":"add","field":"/objects/-","value":{"name":"bus","schema":{"properties":{"a":{}}}}}])");
  EXPECT_FALSE(result.json.contains("definition")) << "no result of a write repeats the whole object";
  EXPECT_EQ(result.json["id"], "bus");
}

TEST_F(ManagedDefinitions, RefusesANameThatExistsInAnotherCase) {
  reads(1);
  EXPECT_THAT(call("createManagedObjectDefinition", R"({"objectName":"CAR","objectDefinition":{"title":"Car"}})"),
              Fails("conflict", "The type car already exists"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ManagedDefinitions, SendsNothingForADefinitionThatIsWrongByItself) {
  EXPECT_THAT(
      call(
          "createManagedObjectDefinition",
          R"({"objectName":"bus","objectDefinition":{"schema":{"properties":{"a":{}},"required":["b"],"order":["c"]}}})"),
      AllOf(Refuses("schema.required lists"), Refuses("schema.order lists")));
  EXPECT_THAT(call("createManagedObjectDefinition", R"({"objectName":"bus","objectDefinition":{"schema":{}}})"),
              Refuses("schema.properties must be an object"));
  EXPECT_THAT(call("createManagedObjectDefinition", R"({"objectName":"b-us","objectDefinition":{}})"),
              Refuses("objectName"));
  for (const auto* wrong : {"[]", "{}"})
    EXPECT_THAT(
        call("createManagedObjectDefinition", fmt::format(R"({{"objectName":"bus","objectDefinition":{}}})", wrong)),
        Refuses("objectDefinition"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, ReportsATypeThatTheTenantTookButDoesNotShow) {
  reads(2);
  tenant.json("PATCH", config, before);
  EXPECT_THAT(call("createManagedObjectDefinition", R"({"objectName":"bus","objectDefinition":{"title":"Bus"}})"),
              Fails("partial", "bus is missing after the write"));
}

TEST_F(ManagedDefinitions, AddsATypeOnTopOfOneThatSomebodyAddedMeanwhile) {
  const auto theirs = changed(car, R"({"name":"van"})");
  reads(1);
  reads(2, theirs);
  auto after = base::parse_json(theirs);
  after["objects"].push_back({{"title", "Bus"}, {"name", "bus"}});
  tenant.json("PATCH", config, base::print_json(after));

  EXPECT_THAT(call("createManagedObjectDefinition", R"({"objectName":"bus","objectDefinition":{"title":"Bus"}})"),
              Succeeds());
}

std::string patch(std::string_view operations, std::string_view name = "car") {
  return R"({"objectName":")" + std::string(name) + R"(","operations":)" + std::string(operations) + "}";
}

// The value that reaches the tenant for one `add` or `replace`.
std::string sent_value(const test::Sent& sent) {
  return base::print_json(base::parse_json(sent.body)[0]["value"]);
}

TEST_F(ManagedDefinitions, TakesTheValueFromATextWhereNoTextBelongs) {
  for (const auto& [field, given, meant] :
       {std::tuple{"custom_colour", R"("{\"type\":\"string\"}")", R"({"type":"string"})"},
        {"custom_colour", R"({"type":"string","viewable":"true","policies":"[]"})",
         R"({"type":"string","viewable":true,"policies":[]})"},
        {"color/viewable", R"("false")", "false"},
        {"color/minLength", R"("3")", "3"},
        {"color/type", R"("[\"string\",\"null\"]")", R"(["string","null"])"},
        {"color/title", R"("5")", R"("5")"},
        {"color/unknownMember", R"("5")", R"("5")"}}) {
    reads(2);
    tenant.json("PATCH", config, before);  // as if nothing were stored: what was sent is what counts here
    call("patchManagedObjectDefinition",
         patch(fmt::format(R"([{{"operation":"add","field":"/schema/properties/{}","value":{}}}])", field, given)));
    EXPECT_EQ(sent_value(tenant.sent().back()), meant) << field << given;
  }
}

TEST_F(ManagedDefinitions, AddsToAListAnEntryOrSeveral) {
  for (const auto& [given, meant] : {std::pair{R"("color")", R"("color")"},
                                     {R"(["color"])", R"(["color"])"},
                                     {R"("[\"color\"]")", R"(["color"])"}}) {
    reads(2, changed(R"({"name":"car","schema":{"properties":{"color":{}},"required":[]}})"));
    tenant.json("PATCH", config,
                changed(R"({"name":"car","schema":{"properties":{"color":{}},"required":["color"]}})"));
    EXPECT_THAT(call("patchManagedObjectDefinition",
                     patch(fmt::format(R"([{{"operation":"add","field":"/schema/required","value":{}}}])", given))),
                Succeeds());
    EXPECT_EQ(sent_value(tenant.sent().back()), meant);
  }
}

TEST_F(ManagedDefinitions, SendsNothingForAValueOfAnotherKind) {
  for (
      const auto* operation :
      {R"("field":"/schema/properties/custom_colour","value":5)",
       R"("field":"/schema/properties/custom_colour","value":"a colour")",
       R"("field":"/schema/properties/custom_colour","value":"[]")",
       R"("field":"/schema/properties/custom_colour","value":null)",
       R"("field":"/schema/properties/custom_colour","value":{"type":5})",
       R"("field":"/schema/properties/custom_colour","value":{"type":"strng"})",
       R"("field":"/schema/properties/custom_colour","value":{"type":"object","properties":{"a":{"searchable":"yes"}}})",
       R"("field":"/schema/properties/color/viewable","value":"yes")",
       R"("field":"/schema/properties/color/policies","value":[7])", R"("field":"/schema/properties","value":[])",
       R"("field":"/schema","value":"x")", R"("field":"/schema/order","value":{})",
       R"("field":"/schema/required/-","value":7)", R"("field":"/onCreate","value":"console.log")",
       R"("field":"/schema/title","value":5)"}) {
    EXPECT_THAT(call("patchManagedObjectDefinition", patch(fmt::format(R"([{{"operation":"add",{}}}])", operation))),
                Refuses("operations[0].value"))
        << operation;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, ChecksNewDefinitionsAtEveryLevel) {
  for (const auto& [definition, place] :
       {std::pair{R"({"schema":{"properties":{"a":7}}})", "objectDefinition.schema.properties.a"},
        {R"({"schema":{"properties":{"a":{"viewable":"yes"}}}})", "objectDefinition.schema.properties.a.viewable"},
        {R"({"schema":{"properties":{"a":{"type":"array","items":[]}}}})", "properties.a.items"},
        {R"({"schema":{"properties":{}},"onCreate":7})", "objectDefinition.onCreate"},
        {R"({"schema":"x"})", "objectDefinition.schema"}}) {
    EXPECT_THAT(call("createManagedObjectDefinition",
                     fmt::format(R"({{"objectName":"bus","objectDefinition":{}}})", definition)),
                Refuses(place))
        << definition;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, TakesADefinitionGivenAsTextAtEveryLevel) {
  reads(2);
  tenant.json("PATCH", config,
              changed(car, R"({"name":"bus","schema":{"properties":{"a":{"type":"string","viewable":true}}}})"));
  const Json properties{{"a", R"({"type":"string","viewable":"true"})"}};
  const Json schema{{"properties", base::print_json(properties)}};
  const Json definition{{"schema", base::print_json(schema)}};
  const Json arguments{{"objectName", "bus"}, {"objectDefinition", base::print_json(definition)}};

  EXPECT_THAT(call("createManagedObjectDefinition", base::print_json(arguments)), Succeeds());
  EXPECT_EQ(sent_value(tenant.sent().at(2)),
            R"({"schema":{"properties":{"a":{"type":"string","viewable":true}}},"name":"bus"})");
}

// Through the configuration a relationship would be made without its other end.
TEST_F(ManagedDefinitions, DefinesNoRelationshipsWithAType) {
  for (const auto* property :
       {R"({"type":"relationship"})", R"({"type":["relationship","null"]})",
        R"({"type":"array","items":{"type":"relationship"}})",
        R"({"type":"object","properties":{"in":{"type":"relationship"}}})", R"("{\"type\":\"relationship\"}")",
        R"({"type":"[\"relationship\"]"})", R"({"type":"array","items":"{\"type\":\"relationship\"}"})"})
    EXPECT_THAT(
        call("createManagedObjectDefinition",
             fmt::format(R"({{"objectName":"bus","objectDefinition":{{"schema":{{"properties":{{"r":{}}}}}}}}})",
                         property)),
        Refuses("patchManagedObjectRelationship"))
        << property;
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, PatchesByTheIndexReadJustBefore) {
  reads(2);
  tenant.json("PATCH", config, changed(R"({"name":"car","schema":{"title":"Auto","properties":{}}})"));

  const auto result =
      call("patchManagedObjectDefinition", patch(R"([{"operation":"replace","field":"schema/title","value":"Auto"},
                                     {"operation":"remove","field":"/schema/properties/color"}])"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(2).header("If-Match"), "*");
  EXPECT_EQ(tenant.sent().at(2).body, R"([{"operation":"replace","field":"/objects/1/schema/title","value":"Auto"},)"
                                      R"({"operation":"remove","field":"/objects/1/schema/properties/color"}])");
  EXPECT_EQ(result.json["operationsApplied"], 2);
  EXPECT_EQ(base::print_json(result.json["changed"][0]["after"]), R"("Auto")") << result.text;
}

TEST_F(ManagedDefinitions, CountsTheOperationsThatChangeSomething) {
  reads(2);
  tenant.json("PATCH", config,
              changed(R"({"name":"car","schema":{"title":"Auto","properties":{"color":)"
                      R"({"type":"string","weight":1.10}}}})"));

  const auto result =
      call("patchManagedObjectDefinition", patch(R"([{"operation":"replace","field":"/schema/title","value":"Car"},
                                     {"operation":"replace","field":"/schema/title","value":"Auto"}])"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["operationsApplied"], 1);
}

TEST_F(ManagedDefinitions, TakesTheIndexAnewWhenEntriesMoved) {
  auto moved = base::parse_json(before);
  moved["objects"].insert(moved["objects"].begin(), Json{{"name", "aaa"}});
  reads(1);
  reads(2, base::print_json(moved));
  moved["objects"][2]["schema"]["title"] = "Auto";
  tenant.json("PATCH", config, base::print_json(moved));

  EXPECT_THAT(call("patchManagedObjectDefinition",
                   patch(R"([{"operation":"replace","field":"/schema/title","value":"Auto"}])")),
              Succeeds());
  EXPECT_THAT(tenant.sent().at(3).body, HasSubstr("/objects/2/schema/title"));
}

TEST_F(ManagedDefinitions, WritesNothingWhenSomebodyChangedTheSamePlace) {
  reads(1);
  reads(1,
        changed(R"({"name":"car","schema":{"title":"Wagen","properties":{"color":{"type":"string","weight":1.10}}}})"));
  EXPECT_THAT(call("patchManagedObjectDefinition",
                   patch(R"([{"operation":"replace","field":"/schema/title","value":"Auto"}])")),
              Fails("conflict", "/objects/car/schema/title"));
}

TEST_F(ManagedDefinitions, WritesNothingWhenTheDefinitionIsSoAlready) {
  reads(1);
  const auto result =
      call("patchManagedObjectDefinition", patch(R"([{"operation":"replace","field":"/schema/title","value":"Car"}])"));
  EXPECT_THAT(result.text, HasSubstr("nothing was written"));
  EXPECT_EQ(result.json["operationsApplied"], 0);
}

TEST_F(ManagedDefinitions, GivesTheFormerContentOfATypeThatThePatchHit) {
  auto hit = base::parse_json(before);
  hit["objects"][0]["schema"]["title"] = "Auto";
  reads(2);
  tenant.json("PATCH", config, base::print_json(hit));

  const auto result = call("patchManagedObjectDefinition",
                           patch(R"([{"operation":"replace","field":"/schema/title","value":"Auto"}])"));

  EXPECT_THAT(result, Fails("partial", "it also changed alpha_user"));
  EXPECT_EQ(result.json["detail"]["former"]["alpha_user"], base::parse_json(before)["objects"][0]);
}

TEST_F(ManagedDefinitions, SendsNothingForOperationsThatAreWrongByThemselves) {
  for (const auto* operations :
       {"[]", R"([{"operation":"replace","field":"/name","value":"x"}])", R"([{"operation":"remove","field":"name"}])",
        R"([{"operation":"replace","field":"/","value":{}}])", R"([{"operation":"remove","field":""}])",
        R"([{"operation":"move","field":"/a","value":1}])", R"([{"operation":"copy","field":"/a"}])",
        R"([{"operation":"add","field":"/a"}])", R"([{"operation":"add","field":"/a~b","value":1}])",
        R"([{"operation":"add","field":"/a","value":1,"from":"/b"}])"}) {
    EXPECT_THAT(call("patchManagedObjectDefinition", patch(operations)), Refuses("operations")) << operations;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, WritesNothingThatHasNoPlaceOrSpoilsTheDefinition) {
  for (const auto& [operations, why] :
       {std::pair{R"([{"operation":"add","field":"/schema/propertis/size","value":{"type":"string"}}])",
                  "there is no /schema/propertis"},
        {R"([{"operation":"replace","field":"/onCreate/source","value":"x"}])", "there is no /onCreate"},
        {R"([{"operation":"add","field":"/schema/title/x","value":"x"}])", "neither an object nor a list"},
        {R"([{"operation":"add","field":"/schema/order","value":["color"]},
             {"operation":"replace","field":"/schema/order/7","value":"color"}])",
         "no index 7"},
        {R"([{"operation":"add","field":"/schema/required","value":["colour"]}])", "lists \\\"colour\\\""},
        {R"([{"operation":"add","field":"/schema/properties/color/enum","value":"red"}])",
         "schema.properties.color.enum must be an array"}}) {
    reads(1);
    EXPECT_THAT(call("patchManagedObjectDefinition", patch(operations)), Refuses(why)) << operations;
  }
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ManagedDefinitions, ChecksTheKindOfEveryMemberItHasFactsFor) {
  for (const std::string member :
       {R"("nullable":"maybe")", R"("enum":"red,blue")", R"("maxLength":-5)", R"("minItems":-1)"})
    EXPECT_THAT(call("createManagedObjectDefinition",
                     R"({"objectName":"bus","objectDefinition":{"schema":{"properties":{"a":{"type":"string",)" +
                         member + "}}}}}"),
                Refuses("schema.properties.a."))
        << member;
  for (const std::string member :
       {R"("onCreate":{"source":5})", R"("onCreate":"x")", R"("meta":{"trackedProperties":"x"})"})
    EXPECT_THAT(call("createManagedObjectDefinition",
                     R"({"objectName":"bus","objectDefinition":{"schema":{"properties":{}},)" + member + "}}"),
                Refuses("objectDefinition."))
        << member;
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

// A new type of that name, but not ours.
TEST_F(ManagedDefinitions, NeverTakesSomebodyElsesTypeForItsOwn) {
  for (const auto* theirs : {R"({"title":"Theirs","name":"bus"})", R"({"name":"bus"})"}) {
    reads(2);
    tenant.http.lose_connection("PATCH", config);
    reads(1, changed(car, theirs));
    EXPECT_THAT(call("createManagedObjectDefinition", R"({"objectName":"bus","objectDefinition":{"title":"Bus"}})"),
                Fails("outcome_unknown", "neither as before nor as requested"));
  }
}

TEST_F(ManagedDefinitions, PointsToTheRelationshipToolBeforeAnythingIsSent) {
  for (const auto* operations : {R"([{"operation":"remove","field":"/schema/properties/boss"}])",
                                 R"([{"operation":"replace","field":"/schema/properties/boss/title","value":"x"}])",
                                 R"([{"operation":"replace","field":"/schema/properties","value":{}}])",
                                 R"([{"operation":"add","field":"/schema/properties/x","value":{"type":"string"}},
            {"operation":"replace","field":"/schema/properties/x/type","value":"relationship"}])",
                                 R"([{"operation":"add","field":"/schema/properties/x",
            "value":"{\"type\":\"relationship\"}"}])",
                                 R"([{"operation":"add","field":"/schema/properties/x","value":{"type":"array",
            "items":"{\"type\":\"relationship\"}"}}])"}) {
    reads(1);
    const auto result = call("patchManagedObjectDefinition", patch(operations, "alpha_user"));
    EXPECT_THAT(result, Refuses("patchManagedObjectRelationship")) << operations;
    EXPECT_THAT(writes, IsEmpty());
  }
}

const std::string cars = "/openidm/managed/car?_queryFilter=true&_pageSize=1&_fields=_id";
const auto& mappings = test::config_query;

// All parts of the tenant that may name a type, for a check that reads the definitions as well.
void hold_all_parts(test::ToolTest& t) {
  for (const std::string realm : {"alpha", "bravo"}) {
    test::hold_empty_parts(t, realm);
    const auto trees = "/am/json/" + realm + "/realm-config/authentication/authenticationtrees";
    t.tenant.http.always("GET", trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2CidentityResource%2Cnodes",
                         200, R"({"result":[{"_id":"Login","nodes":{}}]})");
    t.tenant.http.always("POST", trees + "/nodes?_action=nextdescendents", 200, R"({"result":[]})");
  }
}

TEST_F(ManagedDefinitions, NamesTheTypesForAnUnknownOne) {
  hold_all_parts(*this);
  tenant.http.always("GET", "/openidm/managed/kar?_queryFilter=true&_pageSize=1&_fields=_id", 404, R"({"code":404})");
  reads(3);
  EXPECT_THAT(call("patchManagedObjectDefinition", patch(R"([{"operation":"remove","field":"/a"}])", "kar")),
              Fails("not_found", "car"));
  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"kar"})"), Fails("not_found", "car"));
}

TEST_F(ManagedDefinitions, DeletesOnlyTheNamedDefinitionAndGivesItBack) {
  hold_all_parts(*this);
  reads(3);
  tenant.json("GET", cars, R"({"result":[]})");
  tenant.json("GET", mappings, R"({"result":[]})");
  tenant.json("PUT", config, changed(""));

  const auto result = call("deleteManagedObjectDefinition", R"({"objectName":"car"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().back().body, changed(""));
  EXPECT_THAT(tenant.sent().back().body, HasSubstr("\"extra\":12345678901234567890123"));
  EXPECT_EQ(tenant.sent().back().header("If-Match"), "*");
  EXPECT_EQ(base::print_json(result.json["deleted"]), car);
}

TEST_F(ManagedDefinitions, NeverDeletesATypeThatATenantComesWith) {
  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"alpha_user","force":true})"),
              Refuses("every tenant"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, NeverDeletesATypeThatOthersReferTo) {
  reads(1,
        changed(car, R"({"name":"garage","schema":{"properties":{"cars":{"type":"array","items":{"type":"relationship",
    "resourceCollection":[{"path":"managed/bus"},{"path":"managed/car"}]}}}}})"));
  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"car","force":true})"),
              Refuses("garage: /schema/properties/cars/items"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ManagedDefinitions, RefusesWhileObjectsOrMappingsExistAndNamesForce) {
  hold_all_parts(*this);
  reads(2);
  tenant.json("GET", cars, R"({"result":[{"_id":"1"}]})");
  tenant.json("GET", sync, R"({"_id":"sync","mappings":[{"name":"m1","source":"managed/car"}]})");
  tenant.json("GET", mappings, R"({"result":[{"_id":"mapping/m2","target":"managed/car"}]})");

  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"car"})"),
              AllOf(Refuses("objects of type car exist"), Refuses("sync mapping m1"),
                    Refuses("sync mapping mapping/m2"), Refuses("force: true")));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ManagedDefinitions, CountsAFailedCheckAsAFinding) {
  hold_all_parts(*this);
  reads(2);
  tenant.json("GET", cars, R"({"code":403})", 403);
  tenant.json("GET", mappings, R"({"result":[]})");
  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"car"})"), Refuses("stored objects not checked"));
}

TEST_F(ManagedDefinitions, TakesNothingForUnusedThatNoReadHasShown) {
  const auto finds = [&](const std::string& cars_body, const std::string& sync_body, const char* finding) {
    hold_all_parts(*this);
    reads(2);
    tenant.json("GET", cars, cars_body, cars_body.contains("result") ? 200 : 404);
    tenant.json("GET", sync, sync_body, 404);
    tenant.json("GET", mappings, R"({"result":[]})");
    EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"car"})"), Refuses(finding));
    EXPECT_THAT(writes, IsEmpty());
  };
  // The tenant does not serve the type: what is stored of it is not known.
  finds(R"({"code":404})", R"({"code":404})", "stored objects not checked");
  finds("no such page", R"({"code":404})", "stored objects not checked");
  finds(R"({"result":[]})", "<html>starting</html>", "sync mappings not checked");
}

TEST_F(ManagedDefinitions, SaysWhenANewTypeIsNotServedYet) {
  reads(2);
  tenant.json("PATCH", config, changed(car, R"({"title":"Bus","name":"bus"})"));
  tenant.json("GET", bus, R"({"code":404})", 404);
  tenant.json("GET", bus, R"({"code":404})", 404);
  auto waiting = begin("createManagedObjectDefinition", R"({"objectName":"bus","objectDefinition":{"title":"Bus"}})");
  while (clock.sleepers() > 0) clock.advance(clock.next_wake());
  EXPECT_THAT(waiting.get().text, HasSubstr("is defined."));

  reads(2);
  tenant.json("PATCH", config, changed(car, R"({"title":"Bus","name":"bus"})"));
  tenant.http.always("GET", bus, 404, R"({"code":404})");
  auto never = begin("createManagedObjectDefinition", R"({"objectName":"bus","objectDefinition":{"title":"Bus"}})");
  while (clock.sleepers() > 0) clock.advance(clock.next_wake());
  EXPECT_THAT(never.get().text, HasSubstr("does not provide it yet"));
}

TEST_F(ManagedDefinitions, DeletesInSpiteOfFindingsWhenForced) {
  reads(2);
  tenant.json("PUT", config, changed(""));
  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"car","force":true})"), Succeeds());
}

TEST_F(ManagedDefinitions, LooksForReferencesAgainDirectlyBeforeTheDeletion) {
  hold_all_parts(*this);
  reads(2);
  tenant.json("GET", cars, R"({"result":[]})");
  tenant.json("GET", mappings, R"({"result":[]})");
  reads(1,
        changed(car,
                R"({"name":"garage","schema":{"properties":{"c":{"resourceCollection":[{"path":"managed/car"}]}}}})"));

  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"car"})"), Refuses("garage"));
  EXPECT_THAT(writes, IsEmpty());
}

const std::string owner = "/openidm/schema/managed/car/properties/custom_owner";
constexpr auto relationship = R"({"type":"relationship","resourceCollection":[{"path":"managed/alpha_user"}]})";
const std::string with_owner =
    changed(R"({"name":"car","schema":{"properties":{"custom_owner":)" + std::string(relationship) + "}}}");

std::string wish(std::string_view action, std::string_view definition = relationship,
                 std::string_view property = "custom_owner") {
  auto arguments = Json{{"objectType", "car"}, {"propertyName", property}, {"action", action}};
  if (!definition.empty()) arguments["propertyDefinition"] = base::parse_json(definition);
  return base::print_json(arguments);
}

TEST_F(ManagedDefinitions, AddsARelationship) {
  reads(1);
  tenant.json("PUT", owner, relationship, 201);

  const auto result = call("patchManagedObjectRelationship", wish("add"));

  ASSERT_THAT(result, Succeeds());
  const auto& sent = tenant.sent().at(1);
  EXPECT_EQ(sent.header("Accept-API-Version"), "resource=2.0");
  EXPECT_EQ(sent.header("If-Match"), "*");
  EXPECT_EQ(sent.body, relationship);
  EXPECT_FALSE(result.json.contains("setByTenant")) << "it is stored as it was sent";
}

TEST_F(ManagedDefinitions, RefusesToAddWhatExistsAndToChangeWhatDoesNot) {
  reads(1, with_owner);
  reads(2);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add")), Fails("conflict", "already exists"));
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("update")), Fails("not_found", "car.custom_owner"));
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("remove", "")), Fails("not_found", "car.custom_owner"));
  EXPECT_THAT(tenant.requests(), SizeIs(3));
}

TEST_F(ManagedDefinitions, RefusesARelationshipToAnUnknownType) {
  reads(1);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add", R"({"type":"array","items":{"type":"relationship",
    "resourceCollection":[{"path":"internal/role"},{"path":"managed/alpha_usr"}]}})")),
              Fails("not_found", "similar names: alpha_user"));
}

TEST_F(ManagedDefinitions, SendsNothingForARelationshipThatIsWrongByItself) {
  for (const auto* definition : {"", R"({"type":"string"})", R"({"type":"relationship","resourceCollection":[]})",
                                 R"({"type":"array","items":{"type":"relationship"}})"})
    EXPECT_THAT(call("patchManagedObjectRelationship", wish("add", definition)), Refuses("propertyDefinition"))
        << definition;
  for (const auto* property : {"owner", "custom_", "custom_a/b", "custom_ä", "Custom_a"})
    EXPECT_THAT(call("patchManagedObjectRelationship", wish("add", relationship, property)), Refuses("propertyName"))
        << property;
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(ManagedDefinitions, WritesNothingWhenTheRelationshipIsSoAlready) {
  reads(1, with_owner);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("update")).text, HasSubstr("nothing was written"));
}

TEST_F(ManagedDefinitions, UpdatesARelationshipAndGivesTheFormerOne) {
  const std::string wider =
      R"({"type":"relationship","resourceCollection":[{"path":"managed/alpha_user"},{"path":"managed/car"}]})";
  reads(1, with_owner);
  tenant.json("PUT", owner, wider);

  const auto result = call("patchManagedObjectRelationship", wish("update", wider));

  EXPECT_THAT(result.json["changed"], Not(IsEmpty()));
  EXPECT_FALSE(result.json.contains("formerDefinition"));
}

TEST_F(ManagedDefinitions, RemovesARelationshipIgnoringADefinition) {
  reads(1, with_owner);
  tenant.json("DELETE", owner, relationship);

  const auto result = call("patchManagedObjectRelationship", wish("remove", R"({"type":"string"})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(1).body, "");
  EXPECT_FALSE(result.json.contains("definition"));
}

TEST_F(ManagedDefinitions, ReadsTheDefinitionsAgainOnlyWhereTheAnswerDoesNotShowTheRelationship) {
  reads(1);
  tenant.json("PUT", owner, "", 201);
  reads(1, with_owner);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add")), Succeeds());

  reads(1, with_owner);
  tenant.json("DELETE", owner, "");
  reads(1);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("remove")), Succeeds());
}

TEST_F(ManagedDefinitions, ReportsARelationshipThatTheTenantTookButDoesNotShow) {
  reads(1);
  tenant.json("PUT", owner, "{}", 201);
  reads(1);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add")), Fails("partial", "does not show it"));
}

TEST_F(ManagedDefinitions, FindsOutWhatBecameOfAnUnansweredRelationship) {
  reads(1);
  tenant.http.lose_connection("PUT", owner);
  reads(1, with_owner);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add")).notes, HasSubstr("it took effect"));

  reads(1);
  tenant.http.lose_connection("PUT", owner);
  reads(1);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add")), Fails("transient", "nothing was changed"));
}

TEST_F(ManagedDefinitions, PassesTheTenantsRefusalOn) {
  reads(1);
  tenant.json("PUT", owner, R"({"code":400,"message":"reverse property missing"})", 400);
  EXPECT_THAT(call("patchManagedObjectRelationship", wish("add")),
              Fails("invalid_request", "reverse property missing"));
}

}  // namespace
}  // namespace tools
