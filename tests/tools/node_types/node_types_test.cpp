#include <gtest/gtest.h>

#include "base/random.h"
#include "support/tenant/tool_test.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string nodes_path = "/am/json/alpha/realm-config/authentication/authenticationtrees/nodes";

std::string action(const std::string& type, const std::string& name) {
  return nodes_path + "/" + type + "?_action=" + name;
}

void stub_type(ToolTest& t, const std::string& type) {
  t.tenant.json("POST", action(type, "schema"), R"({"type":"object"})");
  t.tenant.json("POST", action(type, "template"), R"({"size":1})");
  t.tenant.json("POST", action(type, "listOutcomes"), R"([{"id":"outcome","displayName":"Outcome"}])");
  t.tenant.json("POST", action(type + "/2.0", "schema"), R"({"code":404,"message":"Not Found"})", 404);
}

TEST(ListNodeTypes, CountsWhatTheTenantLists) {
  ToolTest t;
  t.tenant.json("POST", nodes_path + "?_action=getAllTypes", R"({"result":[{"_id":"Ask"},{"_id":"Pin"}]})");

  const auto result = t.call("listNodeTypes", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json), R"({"realm":"alpha","count":2,"nodeTypes":[{"_id":"Ask"},{"_id":"Pin"}]})");
  EXPECT_EQ(t.tenant.sent()[0].body, "{}");
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_THAT(t.scopes, Each(aic::Scopes{"fr:am:*"}));
}

TEST(ListNodeTypes, ListsThoseWhoseNameOrIdContainsAText) {
  ToolTest t;
  t.tenant.http.always(
      "POST", nodes_path + "?_action=getAllTypes", 200,
      R"({"result":[{"_id":"PageNode","name":"Page"},{"_id":"designer-1","name":"Ask a PAGE"},{"_id":"x"}]})");

  const auto result = t.call("listNodeTypes", R"({"realm":"alpha","nameContains":"page"})");

  EXPECT_EQ(result.json["count"], 2);
  EXPECT_EQ(result.json["nodeTypes"][1]["_id"], "designer-1");
}

TEST(ListNodeTypes, FitsTheBudgetWithoutLosingATypeFirst) {
  ToolTest t;
  t.max_chars = 30'000;
  Json list = Json::array();
  for (int i = 0; i < 100; ++i)
    list.push_back({{"_id", "T" + std::to_string(i)},
                    {"name", "N"},
                    {"tags", {"a"}},
                    {"metadata", {{"tags", {"a"}}}},
                    {"help", std::string(400, 'h')}});
  t.tenant.json("POST", nodes_path + "?_action=getAllTypes", Json{{"result", list}}.dump());

  const auto result = t.call("listNodeTypes", R"({"realm":"alpha"})");

  EXPECT_THAT(result.json["nodeTypes"], SizeIs(100));
  EXPECT_THAT(result.notes, HasSubstr("Truncated:"));
}

TEST(GetNodeTypeDetails, AsksThreePartsOfEachTypeOnce) {
  ToolTest t;
  stub_type(t, "Ask");
  stub_type(t, "Pin");

  const auto result = t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["Ask","Pin","Ask"]})");

  EXPECT_THAT(t.tenant.requests(), SizeIs(8));
  EXPECT_EQ(base::print_json(result.json["results"]["Pin"]),
            R"({"nodeType":"Pin","schema":{"type":"object"},"template":{"size":1},)"
            R"("outcomes":[{"id":"outcome","displayName":"Outcome"}],"error":null})");
  EXPECT_EQ(result.json["successCount"], 2);
  EXPECT_EQ(result.json["errorCount"], 0);
  for (const auto& sent : t.tenant.sent()) EXPECT_EQ(sent.body, "{}");
}

TEST(GetNodeTypeDetails, AsksForTheSchemaOfAFurtherVersionOnce) {
  ToolTest t;
  for (const char* part : {"schema", "template", "listOutcomes"}) t.tenant.json("POST", action("Ask", part), "{}");
  t.tenant.json("POST", action("Ask/2.0", "schema"), R"({"type":"object"})");
  t.tenant.json("POST", action("Ask/2.0", "template"), R"({"size":2})");
  t.tenant.json("POST", action("Ask/2.0", "listOutcomes"), R"([{"id":"b"}])");
  t.tenant.json("POST", action("Ask/3.0", "schema"), R"({"code":404,"message":"Not Found"})", 404);

  const auto result = t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["Ask"]})");

  EXPECT_EQ(base::print_json(result.json["results"]["Ask"]["versions"]),
            R"({"2.0":{"schema":{"type":"object"},"template":{"size":2},"outcomes":[{"id":"b"}],"error":null}})");
}

