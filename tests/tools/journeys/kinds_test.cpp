// Settings of nodes that are not of the kind that their type asks for, or that it does not have (R-ARG-16).
#include "tools/journeys/fixture.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace test::journeys;

constexpr const char* ask_schema = R"({"type":"object","required":["tries"],"properties":{
  "tries":{"title":"Tries","type":"integer","propertyOrder":100,"exampleValue":"","default":3},
  "factor":{"title":"Factor","type":"number"},
  "strict":{"title":"Strict","type":"boolean"},
  "choices":{"title":"Choices","type":"array","items":{"type":"string"}},
  "labels":{"title":"Labels","type":"object","patternProperties":{".*":{"type":"string"}}},
  "limit":{"title":"Limit","type":["integer","null"]},
  "note":{"title":"Note","type":"string","default":null},
  "hint":{"title":"Hint","type":"string"},
  "password":{"title":"Password","type":"string"},
  "mode":{"title":"Mode","type":"string","enum":["LOW","HIGH"],"enumNames":["Low","High"]},
  "size":{"title":"Size","type":"integer","enum":[1,2]},
  "tree":{"title":"Tree Name","type":"string","enum":["Other"]}}})";

const std::string schema_path = at_trees + "/nodes/Ask?_action=schema";
const std::string page_schema =
    R"({"type":"object","required":[],"properties":{"nodes":{"type":"array","items":{"type":"object"}},)"
    R"("pageHeader":{"type":"object"},"stage":{"type":"string"}}})";

class NewJourney : public testing::Test {
 protected:
  NewJourney() {
    know_types(t);
    t.tenant.http.always("GET", tree_path, 404, not_found);
    t.tenant.http.always("POST", schema_path, 200, ask_schema);
    t.tenant.http.always("POST", at_trees + "/nodes/PageNode?_action=schema", 200, page_schema);
  }

  test::CallResult with(const std::string& config) {
    return t.call("createJourney", create(R"({"a":)" + node(R"({"true":"success"})", "Ask", config) + "}"));
  }
  test::CallResult with_child(const std::string& child) {
    return t.call("createJourney",
                  create(R"({"a":)" + node(R"({"true":"success"})", "PageNode", R"({"nodes":[)" + child + "]}") + "}"));
  }
  // What is stored of the setting.
  std::string stored(const std::string& config) {
    store(t, 201);
    const auto result = with(config);
    EXPECT_THAT(result, Succeeds()) << config;
    if (result.is_error) return {};
    Json settings = put_body(t)["nodes"][result.json["nodeIdMapping"]["a"].get<std::string>()]["config"];
    settings.erase("_id");
    return base::print_json(settings);
  }

  ToolTest t;
};

TEST_F(NewJourney, RefusesValuesOfAnotherKind) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"tries":"six"})", "config.tries must be a whole number"},
      {R"({"tries":[5]})", "config.tries must be a whole number"},
      {R"({"tries":5.5})", "config.tries must be a whole number"},
      {R"({"tries":"true"})", "config.tries must be a whole number"},
      {R"({"tries":"[5]"})", "config.tries must be a whole number"},
      {R"({"tries":null})", "config.tries must be a whole number"},
      {R"({"factor":"much"})", "config.factor must be a number"},
      {R"({"strict":"yes"})", "config.strict must be true or false"},
      {R"({"strict":1})", "config.strict must be true or false"},
      {R"({"choices":"a,b"})", "config.choices must be an array"},
      {R"({"choices":["a",7]})", "config.choices[1] must be a string"},
      {R"({"labels":["a"]})", "config.labels must be an object"},
      {R"({"labels":{"en":7}})", "config.labels.en must be a string"},
      {R"({"limit":"few"})", "config.limit must be a whole number"},
      {R"({"hint":7})", "config.hint must be a string"},
      {R"({"mode":"MEDIUM"})", "config.mode must be a string (LOW, HIGH)"},
      {R"({"size":"big"})", "config.size must be a whole number (1, 2)"},
  };
  t.tenant.http.always("POST", at_trees + "/nodes/Ask?_action=template", 200, R"({"tries":3})");
  for (const auto& [config, rule] : wrong) {
    const auto result = with(config);
    EXPECT_THAT(result, Refuses("journeyData.nodes.a.")) << config;
    EXPECT_THAT(result.text, AllOf(HasSubstr(rule), HasSubstr(R"((node \"a\"))"))) << config;
    EXPECT_THAT(t.writes, IsEmpty()) << config;
  }
}

