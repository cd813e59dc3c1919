#include "tools/journeys/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "tools/journeys/picture/layout.h"

namespace tools::journeys {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* id_a = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
constexpr const char* id_b = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b";

Json json(std::string_view text) {
  return base::parse_json(text);
}

GivenNode node(std::string key, std::string_view connections, std::string_view config = "{}",
               std::string type = "Ask") {
  return {.key = std::move(key),
          .type = std::move(type),
          .name = "A name",
          .connections = json(connections),
          .config = json(config)};
}

Plan plan(const GivenGraph& graph, const Json& tree = nullptr, const Json& pages = Json::object()) {
  return plan_of(graph, "alpha", "Login", {tree, pages});
}

MATCHER_P2(IsFault, path, rule, "") {
  return arg.path == path && arg.rule.find(rule) != std::string::npos;
}

TEST(JourneyFaults, AreNoneInAGoodGraph) {
  EXPECT_THAT(
      faults_of({"a", {node("a", R"({"x":"b","y":"SUCCESS"})"), node("b", R"({"z":"a","w":"failure"})")}}, "nodes"),
      IsEmpty());
  EXPECT_THAT(faults_of({"Success", {}}, "nodes"), IsEmpty());
  EXPECT_THAT(faults_of({"E301438C-0bd0-429c-ab0c-66126501069a", {}}, "nodes"), IsEmpty());
}

TEST(JourneyFaults, AreAllTold) {
  const GivenGraph graph{"c", {node("a", R"({"x":"a","y":"bb"})"), node("bbb", "{}")}};

  EXPECT_THAT(faults_of(graph, "journeyData.nodes"),
              ElementsAre(IsFault("journeyData.entryNodeId", "must be a key of the nodes"),
                          IsFault("journeyData.nodes.a.connections.x", "must not lead to the same node"),
                          IsFault("journeyData.nodes.a.connections.y", "a similar key is \"bbb\"")));
}

TEST(JourneyFaults, AnEndIsNoNodeAndNoEntryOfNodes) {
  EXPECT_THAT(faults_of({"success", {node("a", "{}")}}, "nodes"), ElementsAre(IsFault("entryNodeId", "key")));
  EXPECT_THAT(faults_of({"", {}}, "nodes"), ElementsAre(IsFault("entryNodeId", "must not be empty")));
  EXPECT_THAT(faults_of({"Failure", {node("Failure", "{}")}}, "nodes"),
              ElementsAre(IsFault("nodes.Failure", "name or id of success or failure")));
  EXPECT_THAT(faults_of({"a", {node("a", "{}"), node(std::string(success_end), "{}")}}, "nodes"),
              ElementsAre(IsFault("nodes." + std::string(success_end), "success or failure")));
}

TEST(JourneyFaults, ThoseOfChildrenAreTold) {
  const auto page = node("p", "{}",
                         R"({"nodes":[{"_id":"Success","nodeType":"Pin"},{"_id":"p","nodeType":"Pin"},
                                      {"_id":7,"nodeType":"Pin"},"x",{},{"_id":"c","nodeType":"Pin"},
                                      {"_id":"c","nodeType":"Pin"},{"nodeType":""}]})",
                         "PageNode");

  EXPECT_THAT(
      faults_of({"p", {page}}, "nodes"),
      ElementsAre(
          IsFault("nodes.p.config.nodes[0]._id", "success or failure"),
          IsFault("nodes.p.config.nodes[1]._id", "already used"), IsFault("nodes.p.config.nodes[2]._id", "a string"),
          IsFault("nodes.p.config.nodes[3]", "object"), IsFault("nodes.p.config.nodes[4].nodeType", "is required"),
          IsFault("nodes.p.config.nodes[6]._id", "already used"), IsFault("nodes.p.config.nodes[7].nodeType", "must")));
  EXPECT_THAT(faults_of({"p", {node("p", "{}", R"({"nodes":{}})", "PageNode")}}, "nodes"),
              ElementsAre(IsFault("nodes.p.config.nodes", "array")));
}

