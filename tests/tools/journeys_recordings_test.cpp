// getJourney on journeys that real tenants answered (../shared/recordings; skipped where they are not).
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "base/encoding.h"
#include "base/url.h"
#include "support/tool_test.h"

namespace {

using base::Json;
using test::Succeeds;
using test::ToolTest;

const std::filesystem::path recordings = std::filesystem::path(AIC_SOURCE_DIR) / "../shared/recordings";

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
class Replay final : public net::HttpClient {
 public:
  explicit Replay(std::map<std::string, Json> answers) : answers_(std::move(answers)) {}

  net::Task<net::Response> send(net::Request request) override {
    base::Url url;
    base::parse_url(request.url, url);
    const auto found = answers_.find(request.method + " " + base::percent_decode(url.path));
    const bool is_schema = request.method == "POST";
    net::Response response{.status = found == answers_.end() && !is_schema ? 404 : 200};
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
    const Json arguments{{"realm", "alpha"}, {"journeyName", request.substr(at + trees_path.size())}};

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

}  // namespace
