// What every tool sends when all goes well, as one list that a change of it has to pass: tests/snapshots/wire.txt. And
// what a model then reads of each, in tests/snapshots/results.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/writing.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/state.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"

namespace tools {
namespace {

using test::Succeeds;
using testing::IsEmpty;

const std::filesystem::path snapshots = std::filesystem::path(AIC_SOURCE_DIR) / "tests/snapshots";
const std::filesystem::path snapshot = snapshots / "wire.txt";
const std::filesystem::path trips_snapshot = snapshots / "round_trips.txt";
constexpr net::Duration round_trip{10'000};
constexpr std::size_t most_result_bytes = 4'000;  // of a result in a snapshot

std::filesystem::path result_snapshot(std::string_view tool) {
  return snapshots / "results" / (std::string(tool) + ".txt");
}

std::string read(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Ids and revisions are what the sandbox makes of its seed.
std::string without_chance(const std::string& line) {
  static const std::regex id("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  static const std::regex revision("if-match: [^*].*");
  return std::regex_replace(std::regex_replace(line, revision, "if-match: (revision)"), id, "(id)");
}

// A result as a model reads it: its call and its text, a long one without its end.
std::string shown_result(std::string_view tool, const Json& arguments, const std::string& text) {
  static const std::regex revision(R"re(("(?:_rev|revision)":)"[^"]*")re");
  static const std::regex time("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z");
  auto shown = std::regex_replace(without_chance(text), revision, "$1\"(revision)\"");
  shown = std::regex_replace(shown, time, "(time)");
  static const std::regex number(R"re("(change|changeNumber|undone)":[0-9]+)re");
  shown = std::regex_replace(shown, number, "\"$1\":(number)");
  if (shown.size() > most_result_bytes) {
    auto end = most_result_bytes;
    while ((static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) --end;
    shown = shown.substr(0, end) + fmt::format("…\n({} characters in all)", characters(text));
  }
  return fmt::format("{} {}\n\n{}\n", tool, without_chance(base::print_json(arguments)), shown);
}

// The sandbox tenant, and what was sent to it with which headers.
class Wire : public ::testing::Test, public test::ToolTest, public http::HttpClient {
 protected:
  Wire() {
    http = this;
    max_chars = 10'000'000;
  }

  net::Task<http::Response> send(http::Request request) override {
    auto line = request.method + " " + request.url.substr(request.url.find('/', 8));
    for (const char* name : {"accept-api-version", "content-type", "if-match", "if-none-match"}) {
      if (const auto value = http::header(request.headers, name); !value.empty())
        line += fmt::format(" | {}: {}", name, value);
    }
    lines_.push_back(without_chance(line));
    ++sent_;
    if (request.write) ++changes_;
    if (takes_time) co_await clock.sleep(round_trip);
    co_return co_await sandbox_.send(std::move(request));
  }

  Json send_with(std::string_view tool, const Json& arguments = Json::object()) {
    const auto& about = *find_tool(tool);
    const bool writes = tools::changes_tenant(about);
    const auto before = previews && writes ? std::optional(see(tool, arguments)) : std::nullopt;
    const auto state = undoes && writes ? std::optional(test::state_of(sandbox_.api.tenant)) : std::nullopt;
    lines_.clear();
    scopes.clear();
    aic::Writing writing;
    if (before) {
      watch = &writing;
      approved = &before->preview;
    }
    const auto requests = sent_;
    const auto result = takes_time ? call_in_time(tool, arguments) : call(tool, base::print_json(arguments));
    watch = nullptr;
    approved = nullptr;
    EXPECT_THAT(result, Succeeds()) << tool;
    if (before) compare(*before, writing.written(), sent_ - requests);
    if (undoes && writes) take_back(tool, *state, result.change_number);
    text_ += fmt::format("{}\n", tool);
    for (std::size_t i = 0; i < lines_.size(); ++i)
      text_ +=
          fmt::format("  {} | {}\n", lines_[i], i < scopes.size() ? fmt::format("{}", fmt::join(scopes[i], " ")) : "");
    called_.insert(std::string(tool));
    results_.try_emplace(std::string(tool), shown_result(tool, arguments, result.text));
    for (const auto& asked : scopes) asked_for_[std::string(tool)].insert(asked.begin(), asked.end());
    return result.json;
  }

  Json in_alpha(std::string_view tool, Json arguments = Json::object()) {
    arguments["realm"] = "alpha";
    return send_with(tool, arguments);
  }

  // Turns the clock until the call ends, and notes how many round trips that takes.
  test::CallResult call_in_time(std::string_view tool, const Json& arguments) {
    const auto start = clock.now();
    auto running = begin(tool, base::print_json(arguments));
    while (!running.ended()) clock.advance(clock.next_wake());
    auto& most = round_trips_[std::string(tool)];
    most = std::max(most, (clock.now() - start) / round_trip);
    return running.get();
  }

  // What a preview of the call shows, which must leave the tenant alone.
  struct Foreseen {
    Preview preview;
    std::size_t requests = 0;
  };
  Foreseen see(std::string_view tool, const Json& arguments) {
    const auto requests = sent_, changes = changes_;
    Foreseen seen{.preview = preview(tool, arguments)};
    seen.requests = sent_ - requests;
    EXPECT_EQ(changes_, changes) << tool << " sent a write in its preview";
    EXPECT_THAT(writes, IsEmpty()) << tool;
    return seen;
  }
  // The requests without what is made by chance: ids and revisions.
  static std::vector<std::string> in_lines(const std::vector<aic::WrittenRequest>& requests) {
    std::vector<std::string> lines;
    for (const auto& one : requests) {
      Json body = one.body;
      if (body.is_object()) body.erase("_rev");
      static const std::regex preview("preview-[0-9]+");
      const auto line = without_chance(fmt::format("{} {} {}", one.method, one.target, base::print_json(body)));
      lines.push_back(std::regex_replace(line, preview, "(id)"));
    }
    return lines;
  }
  void compare(const Foreseen& seen, const std::vector<aic::WrittenRequest>& real, std::size_t requests) {
    const auto& preview = seen.preview;
    SCOPED_TRACE(preview.tool);
    EXPECT_FALSE(preview.outcome.error) << preview.outcome.error->message;
    const auto foreseen = in_lines(preview.requests);
    auto sent = in_lines(real);
    ends_early_[preview.tool] = ends_early_[preview.tool] || !preview.is_complete;
    if (!preview.is_complete && foreseen.size() < sent.size()) sent.resize(foreseen.size());
    EXPECT_EQ(foreseen, sent);
    if (!preview.is_complete) return;
    EXPECT_EQ(preview.fingerprint, journal.changes().back().fingerprint);
    EXPECT_LE(seen.requests + real.size(), requests + 2) << "round trips";
  }

  // Undoes the change and undoes that, so that the next call finds what it needs.
  void take_back(std::string_view tool, const Json& before, std::uint64_t number) {
    SCOPED_TRACE(tool);
    if (number == 0 || tool == "undoChange") return;
    const Json after = test::state_of(sandbox_.api.tenant);
    const auto undone = call("undoChange", fmt::format(R"({{"change":{}}})", number));
    taken_back_[std::string(tool)] = !undone.is_error;
    if (undone.is_error) {
      EXPECT_THAT(undone, test::Refuses("cannot be put back")) << undone.text;
      EXPECT_EQ(test::state_of(sandbox_.api.tenant), after);
      return;
    }
    expect_state(before, undone);
    const auto again = call("undoChange", fmt::format(R"({{"change":{}}})", undone.change_number));
    EXPECT_THAT(again, Succeeds());
    expect_state(after, again);
  }
  // Relationships do not come back with a deleted object, and results say so.
  void expect_state(const Json& wanted, const test::CallResult& result) {
    Json left = wanted, right = test::state_of(sandbox_.api.tenant);
    if (result.json.contains("notRestored")) {
      left.erase("links");
      right.erase("links");
    }
    if (base::same_value(left, right)) return;
    ADD_FAILURE() << Json::diff(right, left) << "\n" << result.text.substr(0, 2'000);
  }

  void use_managed_objects();
  void use_definitions();
  void use_settings();
  void use_themes();
  void use_journeys();
  void use_nodes();
  void use_scripts();
  void use_applications();
  void use_references();
  void use_cors();
  void use_session();

  std::vector<std::string> missing() const {
    std::vector<std::string> names;
    for (const Tool* tool : catalog()) {
      if (!called_.contains(std::string(tool->name))) names.emplace_back(tool->name);
    }
    return names;
  }

  // Tools that declare other scopes than their requests ask for, with both.
  std::vector<std::string> misdeclared() {
    std::vector<std::string> faults;
    for (const Tool* tool : catalog()) {
      const aic::Scopes declared(tool->scopes.begin(), tool->scopes.end());
      const auto& asked_for = asked_for_[std::string(tool->name)];
      if (declared != asked_for)
        faults.push_back(fmt::format("{} declares [{}] and asks for [{}]", tool->name, fmt::join(declared, " "),
                                     fmt::join(asked_for, " ")));
    }
    return faults;
  }

  void use_all() {
    use_managed_objects();
    use_definitions();
    use_settings();
    use_themes();
    use_journeys();
    use_nodes();
    use_scripts();
    use_applications();
    use_references();
    use_cors();
    use_session();
  }

  std::string text_;
  std::map<std::string, std::string> results_;       // of the first call of each tool
  bool takes_time = false;                           // each request, one round trip
  std::map<std::string, std::int64_t> round_trips_;  // by tool: of its longest call
  bool previews = false;                             // each call is previewed first
  std::map<std::string, bool> ends_early_;           // by tool: some preview of it ended before the call did
  bool undoes = false;                               // each change is taken back and made again
  std::map<std::string, bool> taken_back_;           // by tool: whether its last change could be

 private:
  test::SandboxHttp sandbox_;
  std::size_t sent_ = 0, changes_ = 0;
  std::vector<std::string> lines_;
  std::set<std::string> called_;
  std::map<std::string, aic::Scopes> asked_for_;
};

void Wire::use_managed_objects() {
  send_with("listManagedObjects");
  send_with("getManagedObjectSchema", {{"objectType", "alpha_user"}});
  send_with("queryManagedObjects", {{"objectType", "alpha_user"},
                                    {"queryFilter", "userName sw \"a\""},
                                    {"sortKeys", "-userName"},
                                    {"fields", "userName,mail"},
                                    {"includeTotal", true}});
  const Json role{{"objectType", "alpha_role"}};
  Json one = role;
  one["objectId"] = send_with("createManagedObject", {{"objectType", "alpha_role"},
                                                      {"objectData", {{"name", "r1"}, {"description", "x"}}}})["id"];
  const auto revision = send_with("getManagedObject", one)["_rev"];
  Json change = one;
  change["revision"] = revision;
  change["operations"] = Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", "y"}}});
  send_with("patchManagedObject", change);
  send_with("deleteManagedObject", one);
}

void Wire::use_definitions() {
  const Json name{{"objectName", "car"}};
  send_with(
      "createManagedObjectDefinition",
      {{"objectName", "car"},
       {"objectDefinition", {{"schema", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}}});
  send_with("patchManagedObjectDefinition",
            {{"objectName", "car"},
             {"operations", Json::array({{{"operation", "add"}, {"field", "/schema/title"}, {"value", "Car"}}})}});
  Json relation{{"objectType", "alpha_user"}, {"propertyName", "custom_car"}, {"action", "add"}};
  relation["propertyDefinition"] = {
      {"type", "relationship"},
      {"resourceCollection",
       Json::array({{{"path", "managed/alpha_role"},
                     {"label", "Role"},
                     {"query", {{"queryFilter", "true"}, {"fields", {"name"}}, {"sortKeys", {"name"}}}}}})}};
  send_with("patchManagedObjectRelationship", relation);
  send_with("deleteManagedObjectDefinition", name);
}

void Wire::use_settings() {
  send_with("getLogSources");
  send_with("queryLogs", {{"sources", {"am-access", "idm-sync"}}, {"pageSize", 2}});
  send_with("queryESVs", {{"type", "variable"}, {"queryTerm", "a b"}, {"sortKeys", "_id"}});
  send_with("queryESVs", {{"type", "secret"}});
  send_with("setVariable", {{"variableId", "esv-wire"}, {"type", "string"}, {"value", "x"}});
  send_with("getVariable", {{"variableId", "esv-wire"}});
  send_with("deleteVariable", {{"variableId", "esv-wire"}});
  const auto features = send_with("listFeatures")["features"];
  const auto free =
      std::ranges::find_if(features, [](const Json& one) { return one["type"] == "idm" && one["installed"] == false; });
  ASSERT_NE(free, features.end());
  send_with("validateIdmFeature", {{"featureName", (*free)["name"]}});
  send_with("installIdmFeature", {{"featureName", (*free)["name"]}});
  send_with("enableAiAgent");
}

void Wire::use_themes() {
  send_with("getThemeSchema");
  in_alpha("getThemes");
  in_alpha("getTheme", {{"themeIdentifier", "Starter Theme"}});
  in_alpha("createTheme", {{"themeData", {{"name", "Wire"}, {"linkedTrees", {"Login"}}}}});
  in_alpha("updateTheme",
           {{"themeIdentifier", "Wire"}, {"themeUpdates", {{"primaryColor", "#112233"}, {"linkedTrees", {"Login"}}}}});
  in_alpha("updateTheme", {{"themeIdentifier", "Wire"}, {"themeUpdates", {{"linkedTrees", Json::array()}}}});
  in_alpha("setDefaultTheme", {{"themeIdentifier", "Wire"}});
  in_alpha("setDefaultTheme", {{"themeIdentifier", "Starter Theme"}});
  in_alpha("deleteTheme", {{"themeIdentifier", "Wire"}});
}

Json small_journey() {
  return base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","displayName":"P","connections":{"outcome":"check"},"config":{"nodes":[
          {"_id":"user","nodeType":"UsernameCollectorNode","displayName":"N","_properties":{}}]}},
      "check":{"nodeType":"DataStoreDecisionNode","displayName":"C",
               "connections":{"true":"mail","false":"failure"},"config":{}},
      "mail":{"nodeType":"EmailTemplateNode","displayName":"M",
              "connections":{"EMAIL_SENT":"success","EMAIL_NOT_SENT":"failure"},
              "config":{"emailTemplateName":"welcome","emailAttribute":"mail","identityAttribute":"userName"}}}})");
}

void Wire::use_journeys() {
  in_alpha("listJourneys");
  const Json name{{"journeyName", "Wire test"}};
  Json whole = name;
  whole["journeyData"] = small_journey();
  const Json ids = in_alpha("createJourney", whole)["nodeIdMapping"];
  in_alpha("getJourney", name);
  in_alpha("getJourneyPreviewUrl", name);
  in_alpha("drawJourney", name);
  in_alpha("updateJourney", {{"journeyName", "Wire test"}, {"description", "x"}});
  Json graph = name;
  graph.update(small_journey());
  graph["nodes"]["check"]["displayName"] = "D";
  graph["nodes"]["mail"]["config"]["emailTemplateName"] = "resetPassword";
  in_alpha("updateJourney", graph);
  in_alpha("updateJourneyNode",
           {{"nodeType", "PageNode"},
            {"nodeId", ids["page"]},
            {"config", {{"pageHeader", {{"en", "x"}}}, {"stage", R"({"themeId":"Starter Theme"})"}}},
            {"merge", true}});
  in_alpha("getJourney", name);  // its page names a theme now
  in_alpha("setDefaultJourney", name);
  in_alpha("setDefaultJourney", {{"journeyName", "Login"}});
  graph["nodes"].erase("page");
  graph["entryNodeId"] = "check";
  const Json orphans = in_alpha("updateJourney", graph)["orphans"];
  in_alpha("deleteJourneyNodes", {{"nodes", orphans}});
  in_alpha("deleteJourney", name);
}

void Wire::use_nodes() {
  in_alpha("listNodeTypes");
  in_alpha("getNodeTypeDetails", {{"nodeTypes", {"PageNode", "DataStoreDecisionNode"}}});
  in_alpha("getDynamicNodeOutcomes", {{"nodeType", "ChoiceCollectorNode"}, {"config", {{"choices", {"a", "b"}}}}});
}

void Wire::use_scripts() {
  in_alpha("listScripts");
  in_alpha("getScriptedDecisionNodeBindings");
  const Json script{{"scriptId", in_alpha("createScript", {{"name", "Wire"}, {"script", "a();"}})["id"]}};
  in_alpha("getAMScript", script);
  Json change = script;
  change["description"] = "x";
  in_alpha("updateScript", change);
  in_alpha("deleteScript", script);
}

void Wire::use_references() {
  for (const char* kind : {"nodeType", "esv", "oauth2Client", "samlEntity"})
    in_alpha("findReferences", {{"kind", kind}, {"idOrName", "esv-shop-url"}});
}

void Wire::use_applications() {
  in_alpha("getOidcAppSchema", {{"summary", false}, {"includeDefaults", true}});
  in_alpha("listOidcApps");
  const Json name{{"name", "Wire 'app'"}};
  const Json users = send_with("queryManagedObjects", {{"objectType", "alpha_user"}, {"pageSize", 1}})["result"];
  Json created = name;
  created["clientId"] = "wire";
  created["owners"] = Json::array({{{"_ref", "managed/alpha_user/" + users[0]["_id"].get<std::string>()}}});
  in_alpha("createOidcApp", created);
  const Json app = in_alpha("getOidcApp", name)["managedApplication"];
  Json change = name;
  change["oauth2Client"] = {{"coreOAuth2ClientConfig", {{"status", "Inactive"}}}};
  change["managedApplication"] = {
      {"_rev", app["_rev"]},
      {"operations", Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", "x"}}})}};
  in_alpha("updateOidcApp", change);
  in_alpha("deleteOidcApp", name);
}

void Wire::use_cors() {
  const Json id{{"policyId", "wire"}};
  send_with("listCorsPolicies");
  Json policy =
      base::parse_json(R"({"policyId":"wire","acceptedOrigins":["https://a.example"],"acceptedMethods":["GET"],
      "acceptedHeaders":[],"exposedHeaders":[],"maxAge":5,"allowCredentials":false,"enabled":true})");
  send_with("createCorsPolicy", policy);
  send_with("getCorsPolicy", id);
  send_with("updateCorsPolicy", {{"policyId", "wire"}, {"maxAge", 6}});
  send_with("deleteCorsPolicy", id);
  policy.erase("policyId");
  send_with("createCorsPolicy", policy);
}

void Wire::use_session() {
  send_with("whoAmI");
  send_with("signOut");
  send_with("previewChange", {{"tool", "enableAiAgent"}, {"arguments", Json::object()}});
  const auto undo = [&] { send_with("undoChange", {{"change", journal.last()}}); };
  send_with("setVariable", {{"variableId", "esv-undo"}, {"type", "string"}, {"value", "x"}});
  undo();
  in_alpha("createScript", {{"name", "Undo"}, {"script", "a();"}});
  undo();
  send_with("createManagedObject", {{"objectType", "alpha_role"}, {"objectData", {{"name", "undo"}}}});
  undo();
  send_with("listChanges", {{"change", journal.last()}});
}

TEST_F(Wire, OfEveryToolIsWhatTheSnapshotTells) {
  use_all();

  EXPECT_THAT(missing(), IsEmpty()) << "every tool needs a call in this file";
  EXPECT_THAT(misdeclared(), IsEmpty());
  const bool update = std::getenv("AIC_UPDATE_SNAPSHOTS") != nullptr;
  if (update) std::ofstream(snapshot) << text_;
  EXPECT_EQ(text_, read(snapshot)) << "rewrite the snapshots with AIC_UPDATE_SNAPSHOTS=1 if this is meant";
  for (const auto& [tool, text] : results_) {
    if (update) std::ofstream(result_snapshot(tool)) << text;
    EXPECT_EQ(text, read(result_snapshot(tool)))
        << "rewrite the snapshots with AIC_UPDATE_SNAPSHOTS=1 if this is meant";
  }
}

TEST(ResultSnapshots, AreThoseOfTheToolsThatExist) {
  for (const auto& file : std::filesystem::directory_iterator(snapshots / "results"))
    EXPECT_NE(find_tool(file.path().stem().string()), nullptr) << file.path();
}

// How often a tool waits for the tenant, one answer after the other: what does not depend on each other is asked side
// by side.
TEST_F(Wire, OfEveryToolTakesAsManyRoundTripsAsTheSnapshotTells) {
  takes_time = true;

  use_all();

  std::string text;
  for (const auto& [tool, trips] : round_trips_) text += fmt::format("{} {}\n", tool, trips);
  if (std::getenv("AIC_UPDATE_SNAPSHOTS") != nullptr) std::ofstream(trips_snapshot) << text;
  EXPECT_EQ(text, read(trips_snapshot)) << "rewrite the snapshots with AIC_UPDATE_SNAPSHOTS=1 if this is meant";
}

// R-PRE-01, R-PRE-02: every tool that writes is seen first and then run, and sends what was seen, or the preview says
// where it ends.
TEST_F(Wire, OfEveryPreviewIsWhatTheCallSends) {
  previews = true;

  use_all();

  for (const Tool* tool : catalog()) {
    if (tools::changes_tenant(*tool)) EXPECT_TRUE(ends_early_.contains(std::string(tool->name))) << tool->name;
  }
  std::vector<std::string> early;
  for (const auto& [tool, is_early] : ends_early_) {
    if (is_early) early.push_back(tool);
  }
  EXPECT_THAT(early, testing::ElementsAre("createJourney", "createManagedObjectDefinition", "deleteJourney",
                                          "enableAiAgent", "installIdmFeature", "updateJourney"));
}

// R-UND-02, R-UND-03: the tenant is as it was after an undo, and as the change left it after an undo of that.
TEST_F(Wire, OfEveryChangeCanBeTakenBack) {
  undoes = true;

  use_all();

  std::vector<std::string> final_ones;
  for (const Tool* tool : catalog()) {
    const auto found = taken_back_.find(std::string(tool->name));
    const bool writes = tools::changes_tenant(*tool) && tool->name != "undoChange";
    EXPECT_EQ(found != taken_back_.end(), writes) << tool->name;
    if (found != taken_back_.end() && !found->second) final_ones.push_back(found->first);
  }
  EXPECT_THAT(final_ones, testing::UnorderedElementsAre("installIdmFeature", "enableAiAgent"));
}

}  // namespace
}  // namespace tools