TEST(JourneyFaults, AnIdThatTwoNodesHaveIsTold) {
  const auto page = [](const std::string& key, const std::string& child) {
    return node(key, "{}", R"({"nodes":[{"_id":")" + child + R"(","nodeType":"Pin"}]})", "PageNode");
  };
  std::string other_case = id_b;
  for (char& c : other_case) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;

  EXPECT_THAT(faults_of({"p", {page("p", id_b), page("q", id_b)}}, "nodes"),
              ElementsAre(IsFault("nodes.q.config.nodes[0]._id", "already used at nodes.p.config.nodes[0]._id")));
  EXPECT_THAT(faults_of({"p", {page("p", id_b), node(id_b, "{}")}}, "nodes"),
              ElementsAre(IsFault(std::string("nodes.") + id_b, "already used at nodes.p.config.nodes[0]._id")));
  EXPECT_THAT(faults_of({id_b, {node(id_b, "{}"), node(other_case, "{}")}}, "nodes"),
              ElementsAre(IsFault("nodes." + other_case, "already used at nodes." + std::string(id_b))));
}

TEST(JourneyFaults, APageHoldsNoPage) {
  const auto page = node("p", "{}", R"({"nodes":[{"_id":"c","nodeType":"PageNode","_properties":{}}]})", "PageNode");

  EXPECT_THAT(faults_of({"p", {page}}, "nodes"),
              ElementsAre(IsFault("nodes.p.config.nodes[0].nodeType", "a page cannot contain another page")));
}

TEST(JourneyFaults, AChildIsNoTarget) {
  const auto page = node("p", R"({"outcome":"c"})", R"({"nodes":[{"_id":"c","nodeType":"Pin"}]})", "PageNode");

  EXPECT_THAT(faults_of({"p", {page}}, "nodes"), SizeIs(1));
}

TEST(JourneyGraph, NamesWhatCannotBeReached) {
  const GivenGraph graph{
      "a", {node("a", R"({"x":"b"})"), node("b", R"({"x":"a"})"), node("c", R"({"x":"d"})"), node("d", "{}")}};

  EXPECT_THAT(unreachable(graph), ElementsAre("c", "d"));
}

TEST(JourneyPlan, MakesTheSameIdsAgain) {
  const GivenGraph graph{"a", {node("a", R"({"x":"b"})"), node("b", "{}")}};

  const auto first = plan(graph);

  EXPECT_EQ(first.ids, plan(graph).ids);
  EXPECT_TRUE(base::is_uuid(first.ids["a"].get<std::string>()));
  EXPECT_NE(first.ids["a"], first.ids["b"]);
  EXPECT_NE(first.ids["a"], plan_of(graph, "bravo", "Login", {}).ids["a"]);
  EXPECT_NE(first.ids["a"], plan_of(graph, "alpha", "Other", {}).ids["a"]);
}

TEST(JourneyPlan, AppliesOneMappingEverywhere) {
  const GivenGraph graph{"a",
                         {node("a", R"({"x":"b","y":"Success","z":"FAILURE"})"), node(id_b, "{}"),
                          node("b", R"({"x":"70E691A5-1e33-4ac3-a356-e7b6d60d92e0"})")}};

  const auto made = plan(graph);

  const auto a = made.ids["a"].get<std::string>();
  EXPECT_EQ(made.entry, a);
  EXPECT_EQ(made.ids[id_b], id_b);
  EXPECT_EQ(made.nodes[a]["connections"]["x"], made.ids["b"]);
  EXPECT_EQ(made.nodes[a]["connections"]["y"], success_end);
  EXPECT_EQ(made.nodes[a]["connections"]["z"], failure_end);
  EXPECT_EQ(made.nodes[made.ids["b"].get<std::string>()]["connections"]["x"], success_end);
}