TEST_F(NewJourney, TakesTextsThatHoldTheJsonOfTheAskedKind) {
  EXPECT_EQ(stored(R"({"tries":"6","factor":"1.50","strict":"true"})"), R"({"tries":6,"factor":1.50,"strict":true})");
  EXPECT_EQ(stored(R"({"choices":"[\"a\"]","labels":"{\"en\":\"5\"}","hint":"[5]"})"),
            R"({"choices":["a"],"labels":{"en":"5"},"hint":"[5]"})");
}

TEST_F(NewJourney, TakesWhatAVariableMakesForAnyKind) {
  const char* made =
      R"({"tries":"&{esv.tries}","strict":{"$bool":"&{esv.strict}"},"choices":{"$array":"&{esv.choices}"},)"
      R"("labels":{"en":{"$string":"&{esv.label}"}},"mode":"&{esv.mode}","factor":{"$number":"&{esv.factor|1}"}})";
  EXPECT_EQ(stored(made), base::print_json(json(made)));
}

TEST_F(NewJourney, TakesNullWhereTheTypeItselfHasIt) {
  t.tenant.http.always("POST", at_trees + "/nodes/Ask?_action=template", 200, R"({"hint":null})");
  EXPECT_EQ(stored(R"({"limit":null,"note":null,"hint":null})"), R"({"limit":null,"note":null,"hint":null})");
}

TEST_F(NewJourney, LeavesChoicesOfWhatTheRealmHasToTheRealm) {
  t.tenant.http.always("GET", at_trees + "/trees/New", 200, "{}");
  EXPECT_EQ(stored(R"({"tree":"New"})"), R"({"tree":"New"})");
}