TEST(GetNodeTypeDetails, KeepsThePartsThatSucceeded) {
  ToolTest t;
  t.tenant.json("POST", action("Ask", "schema"), R"({"type":"object"})");
  t.tenant.json("POST", action("Ask", "template"), R"({"code":500,"message":"broken"})", 500);
  t.tenant.json("POST", action("Ask", "listOutcomes"), "[]");
  t.tenant.json("POST", action("Ask/2.0", "schema"), R"({"code":403,"message":"no"})", 403);

  const auto result = t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["Ask"]})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("could not be checked whether these types have further versions: Ask"));
  const Json& ask = result.json["results"]["Ask"];
  EXPECT_EQ(ask["schema"]["type"], "object");
  EXPECT_TRUE(ask["template"].is_null());
  EXPECT_EQ(ask["error"], base::parse_json(R"({"template":{"status":500,"message":"broken"}})"));
  EXPECT_EQ(result.json["errorCount"], 1);
}

TEST(GetNodeTypeDetails, FailsWhenAllFailed) {
  ToolTest t;
  for (const char* part : {"schema", "template", "listOutcomes"})
    t.tenant.json("POST", action("Ask", part), R"({"code":404,"message":"Not Found"})", 404);
  t.tenant.json("POST", action("Ask/2.0", "schema"), R"({"code":404,"message":"Not Found"})", 404);

  EXPECT_THAT(t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["Ask"]})"), Fails("not_found", "Ask"));
}

TEST(GetNodeTypeDetails, RefusesNoTypesAndTypesThatLeadElsewhere) {
  ToolTest t;
  EXPECT_THAT(t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":[]})"), Refuses("nodeTypes"));
  EXPECT_THAT(t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["Ask","../trees"]})"),
              Refuses("nodeTypes[1]"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(GetDynamicNodeOutcomes, SendsTheSettingsAsGiven) {
  ToolTest t;
  t.tenant.json("POST", action("ChoiceCollectorNode", "listOutcomes"), R"([{"id":"a","displayName":"a"}])");

  const auto result =
      t.call("getDynamicNodeOutcomes",
             R"({"realm":"alpha","nodeType":"ChoiceCollectorNode","config":{"choices":["a"],"n":1.50}})");

  EXPECT_EQ(t.tenant.sent()[0].body, R"({"choices":["a"],"n":1.50})");
  EXPECT_EQ(base::print_json(result.json),
            R"({"realm":"alpha","nodeType":"ChoiceCollectorNode","outcomes":[{"id":"a","displayName":"a"}]})");
}

TEST(GetDynamicNodeOutcomes, GivesIdsToThePagesNodesThatHaveNone) {
  ToolTest t;
  t.tenant.json("POST", action("PageNode", "listOutcomes"), "[]");

  const auto result = t.call(
      "getDynamicNodeOutcomes",
      R"({"realm":"alpha","nodeType":"PageNode","config":{"nodes":[{"nodeType":"A"},{"_id":"c","nodeType":"B"},7]}})");

  const Json sent = base::parse_json(t.tenant.sent()[0].body);
  EXPECT_TRUE(base::is_uuid(base::text_member(sent["nodes"][0], "_id"))) << sent;
  EXPECT_EQ(sent["nodes"][1]["_id"], "c");
  EXPECT_EQ(sent["nodes"][2], 7);
  EXPECT_FALSE(sent.contains("_id"));
  EXPECT_THAT(result.notes, HasSubstr("generated ids"));
}

TEST(GetDynamicNodeOutcomes, TakesAPagesNodesFromText) {
  ToolTest t;
  t.tenant.json("POST", action("PageNode", "listOutcomes"), "[]");

  t.call("getDynamicNodeOutcomes",
         R"({"realm":"alpha","nodeType":"PageNode","config":{"nodes":"[{\"_id\":\"c\",\"nodeType\":\"A\",)"
         R"(\"_properties\":\"{}\"}]"}})");

  EXPECT_EQ(t.tenant.sent()[0].body, R"({"nodes":[{"_id":"c","nodeType":"A","_properties":{}}]})");
}

TEST(GetDynamicNodeOutcomes, LeavesOtherTypesAndOddPagesAlone) {
  for (const char* config : {R"({"nodes":{"a":1}})", R"({"nodes":null})", "{}"}) {
    ToolTest t;
    t.tenant.json("POST", action("PageNode", "listOutcomes"), "[]");
    t.call("getDynamicNodeOutcomes", std::string(R"({"realm":"alpha","nodeType":"PageNode","config":)") + config + "}");
    EXPECT_EQ(t.tenant.sent()[0].body, config);
  }
  ToolTest t;
  t.tenant.json("POST", action("Ask", "listOutcomes"), "[]");
  t.call("getDynamicNodeOutcomes", R"({"realm":"alpha","nodeType":"Ask","config":{"nodes":[{"nodeType":"A"}]}})");
  EXPECT_EQ(t.tenant.sent()[0].body, R"({"nodes":[{"nodeType":"A"}]})");
}

TEST(GetDynamicNodeOutcomes, RefusesATypeThatLeadsElsewhere) {
  ToolTest t;
  EXPECT_THAT(t.call("getDynamicNodeOutcomes", R"({"realm":"alpha","nodeType":"../x","config":{}})"),
              Refuses("nodeType"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

}  // namespace