TEST(JourneyPlan, GivesANewNodeAnIdOfItsOwnWhenItsKeyWasUsedBefore) {
  const auto x = plan({"login", {node("login", "{}")}}).ids["login"].get<std::string>();

  const GivenGraph again{"login", {node("login", R"({"x":")" + x + "\"}"), node(x, "{}")}};
  const auto made = plan(again);

  EXPECT_THAT(made.nodes, SizeIs(2));
  EXPECT_NE(made.ids["login"], x);
  EXPECT_EQ(made.nodes[made.entry]["connections"]["x"], x);
  EXPECT_EQ(made.ids, plan(again).ids);
}

TEST(JourneyPlan, GivesANewChildAnIdOfItsOwnWhenItsPlaceWasAnothersBefore) {
  auto page = node(id_b, "{}");
  page.type = page_type;
  page.config = base::parse_json(R"({"nodes":[{"nodeType":"Pin"}]})");
  const auto first = plan({id_b, {page}}).nodes[id_b]["config"]["nodes"][0]["_id"].get<std::string>();

  page.config["nodes"] = Json::array({{{"nodeType", "Pin"}}, {{"_id", first}, {"nodeType", "Pin"}}});
  const Json children = plan({id_b, {page}}).nodes[id_b]["config"]["nodes"];

  EXPECT_NE(children[0]["_id"], first);
  EXPECT_EQ(children[1]["_id"], first);
}

TEST(JourneyPlan, GivesAnEntryThatIsAnEnd) {
  EXPECT_EQ(plan({"SUCCESS", {}}).entry, success_end);
  EXPECT_EQ(base::print_json(plan({"SUCCESS", {}}).nodes), "{}");
}

TEST(JourneyPlan, TakesMetadataOutOfSettingsAndForcesTheId) {
  const GivenGraph graph{id_a,
                         {node(id_a, "{}", R"({"_id":"other","_rev":"1","_type":{},"_outcomes":[],"k":1.50,"_x":2})")}};

  EXPECT_EQ(base::print_json(plan(graph).nodes[id_a]["config"]),
            std::string(R"({"_id":")") + id_a + R"(","k":1.50,"_x":2})");
}

TEST(JourneyPlan, ReplacesAndMakesIdsOfChildren) {
  const auto page =
      node("p", R"({"outcome":"success"})",
           R"({"nodes":[{"_id":"user","nodeType":"Name","_properties":{"_rev":"1","k":1}},{"nodeType":"Pin"}]})",
           "PageNode");

  const auto made = plan({"p", {page}});

  const Json& children = made.nodes[made.entry]["config"]["nodes"];
  EXPECT_EQ(children[0]["_id"], made.ids["user"]);
  EXPECT_EQ(children[1]["_id"], made.ids["p.config.nodes[1]"]);
  EXPECT_TRUE(base::is_uuid(children[0]["_id"].get<std::string>()));
  EXPECT_TRUE(base::is_uuid(children[1]["_id"].get<std::string>()));
  EXPECT_EQ(base::print_json(children[0]["_properties"]), R"({"k":1})");
  EXPECT_THAT(made.all, SizeIs(3));
  EXPECT_EQ(made.ids, plan({"p", {page}}).ids);
}

TEST(JourneyPlan, RenamesPrefixedOutcomesOfNewerPagesOnly) {
  auto page = node("p", R"({"pin-true":"success","pin":"failure","other-true":"failure"})",
                   R"({"nodes":[{"_id":"pi"},{"_id":"pin","nodeType":"Pin"}]})", "PageNode");
  page.version = "2.0";

  const auto made = plan({"p", {page}});

  const Json& connections = made.nodes[made.entry]["connections"];
  EXPECT_EQ(connections[made.ids["pin"].get<std::string>() + "-true"], success_end);
  EXPECT_TRUE(connections.contains("other-true") && connections.contains("pin"));
  page.version = "1.0";
  EXPECT_TRUE(plan({"p", {page}}).nodes[made.entry]["connections"].contains("pin-true"));
}

TEST(JourneyPlan, KeepsVersionAndPlaceOfStoredNodes) {
  const Json tree = json(
      std::string(R"({"nodes":{")") + id_a +
      R"(":{"nodeType":"Ask","displayName":"Old","version":"1.1","x":7.5,"y":8,"extra":true,"connections":{"q":"z"}}},"staticNodes":{}})");
  GivenGraph graph{id_a, {node(id_a, "{}")}};

  EXPECT_EQ(base::print_json(plan(graph, tree).nodes_without_config()[id_a]),
            R"({"nodeType":"Ask","displayName":"A name","version":"1.1","x":7.5,"y":8,"extra":true,"connections":{}})");
  graph.nodes[0].x = 1;
  graph.nodes[0].version = "3.0";
  EXPECT_EQ(plan(graph, tree).nodes[id_a]["x"], 1);
  EXPECT_EQ(plan(graph, tree).nodes[id_a]["version"], "3.0");
  graph.nodes[0] = node(id_a, "{}", "{}", "Pin");
  EXPECT_FALSE(plan(graph, tree).nodes[id_a].contains("version"));
  EXPECT_EQ(plan(graph, tree).nodes[id_a]["y"], 8);
}