TEST_F(NewJourney, RefusesUnknownSettingsWithTheNearest) {
  const auto near = with(R"({"trie":5})");
  EXPECT_THAT(near, Refuses("journeyData.nodes.a.config.trie is not a setting of Ask; a similar setting is tries"));
  EXPECT_THAT(near.text, HasSubstr(R"((node \"a\"))"));

  t.tenant.http.always("POST", schema_path, 200, R"({"type":"object","required":[]})");
  EXPECT_THAT(with(R"({"trie":5})"), Refuses("is not a setting of Ask; the type has no settings"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST_F(NewJourney, NamesNoSecretThatIsOfAnotherKind) {
  const auto result = with(R"({"password":4711})");
  EXPECT_THAT(result, Refuses("config.password must be a string"));
  EXPECT_THAT(result.text, Not(HasSubstr("4711")));
}

TEST_F(NewJourney, LooksAtThePagesChildrenByTheirOwnTypes) {
  t.tenant.http.always("POST", at_trees + "/nodes/Pin?_action=schema", 200,
                       R"({"type":"object","properties":{"digits":{"type":"integer"}}})");
  const auto wrong = with_child(R"({"_id":"pin","nodeType":"Pin","_properties":{"digits":"six"}})");
  EXPECT_THAT(wrong, Refuses("journeyData.nodes.a.config.nodes[0]._properties.digits must be a whole number"));
  EXPECT_THAT(wrong.text, HasSubstr(R"((node \"pin\"))"));
  EXPECT_THAT(with_child(R"({"nodeType":"Pin","_properties":{"didgits":6}})"),
              Refuses("nodes[0]._properties.didgits is not a setting of Pin; a similar setting is digits"));
  EXPECT_THAT(t.writes, IsEmpty());

  store(t, 201);
  EXPECT_THAT(with_child(R"({"_id":"pin","nodeType":"Pin","_properties":"{\"digits\":\"6\"}"})"), Succeeds());
  EXPECT_THAT(base::print_json(put_body(t)), HasSubstr(R"("_properties":{"digits":6})"));
}

TEST_F(NewJourney, RefusesVersionsThatTheRealmLacks) {
  for (const std::string type : {"Ask", "Pin"}) {
    t.tenant.http.always("POST", at_trees + "/nodes/" + type + "/3.0?_action=schema", 404, not_found);
    t.tenant.http.always("POST", at_trees + "/nodes/" + type + "/7.0?_action=schema", 404, not_found);
    t.tenant.http.always("POST", at_trees + "/nodes/" + type + "?_action=schema", 404, not_found);
  }
  auto arguments = json(create(R"({"a":)" + node(R"({"true":"success"})") + "}"));
  arguments["journeyData"]["nodes"]["a"]["version"] = "7.0";

  EXPECT_THAT(t.call("createJourney", base::print_json(arguments)),
              Refuses("journeyData.nodes.a.version must be a version of Ask that this realm has: 1.0, 2.0"));
  const auto child = with_child(R"({"_id":"pin","nodeType":"Pin","nodeVersion":"7.0","_properties":{}})");
  EXPECT_THAT(child,
              Refuses("journeyData.nodes.a.config.nodes[0].nodeVersion must be a version of Pin that this realm has"));
  EXPECT_THAT(child.text, HasSubstr(R"((node \"pin\"))"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST_F(NewJourney, GoesOnWithANoteWhereThereIsNoSchema) {
  for (const int status : {404, 501, 403}) {
    t.tenant.http.always("POST", schema_path, status, R"({"code":404,"message":"no"})");
    store(t, 201);
    const auto result = with(R"({"tries":"six"})");
    ASSERT_THAT(result, Succeeds()) << status;
    EXPECT_THAT(result.notes, HasSubstr(R"(The settings of "a" were not checked against the schema of Ask)"));
  }
}

TEST_F(NewJourney, AsksForEachTypeOnce) {
  store(t, 201);
  ASSERT_THAT(
      t.call("createJourney", create(R"({"a":)" + node(R"({"true":"b"})", "Ask", R"({"tries":1})") + R"(,"b":)" +
                                     node(R"({"true":"success"})", "Ask", R"({"tries":2})") + "}")),
      Succeeds());
  EXPECT_EQ(std::ranges::count(t.tenant.requests(), "POST " + schema_path), 1);
}

TEST_F(NewJourney, TellsWhichNodeARefusalOfTheTenantIsAbout) {
  t.tenant.http.always("PUT", tree_path, 400,
                       R"({"code":400,"message":"Data validation failed for the attribute, Hint"})");
  const std::string two = R"({"a":)" + node(R"({"true":"p"})", "Ask", R"({"hint":"x"})") + R"(,"p":)" +
                          node(R"({"true":"success"})", "PageNode", R"({"nodes":[],"stage":"x"})") + "}";
  EXPECT_THAT(t.call("createJourney", create(two)), Refuses(R"(this may refer to \"a\"))"));

  t.tenant.http.always("PUT", tree_path, 400, R"({"code":400,"message":"No."})");
  EXPECT_THAT(t.call("createJourney", create(two)), Refuses(R"(the nodes sent are \"a\", \"p\")"));
}

TEST(ChangedJourney, KeepsWhatIsStoredHoweverOddItIs) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  t.tenant.http.always("POST", schema_path, 200, ask_schema);
  t.tenant.http.always("GET", at_trees + "/nodes/Ask/" + id_a, 200,
                       R"({"_id":"x","tries":"six","former":1,"hint":null,"strict":"5"})");
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/" + id_c, 200, "{}");
  store(t);
  const auto with = [&](const std::string& config) {
    return t.call("updateJourney", update(R"("entryNodeId":")" + id_a + R"(","nodes":{")" + id_a + R"(":)" +
                                          node(R"({"true":"success"})", "Ask", config) + "}"));
  };

  EXPECT_THAT(with(R"({"tries":"seven"})"), Refuses("nodes." + id_a + ".config.tries must be a whole number"));
  EXPECT_THAT(with(R"({"tries":"six","former":2,"hint":null,"strict":"5","factor":2})"), Succeeds());
}

const std::string ask_path = at_trees + "/nodes/Ask/" + id_a;

std::string node_call(const std::string& type, const std::string& config, const std::string& more = "") {
  return R"({"realm":"alpha","nodeType":")" + type + R"(","nodeId":")" + id_a + R"(","config":)" + config + more + "}";
}

TEST(ChangedNode, RefusesWhatDoesNotFitAndTakesTheRest) {
  ToolTest t;
  t.tenant.http.always("GET", ask_path, 200, R"({"_id":")" + id_a + R"(","tries":1,"old":"x"})");
  t.tenant.http.always("POST", schema_path, 200, ask_schema);

  const auto wrong = t.call("updateJourneyNode", node_call("Ask", R"({"tries":"six"})"));
  EXPECT_THAT(wrong, Refuses("config.tries must be a whole number"));
  EXPECT_THAT(wrong.text, HasSubstr(id_a));
  EXPECT_THAT(t.call("updateJourneyNode", node_call("Ask", R"({"trie":6})", R"(,"merge":true)")),
              Refuses("config.trie is not a setting of Ask; a similar setting is tries"));
  EXPECT_THAT(t.writes, IsEmpty());

  t.tenant.http.answer("PUT", ask_path, 200, R"({"_id":")" + id_a + R"(","tries":6,"old":"y"})");
  EXPECT_THAT(t.call("updateJourneyNode", node_call("Ask", R"({"tries":"6","old":"y"})")), Succeeds());
  EXPECT_EQ(t.tenant.sent().back().body, R"({"_id":")" + id_a + R"(","tries":6,"old":"y"})");
}

// AM keeps some lists as sets, which it shows in an order of its own.
TEST(ChangedNode, MayShowAListInAnotherOrder) {
  ToolTest t;
  t.tenant.http.always("GET", ask_path, 200, R"({"_id":")" + id_a + R"(","list":["a","b"]})");
  t.tenant.http.always("POST", schema_path, 200, any_settings);
  t.tenant.http.answer("PUT", ask_path, 200, R"({"_id":")" + id_a + R"(","list":["a","c"]})");
  const auto changed = t.call("updateJourneyNode", node_call("Ask", R"({"list":["c","a"]})"));
  EXPECT_THAT(changed, Succeeds());
  EXPECT_EQ(base::print_json(changed.json["changed"]), R"([{"path":"/list","before":["a","b"],"after":["a","c"]}])");

  t.tenant.http.answer("PUT", ask_path, 200, R"({"_id":")" + id_a + R"(","list":["a","b"]})");
  EXPECT_THAT(t.call("updateJourneyNode", node_call("Ask", R"({"list":["b","a"]})")), Fails("partial", "/list"));
}

TEST(ChangedNode, OfALaterVersionIsCheckedByThat) {
  ToolTest t;
  t.tenant.http.always("GET", ask_path, 200,
                       R"({"_id":")" + id_a + R"(","_type":{"_id":"Ask","version":"2.0"},"tries":1})");
  t.tenant.http.always("POST", at_trees + "/nodes/Ask/2.0?_action=schema", 200, ask_schema);

  EXPECT_THAT(t.call("updateJourneyNode", node_call("Ask", R"({"tries":"six"})")), Refuses("config.tries"));
}

TEST(ChangedNode, TakesAPagesChildrenFromTextAndLooksAtThem) {
  ToolTest t;
  const auto page = at_trees + "/nodes/PageNode/" + id_a;
  const std::string shown = R"({"_id":")" + id_a + R"(","nodes":[{"_id":"c","nodeType":"Pin"}]})";
  t.tenant.http.always("GET", page, 200, shown);
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/c", 200, R"({"digits":"four"})");
  t.tenant.http.always("POST", at_trees + "/nodes/PageNode?_action=schema", 200, page_schema);
  t.tenant.http.always("POST", at_trees + "/nodes/Pin?_action=schema", 200,
                       R"({"type":"object","properties":{"digits":{"type":"integer"},"sum":{"type":"integer"}}})");
  const auto call = [&](const std::string& nodes) {
    return t.call("updateJourneyNode", node_call("PageNode", base::print_json({{"nodes", nodes}})));
  };

  const auto wrong = call(R"([{"_id":"c","nodeType":"Pin","_properties":{"digits":"six"}}])");
  EXPECT_THAT(wrong, Refuses("config.nodes[0]._properties.digits must be a whole number"));
  EXPECT_THAT(wrong.text, HasSubstr(R"((node \"c\"))"));
  EXPECT_THAT(call("[7]"), Refuses("config.nodes[0] must be an object"));
  EXPECT_THAT(call(R"([{"_id":"c","nodeType":"Pin"},{"_id":"c","nodeType":"Pin"}])"), Refuses("already used at"));
  EXPECT_THAT(call(R"([{"_id":"q","nodeType":"PageNode"}])"), Refuses("a page cannot contain another page"));
  EXPECT_THAT(t.writes, IsEmpty());

  t.tenant.http.answer("PUT", at_trees + "/nodes/Pin/c", 200, R"({"_id":"c","digits":"four","sum":5})");
  EXPECT_THAT(call(R"([{"_id":"c","nodeType":"Pin","_properties":"{\"digits\":\"four\",\"sum\":\"5\"}"}])"),
              Succeeds());
  EXPECT_THAT(t.writes, SizeIs(1)) << "the page has this child already";
  EXPECT_EQ(base::print_json(put_body(t)), R"({"_id":"c","digits":"four","sum":5})");
}

TEST(ChangedNode, IsNotMadeToCallItsOwnJourney) {
  ToolTest t;
  t.tenant.http.always("GET", tree_path, 200, R"({"_id":"Sign in"})");
  t.tenant.http.always("GET", ask_path, 200, R"({"_id":")" + id_a + R"(","tree":"Other"})");
  t.tenant.http.always("POST", schema_path, 200, ask_schema);
  t.tenant.http.always("POST", at_trees + "/nodes?_action=nextdescendents", 200,
                       R"({"result":[{"_id":")" + id_a + R"(","tree":"Other","_type":{"_id":"Ask"}}]})");
  t.tenant.http.always("GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes", 200,
                       R"({"result":[{"_id":"Sign in","nodes":{")" + id_a + R"(":{"nodeType":"Ask"}}}]})");

  EXPECT_THAT(t.call("updateJourneyNode", node_call("Ask", R"({"tree":"Sign in"})")),
              Refuses("inner journey of itself"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(ChangedNode, SaysWhenItIsNotKnownWhichJourneyItIsIn) {
  ToolTest t;
  t.tenant.http.always("GET", ask_path, 200, R"({"_id":")" + id_a + R"(","tree":"Other"})");
  t.tenant.http.always("POST", schema_path, 200, ask_schema);
  t.tenant.http.always("POST", at_trees + "/nodes?_action=nextdescendents", 200, R"({"result":[]})");
  t.tenant.http.always("GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes", 200,
                       R"({"result":[]})");
  t.tenant.http.always("GET", tree_path, 200, R"({"_id":"Sign in"})");
  t.tenant.http.answer("PUT", ask_path, 200, R"({"_id":")" + id_a + R"(","tree":"Sign in"})");

  const auto result = t.call("updateJourneyNode", node_call("Ask", R"({"tree":"Sign in"})"));

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("It was not checked whether a journey calls itself through this node"));
}

TEST(JourneyThatNamesItself, IsRefusedUnlessForced) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  const std::string graph = R"({"a":)" + node(R"({"true":"success"})", "Ask", R"({"tree":"Sign in"})") + "}";

  EXPECT_THAT(
      t.call("createJourney", create(graph)),
      Refuses("Sign in would be an inner journey of itself at journeyData.nodes.a.config/tree; nothing was written"));
  EXPECT_THAT(t.writes, IsEmpty());

  store(t, 201);
  const auto forced = t.call("createJourney", create(graph, R"(,"force":true)"));
  EXPECT_THAT(forced, Succeeds());
  EXPECT_THAT(forced.notes,
              HasSubstr("Warning: Sign in is an inner journey of itself at journeyData.nodes.a.config/tree."));
}

TEST(JourneyFaultsOfACall, AreOneFindingEach) {
  ToolTest t;
  const auto result = t.call("createJourney", create(R"({"a":)" + node("{}", "PageNode", R"({"nodes":[7]})") + "}"));
  EXPECT_THAT(result, Refuses("journeyData.nodes.a.config.nodes[0] must be an object"));
  EXPECT_THAT(result.json["detail"], SizeIs(1));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());

  const auto entry = t.call("createJourney", create(R"({"b":)" + node("{}") + "}"));
  EXPECT_THAT(entry, Refuses("journeyData.entryNodeId must be a key of the nodes"));
  EXPECT_THAT(entry.json["detail"], SizeIs(1));

  for (const char* wrong :
       {R"("entryNodeId":"a","nodes":7)", R"("entryNodeId":[],"nodes":{})", R"("enabled":"maybe")"}) {
    const auto refused = t.call("updateJourney", update(wrong));
    EXPECT_THAT(refused, Refuses("must be")) << wrong;
    EXPECT_THAT(refused.json["detail"], SizeIs(1)) << refused.text;
  }
}

// The tenant would store each of these.
TEST(JourneyFaultsOfACall, NameTheNodesByTheCallersKeys) {
  const auto page = [](const std::string& child) { return node("{}", "PageNode", R"({"nodes":[)" + child + "]}"); };
  const std::string shared = R"({"_id":"x","nodeType":"Pin","_properties":{}})";
  const std::string inner = R"({"_id":"x","nodeType":"PageNode","_properties":{}})";
  const std::pair<std::string, std::string> wrong[] = {
      {R"("a":)" + page(shared) + R"(,"b":)" + page(shared),
       "nodes.b.config.nodes[0]._id must have a unique id; this one is already used at "},
      {R"("a":)" + page(shared) + R"(,"x":)" + node("{}"),
       "nodes.x must have a unique id; this one is already used at "},
      {R"("a":)" + page(R"({"_id":"a","nodeType":"PageNode"})"),
       "nodes.a.config.nodes[0].nodeType must not be PageNode"},
      {R"("a":)" + page(R"({"_id":"x","_properties":{}})"), "nodes.a.config.nodes[0].nodeType is required"},
      {R"("a":)" + page(inner),
       "nodes.a.config.nodes[0].nodeType must not be PageNode: a page cannot contain another page"},
  };
  for (const auto& [nodes, sentence] : wrong) {
    ToolTest t;
    const auto created = t.call("createJourney", create("{" + nodes + "}"));
    EXPECT_THAT(created, Refuses("journeyData." + sentence));
    EXPECT_THAT(created.json["detail"], SizeIs(1)) << created.text;
    const auto updated = t.call("updateJourney", update(R"("entryNodeId":"a","nodes":{)" + nodes + "}"));
    EXPECT_THAT(updated, Refuses(sentence));
    EXPECT_THAT(updated.json["detail"], SizeIs(1)) << updated.text;
    EXPECT_THAT(t.tenant.requests(), IsEmpty());
  }
}

TEST(TimesOfAJourney, AreRefusedOutsideTheirRange) {
  for (const char* time : {"1e400", "-5", "9223372036854775808", "2147483648", "\"-1\""}) {
    for (const std::string name : {"maximumSessionTime", "maximumIdleTime"}) {
      ToolTest t;
      EXPECT_THAT(t.call("updateJourney", update("\"" + name + "\":" + time)),
                  Refuses(name + " must be a whole number from 0 to 2147483647"))
          << time;
      EXPECT_THAT(t.tenant.requests(), IsEmpty());
    }
  }
}

TEST(TimesOfAJourney, AreWholeNumbers) {
  for (const char* time : {"30.5", "\"half an hour\"", "1e-1", "true"}) {
    ToolTest t;
    const auto result = t.call("updateJourney", update(std::string(R"("maximumIdleTime":)") + time));
    EXPECT_THAT(result, Refuses("maximumIdleTime must be a whole number")) << time;
    EXPECT_THAT(result.json["detail"], SizeIs(1)) << time;
    EXPECT_THAT(t.tenant.requests(), IsEmpty());
  }
}

}  // namespace
