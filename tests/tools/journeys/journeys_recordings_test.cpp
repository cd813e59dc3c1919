// getJourney on journeys that real tenants answered (AIC_RECORDINGS, or ../shared/recordings; skipped where they are
// not).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "aic/difference.h"
#include "base/encoding.h"
#include "base/url.h"
#include "support/tenant/tool_test.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/read.h"
#include "tools/journeys/settings.h"

namespace {

using base::Json;
using test::Succeeds;
using test::ToolTest;

std::filesystem::path recordings_path() {
  if (const char* given = std::getenv("AIC_RECORDINGS")) return given;
  return std::filesystem::path(AIC_SOURCE_DIR) / "../shared/recordings";
}

const std::filesystem::path recordings = recordings_path();

Json read_family(const std::string& name) {
  std::ifstream in(recordings / (name + ".json"));
  std::stringstream text;
  text << in.rdbuf();
  return base::parse_json(text.str());
}

// The recorded answers by "METHOD path", with the realm path that our tools use.
std::map<std::string, Json> answers_of(const std::string& family) {
  std::map<std::string, Json> answers;
  for (const Json& record : read_family(family)) {
    auto path = record["path"].get<std::string>();
    constexpr std::string_view long_realm = "/realms/root/realms/";
    if (const auto at = path.find(long_realm); at != std::string::npos) path.replace(at, long_realm.size(), "/");
    if (record["status"] == 200) answers[record["method"].get<std::string>() + " " + path] = record["responseBody"];
  }
  return answers;
}

// Answers as recorded; what was not recorded is 404, and a schema is empty.
class Replay final : public http::HttpClient {
 public:
  explicit Replay(std::map<std::string, Json> answers) : answers_(std::move(answers)) {}

  net::Task<http::Response> send(http::Request request) override {
    base::Url url;
    base::parse_url(request.url, url);
    const auto found = answers_.find(request.method + " " + base::percent_decode(url.path));
    const bool is_schema = request.method == "POST";
    http::Response response{.status = found == answers_.end() && !is_schema ? 404 : 200};
    response.headers = {{"content-type", "application/json"}};
    response.body = found != answers_.end() ? base::print_json(found->second)
                    : is_schema             ? R"({"type":"object"})"
                                            : R"({"code":404,"reason":"Not Found","message":"Not Found"})";
    co_return response;
  }