TEST(JourneyPlan, AddsNoEmptyNameToAStoredNode) {
  GivenGraph graph{id_a, {node(id_a, "{}")}};
  graph.nodes[0].name = "";
  const Json tree = json(std::string(R"({"nodes":{")") + id_a + R"(":{"nodeType":"Ask","x":1,"y":2}}})");

  EXPECT_FALSE(plan(graph, tree).nodes[id_a].contains("displayName"));
  EXPECT_EQ(plan(graph).nodes[id_a]["displayName"], "");
}

TEST(JourneyPlan, KeepsTheVersionsOfChildren) {
  const Json pages =
      json(R"({"p":{"nodes":[{"_id":"0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b","nodeType":"Pin","nodeVersion":"1.4"}]}})");
  const GivenGraph graph{
      id_a,
      {node(id_a, "{}", R"({"nodes":[{"_id":"0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b","nodeType":"Pin"}]})", "PageNode")}};

  EXPECT_EQ(plan(graph, nullptr, pages).nodes[id_a]["config"]["nodes"][0]["nodeVersion"], "1.4");
}

TEST(JourneyPlan, PlacesNewNodesClearOfAllElse) {
  GivenGraph graph{"n0", {node("n0", "{}")}};
  for (int i = 1; i < 25; ++i) {
    graph.nodes.push_back(node("n" + std::to_string(i), R"({"a":"success","b":"failure"})"));
    graph.nodes[static_cast<std::size_t>(i / 2)].connections["to" + std::to_string(i)] =
        i == i / 2 ? "success" : "n" + std::to_string(i);
  }
  graph.nodes[5].x = 5000;
  graph.nodes[5].y = 100;

  const auto made = plan(graph);

  std::vector<Box> boxes{{550, 150, 100, 50}, {550, 350, 100, 50}, {50, 250, 60, 60}};
  for (const Json& one : made.nodes)
    boxes.push_back({one["x"].get<std::int64_t>(), one["y"].get<std::int64_t>(), 200, 60});
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = i + 1; j < boxes.size(); ++j) EXPECT_FALSE(boxes[i].overlaps(boxes[j])) << i << " " << j;
  }
  EXPECT_EQ(boxes[8].x, 5000);
}

TEST(JourneyPlan, TakesOddStoredDocumentsAsTheyAre) {
  for (
      const char* tree :
      {"null", "[]", "{}", R"({"nodes":[]})", R"({"nodes":{"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a":7},"staticNodes":7})",
       R"({"nodes":{"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a":{"x":"7","y":null}},"staticNodes":{"startNode":null,"z":{"x":1e300,"y":-1e300}}})"}) {
    SCOPED_TRACE(tree);
    const auto made = plan({id_a, {node(id_a, "{}")}}, json(tree));
    EXPECT_TRUE(base::is_number(made.nodes[id_a]["x"]));
    EXPECT_TRUE(base::is_number(made.nodes[id_a]["y"]));
    EXPECT_EQ(made.nodes[id_a]["nodeType"], "Ask");
  }
}

}  // namespace
}  // namespace tools::journeys