 private:
  std::map<std::string, Json> answers_;
};

TEST(RecordedJourneys, ComeOutAsTheTenantGaveThem) {
  if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "no recordings at " << recordings;
  const auto trees = answers_of("am-journeys");
  auto all = answers_of("am-nodes");
  all.insert(trees.begin(), trees.end());
  Replay replay(all);
  const std::string trees_path = "/realm-config/authentication/authenticationtrees/trees/";
  std::size_t journeys = 0, nodes = 0;
  for (const auto& [request, recorded] : trees) {
    const auto at = request.find(trees_path);
    if (!request.starts_with("GET /am/json/alpha/") || at == std::string::npos) continue;
    SCOPED_TRACE(request);
    ToolTest t;
    t.http = &replay;
    t.max_chars = 100'000'000;
    const Json arguments{
        {"realm", "alpha"}, {"journeyName", request.substr(at + trees_path.size())}, {"format", "tree"}};

    auto result = t.call("getJourney", base::print_json(arguments));

    ASSERT_THAT(result, Succeeds());
    const Json data = base::member(result.json, "nodeData");
    result.json.erase("nodeData");
    EXPECT_EQ(base::print_json(result.json), base::print_json(recorded));
    if (data.is_object()) nodes += data["configs"].size();
    ++journeys;
  }
  std::cout << journeys << " recorded journeys with " << nodes << " recorded nodes\n";
  EXPECT_GT(journeys, 5u);
  EXPECT_GT(nodes, 20u);
}

// What a model reads of a realm's journeys; the lists as recorded.
TEST(RecordedJourneys, AreListedBriefly) {
  if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "no recordings at " << recordings;
  auto all = answers_of("am-journeys");
  all["GET /am/json/alpha/realm-config/authentication"] = {{"core", {{"orgConfig", "Login"}}}};
  Replay replay(all);
  ToolTest t;
  t.http = &replay;

  const auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  ASSERT_THAT(result, Succeeds());
  const auto count = result.json["result"].size();
  std::cout << count << " recorded journeys listed in " << result.text.size() << " characters\n";
  EXPECT_GE(count, 15u);
  EXPECT_LE(result.text.size() / count, 250u);
}

// All journeys in the answers of a family, each once.
std::vector<Json> recorded_trees() {
  std::map<std::string, Json> trees;
  const auto keep = [&](const Json& tree) {
    if (base::member(tree, "nodes").is_object()) trees[base::print_json(tree)] = tree;
  };
  for (const Json& record : read_family("am-journeys")) {
    const Json& body = base::member(record, "responseBody");
    keep(body);
    for (const Json& tree : base::member(body, "result")) keep(tree);
  }
  std::vector<Json> all;
  for (auto& [text, tree] : trees) all.push_back(std::move(tree));
  return all;
}

tools::journeys::GivenGraph graph_of(const Json& form) {
  tools::journeys::GivenGraph graph{.entry = form["entryNodeId"]};
  for (const auto& [id, node] : form["nodes"].items())
    graph.nodes.push_back({.key = id,
                           .type = node["nodeType"],
                           .name = node["displayName"],
                           .connections = node["connections"],
                           .config = node["config"],
                           .version = base::member(node, "version"),
                           .x = base::member(node, "x"),
                           .y = base::member(node, "y")});
  return graph;
}

// What the editable form holds makes the same tree, with and without the stored one beside it.
TEST(RecordedJourneys, AreWrittenBackAsTheyWere) {
  if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "no recordings at " << recordings;
  std::size_t journeys = 0, refused = 0, unplaced = 0;
  for (const Json& tree : recorded_trees()) {
    SCOPED_TRACE(tree["_id"]);
    tools::journeys::Journey journey{.tree = tree};
    for (const auto& node : tools::journeys::nodes_of(tree)) journey.configs[node.id] = Json::object();
    const Json form = tools::journeys::editable(journey);
    const auto graph = graph_of(form);
    if (!tools::journeys::faults_of(graph, "nodes").empty()) {
      ++refused;
      continue;
    }
    ++journeys;
    const auto kept = tools::journeys::plan_of(graph, "alpha", tree["_id"], {tree, Json::object()});
    Json nodes = kept.nodes_without_config();
    for (const auto& [id, node] : tree["nodes"].items()) {
      if (node.contains("x")) continue;
      ++unplaced;
      nodes[id].erase("x");
      nodes[id].erase("y");
    }
    Json given = tree["nodes"];
    for (Json& node : given) {
      if (!node.contains("x")) node.erase("y");
    }
    // Members in any order: nlohmann's plain json sorts them.
    EXPECT_EQ(nlohmann::json::parse(base::print_json(nodes)), nlohmann::json::parse(base::print_json(given)));
    EXPECT_EQ(kept.entry, base::text_member(tree, "entryNodeId"));
    const auto anew = tools::journeys::plan_of(graph, "alpha", tree["_id"], {});
    EXPECT_EQ(nlohmann::json::parse(base::print_json(anew.nodes)), nlohmann::json::parse(base::print_json(kept.nodes)));
  }
  std::cout << journeys << " recorded journeys written back, " << refused << " refused, " << unplaced
            << " nodes without a place\n";
  EXPECT_GT(journeys, 50u);
  EXPECT_LE(refused, 2u);
}

// Otherwise every write of such a node would end as partial.
TEST(RecordedNodes, AreShownAsTheyWereAskedFor) {
  if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "no recordings at " << recordings;
  std::size_t writes = 0;
  for (const Json& record : read_family("am-nodes")) {
    const bool is_stored = record["method"] == "PUT" && (record["status"] == 200 || record["status"] == 201);
    if (!is_stored || !base::member(record, "requestBody").is_object()) continue;
    SCOPED_TRACE(record["id"]);
    const Json wanted = tools::journeys::bare_config(record["requestBody"]);

    const Json shown = tools::journeys::shown_as_asked(wanted, record["responseBody"]);

    const auto missed = aic::differences(wanted, shown);
    EXPECT_TRUE(missed.empty()) << aic::describe(missed);
    ++writes;
  }
  std::cout << writes << " recorded writes of nodes shown as asked\n";
  EXPECT_GT(writes, 100u);
}

}  // namespace
