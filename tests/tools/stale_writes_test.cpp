// No write rests on a stale read (R-WRT-14): while a tool has to wait somewhere between its first read and its last
// write, somebody else changes the tenant. Afterwards both changes are stored, or the tool has written nothing and says
// so. Every tool that writes has its cases here; each is tried with every kind of wait at every request.
// And no write is believed without the tenant's own word (R-WRT-09): each is tried with every kind of answer that is
// none, whether the write arrived or not, and with somebody else's writing in its place.
#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paths.h"
#include "aic/pointer.h"
#include "sandbox/idm/idm.h"
#include "sandbox/logs/logs.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"

namespace tools {
namespace {

using ::testing::IsEmpty;

// What a request, or the bearer for it, comes to before it is done after all.
enum class Wait { rate_limited, unsent, refused, signing_in, late_bearer };

constexpr std::array waits{std::pair{Wait::rate_limited, "429"}, std::pair{Wait::unsent, "connection"},
                           std::pair{Wait::refused, "401"}, std::pair{Wait::signing_in, "401, then a sign-in"},
                           std::pair{Wait::late_bearer, "a sign-in"}};

// What comes instead of the tenant's answer to a write.
enum class Loss { none, connection, page, empty, cut, edge };

constexpr std::array losses{std::pair{Loss::connection, "a lost connection"}, std::pair{Loss::page, "a proxy's page"},
                            std::pair{Loss::empty, "nothing"}, std::pair{Loss::cut, "half an answer"},
                            std::pair{Loss::edge, "a refusal by the platform's edge"}};

http::Response answer_of(Loss loss) {
  if (loss == Loss::page)
    return {.status = 200, .headers = {{"content-type", "text/html"}}, .body = "<html>Welcome</html>"};
  if (loss == Loss::empty) return {.status = 200};
  if (loss == Loss::edge)
    return {.status = 403, .headers = {{"content-type", "text/html"}}, .body = "<html>403 Forbidden</html>"};
  return {.status = 200, .headers = {{"content-type", "application/json"}}, .body = R"({"_id":"x","na)"};
}

// A sanitizer makes each play several times slower and looks for other faults: there, each place in the row of requests
// is tried with one of the waits, and with one of the losses, in turn.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool tries_everything = false;
#else
constexpr bool tries_everything = true;
#endif

bool is_tried(Wait wait, int at) {
  return tries_everything || static_cast<std::size_t>(at) % waits.size() == static_cast<std::size_t>(wait);
}

bool is_tried(std::size_t loss, int at) {
  return tries_everything || static_cast<std::size_t>(at) % losses.size() == loss;
}

// A place in the tenant, as the other writer reads and writes it.
struct Place {
  base::Target target;
  http::Headers headers = {};
  const char* pointer = "";
};

// Each play has a tenant of its own. The many entries of its logs, which no tool here writes, would take most of the
// time that copying takes.
const sandbox::Tenant& tenant_without_logs() {
  static const auto tenant = [] {
    auto made = std::make_unique<sandbox::Tenant>(sandbox::fresh_tenant());
    made->logs->entries.clear();
    return made;
  }();
  return *tenant;
}

// The tenant, with a tool and another writer at work in it.
class Stage final : public test::ToolTest, public http::HttpClient, public aic::Bearers {
 public:
  Stage() {
    http = this;
    bearers = this;
  }

  // Calls a tool in peace.
  Json prepare(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_FALSE(result.is_error) << tool << ": " << result.text;
    return result.json;
  }

  Json read(const Place& place) {
    const auto answer = api().get(place.target.str(), place.headers);
    const Json* found = answer.status == 200 ? aic::find(answer.body, aic::Pointer::parse(place.pointer)) : nullptr;
    return found ? *found : Json();
  }

  bool exists(const Place& place) { return api().get(place.target.str(), place.headers).status == 200; }

  // Reads the whole, changes one place of it, and writes it back.
  void change(const Place& place, const Json& value) {
    Json whole = api().get(place.target.str(), place.headers).body;
    whole[Json::json_pointer(place.pointer)] = value;
    for (const auto* member : {"_rev", "_type"}) whole.erase(member);
    const auto path = place.target.path();
    if (path.contains("/agents/") || path.contains("/CorsService/")) whole.erase("_id");
    send("PUT", place, whole);
  }

  Json send(const std::string& method, const Place& place, const Json& body = nullptr) {
    const auto answer = api().call(method, place.target.str(), body, place.headers);
    EXPECT_TRUE(answer.status >= 200 && answer.status < 300)
        << method << " " << place.target.str() << ": " << answer.status << " " << answer.raw;
    return answer.body;
  }

  sandbox::Api& api() { return sandbox_.api; }

  // Runs the tool; at its request (or bearer) number `at`, counted from 0, it has to wait, and `other` acts. A wait
  // without `other` disturbs nobody.
  test::CallResult run(std::string_view tool, const Json& arguments, Wait wait, int at, std::function<void()> other) {
    wait_ = wait;
    return play(tool, arguments, at, std::move(other));
  }

  // Runs the tool; its write, request number `at`, reaches the tenant or not, then `other` acts, and the answer is
  // lost.
  test::CallResult run_losing(std::string_view tool, const Json& arguments, Loss loss, int at, bool arrives,
                              std::function<void()> other) {
    loss_ = loss;
    arrives_ = arrives;
    auto result = play(tool, arguments, at, std::move(other));
    loss_ = Loss::none;
    return result;
  }

  // "PUT /openidm/…: 200" of the last run.
  const std::vector<std::string>& lines() const { return lines_; }
  static bool is_write(const std::string& line) {
    const bool asks_about_nodes = line.starts_with("POST ") && line.contains("/authenticationtrees/nodes");
    const bool asks = line.contains("_action=validate") || line.contains("_action=nextdescendents");
    return !line.starts_with("GET ") && !asks && !asks_about_nodes;
  }
  int last_write() const {
    const auto last = std::find_if(lines_.rbegin(), lines_.rend(), is_write);
    return static_cast<int>(lines_.rend() - last) - 1;
  }

  bool acted = false;      // the other writer, or it could have
  int changed_before = 0;  // writes that the tool had done by then
  int all_writes = 100;    // that it does; the other writer does not act after the last

  net::Task<http::Response> send(http::Request request) override {
    if (loss_ != Loss::none && requests_++ == at_) {
      if (arrives_) co_await sandbox_.send(std::move(request));
      if (other_) other_();
      if (loss_ == Loss::connection)
        throw http::TransportError(http::TransportError::Kind::failed, http::Phase::receive, "fake", "lost", true);
      co_return answer_of(loss_);
    }
    if (loss_ == Loss::none && requests_++ == at_ && wait_ != Wait::late_bearer && !std::exchange(acted, true)) {
      if (wait_ == Wait::rate_limited) {
        act();
        co_return http::Response{.status = 429, .headers = {{"Retry-After", "2"}}, .body = R"({"code":429})"};
      }
      if (wait_ == Wait::unsent) {
        act();
        throw http::TransportError(http::TransportError::Kind::failed, http::Phase::connect, "fake", "refused", false);
      }
      if (wait_ == Wait::refused) act();
      signs_in_ = wait_ == Wait::signing_in;
      co_return http::Response{.status = 401, .body = R"({"code":401})"};
    }
    auto line = request.method + " " + request.url.substr(request.url.find('/', 8));
    auto response = co_await sandbox_.send(std::move(request));
    lines_.push_back(std::move(line));
    if (is_write(lines_.back()) && response.status < 300 && !acted) ++changed_before;
    co_return response;
  }

  net::Task<aic::Bearer> get(aic::Scopes scopes) override {
    const bool is_late = loss_ == Loss::none && wait_ == Wait::late_bearer && asked_++ == at_ && requests_ > 0 &&
                         !std::exchange(acted, true);
    if (is_late || std::exchange(signs_in_, false)) {
      co_await clock.sleep(net::Duration{20'000});
      act();
      co_await clock.sleep(net::Duration{20'000});
    }
    co_return std::make_shared<const base::Secret>(fmt::format("{}", fmt::join(scopes, " ")));
  }
  void refused(const aic::Scopes&, const aic::Bearer&) override {}

 private:
  test::CallResult play(std::string_view tool, const Json& arguments, int at, std::function<void()> other) {
    at_ = at;
    other_ = std::move(other);
    requests_ = asked_ = 0;
    lines_.clear();
    acted = false;
    changed_before = 0;
    auto running = begin(tool, base::print_json(arguments));
    while (clock.sleepers() > 0) clock.advance(clock.next_wake());
    at_ = -1;
    return running.get();
  }

  void act() {
    if (other_ && changed_before < all_writes) other_();
  }

  test::SandboxHttp sandbox_{tenant_without_logs()};
  Wait wait_ = Wait::unsent;
  Loss loss_ = Loss::none;
  bool arrives_ = false;
  int at_ = -1;
  std::function<void()> other_;
  int requests_ = 0, asked_ = 0;
  bool signs_in_ = false;
  std::vector<std::string> lines_;
};

// What the tool and the other writer do, and how it shows.
struct Play {
  Json arguments;
  std::function<void()> other = {};
  std::function<bool()> own_shows = {};
  std::function<bool()> other_shows = {};
};

struct Case {
  const char* tool;
  const char* what;
  Play (*play)(Stage&);
  bool both = false;               // both changes can be stored, and must be
  bool begins_with_write = false;  // rests on nothing, or on what the caller has read
  int first = 1;                   // the first request before which the tool has read what the other writer changes
  std::size_t most_writes = 100;   // that must happen for a success; the result only tells of those after them
  bool in_steps = false;           // writes parts before what the other writer changes, and tells them when it stops
};

// -- managed objects and their definitions

const Place definitions{aic::managed_config()};

Json with_definition(Stage& stage, const std::string& name) {
  Json config = stage.read(definitions);
  config["objects"].push_back({{"name", name}, {"schema", {{"type", "object"}, {"properties", Json::object()}}}});
  return config;
}

void define(Stage& stage, const std::string& name) {
  stage.send("PUT", definitions, with_definition(stage, name));
}

Json definition(Stage& stage, const std::string& name) {
  for (const Json& one : stage.read(definitions)["objects"]) {
    if (one["name"] == name) return one;
  }
  return nullptr;
}

void retitle(Stage& stage, const std::string& type, const std::string& title) {
  Json config = stage.read(definitions);
  for (Json& one : config["objects"]) {
    if (one["name"] == type) one["schema"]["title"] = title;
  }
  stage.send("PUT", definitions, config);
}

std::string new_role(Stage& stage) {
  return stage
      .prepare("createManagedObject",
               {{"objectType", "alpha_role"}, {"objectData", {{"name", "stale"}, {"description", "old"}}}})["id"]
      .get<std::string>();
}

// The other writer describes the role anew.
void describe(Stage& stage, const std::string& id) {
  stage.send("PATCH", {aic::managed_object("alpha_role", id)},
             Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", "theirs"}}}));
}

Json role(const std::string& id) {
  return {{"objectType", "alpha_role"}, {"objectId", id}};
}

Json find_objects(Stage& stage, const std::string& type, const std::string& filter) {
  return stage.send("GET", {aic::managed(type).query("_queryFilter", filter)})["result"];
}

Play create_object(Stage& stage) {
  return {.arguments = {{"objectType", "alpha_role"}, {"objectData", {{"name", "stale"}}}},
          .other = [&stage] { define(stage, "theirs"); },
          .own_shows = [&stage] { return !find_objects(stage, "alpha_role", "name eq \"stale\"").empty(); },
          .other_shows = [&stage] { return !definition(stage, "theirs").is_null(); }};
}

// The other writer makes an object of the same _id.
Play create_object_of_id(Stage& stage) {
  const Place place{aic::managed_object("alpha_role", "stale"), {}, "/description"};
  return {
      .arguments = {{"objectType", "alpha_role"},
                    {"objectData", {{"_id", "stale"}, {"name", "stale"}, {"description", "ours"}}}},
      .other = [&stage, place] { stage.send("PUT", place, {{"name", "stale"}}); },
      .own_shows = [&stage, place] { return stage.read(place) == "ours"; },
  };
}

// The other writer makes a user of the same name. All of ours shows but the password, so that nobody can tell them
// apart.
Play create_user(Stage& stage, bool with_password) {
  Json user{{"userName", "stale"}, {"givenName", "S"}, {"sn", "Ours"}, {"mail", "s@example.com"}};
  Json theirs = user;
  if (with_password)
    user["password"] = "Secret-12345";
  else
    theirs["sn"] = "Theirs";
  return {.arguments = {{"objectType", "alpha_user"}, {"objectData", user}},
          .other =
              [&stage, theirs] {
                stage.send("PUT", {aic::managed_object("alpha_user", "11111111-2222-4333-8444-555555555556")}, theirs);
              },
          .own_shows =
              [&stage, with_password] {
                if (with_password) return false;
                const auto found = find_objects(stage, "alpha_user", "userName eq \"stale\"");
                return found.size() == 1 && found[0]["sn"] == "Ours";
              }};
}

Play patch_object(Stage& stage) {
  const auto id = new_role(stage);
  const Place place{aic::managed_object("alpha_role", id), {}, "/description"};
  Json arguments = role(id);
  arguments["revision"] = stage.read({place.target, {}, "/_rev"});
  arguments["operations"] = Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", "ours"}}});
  return {.arguments = arguments,
          .other = [&stage, id] { describe(stage, id); },
          .own_shows = [&stage, place] { return stage.read(place) == "ours"; },
          .other_shows = [&stage, place] { return stage.read(place) == "theirs"; }};
}

Play delete_object(Stage& stage, bool with_revision) {
  const auto id = new_role(stage);
  const Place place{aic::managed_object("alpha_role", id), {}, "/description"};
  Json arguments = role(id);
  if (with_revision) arguments["revision"] = stage.read({place.target, {}, "/_rev"});
  return {.arguments = arguments,
          .other = [&stage, id] { describe(stage, id); },
          .own_shows = [&stage, place] { return !stage.exists(place); },
          .other_shows = [&stage, place] { return stage.read(place) == "theirs"; }};
}

Play define_while(Stage& stage, std::string theirs) {
  return {.arguments = {{"objectName", "ours"},
                        {"objectDefinition",
                         {{"schema", {{"type", "object"}, {"title", "Ours"}, {"properties", Json::object()}}}}}},
          .other = [&stage, theirs] { define(stage, theirs); },
          .own_shows = [&stage] { return definition(stage, "ours")["schema"]["title"] == "Ours"; },
          .other_shows =
              [&stage, theirs] {
                const auto stored = definition(stage, theirs);
                return !stored.is_null() && !stored["schema"].contains("title");
              }};
}

Play patch_definition_while(Stage& stage, std::string theirs) {
  define(stage, "first");
  define(stage, "ours");
  return {.arguments = {{"objectName", "ours"},
                        {"operations",
                         Json::array({{{"operation", "add"}, {"field", "/schema/title"}, {"value", "Ours"}}})}},
          .other = [&stage, theirs] { retitle(stage, theirs, "Theirs"); },
          .own_shows = [&stage] { return definition(stage, "ours")["schema"]["title"] == "Ours"; },
          .other_shows = [&stage, theirs] { return definition(stage, theirs)["schema"]["title"] == "Theirs"; }};
}

Play delete_definition_while(Stage& stage, std::string theirs) {
  auto play = patch_definition_while(stage, theirs);
  play.arguments = {{"objectName", "ours"}};
  play.own_shows = [&stage] { return definition(stage, "ours").is_null(); };
  return play;
}

Play delete_definition_in_use(Stage& stage) {
  define(stage, "ours");
  return {.arguments = {{"objectName", "ours"}},
          .other = [&stage] { stage.send("PUT", {aic::managed_object("ours", "1")}, {{"a", 1}}); },
          .own_shows = [&stage] { return definition(stage, "ours").is_null(); },
          .other_shows =
              [&stage] {
                return stage.exists({aic::managed_object("ours", "1")}) && !definition(stage, "ours").is_null();
              }};
}

Json relation(const std::string& to) {
  return {{"type", "relationship"}, {"resourceCollection", Json::array({{{"path", "managed/" + to}}})}};
}

void relate(Stage& stage, const std::string& type, const std::string& to) {
  stage.send("PUT", {aic::managed_property(type, "custom_thing"), aic::managed_property_headers()}, relation(to));
}

std::string related(Stage& stage, const std::string& type) {
  return base::text_member(
      base::member(
          base::member(base::member(base::member(definition(stage, type), "schema"), "properties"), "custom_thing"),
          "resourceCollection")
              .is_array()
          ? definition(stage, type)["schema"]["properties"]["custom_thing"]["resourceCollection"][0]
          : Json(),
      "path");
}

Play relate_while(Stage& stage, std::string action, std::string their_type) {
  if (action != "add") relate(stage, "alpha_role", "alpha_user");
  Json arguments{{"objectType", "alpha_role"}, {"propertyName", "custom_thing"}, {"action", action}};
  if (action != "remove") arguments["propertyDefinition"] = relation("alpha_role");
  return {
      .arguments = arguments,
      .other = [&stage, their_type] { relate(stage, their_type, "alpha_group"); },
      .own_shows =
          [&stage, action] { return related(stage, "alpha_role") == (action == "remove" ? "" : "managed/alpha_role"); },
      .other_shows = [&stage, their_type] { return related(stage, their_type) == "managed/alpha_group"; }};
}

// -- variables, features

const Place variable{aic::esv_variable("esv-stale"), aic::esv_headers()};

Json variable_of(const std::string& value, const std::string& description) {
  return {{"_id", "esv-stale"},
          {"description", description},
          {"valueBase64", base::base64(value)},
          {"expressionType", "string"}};
}

Json stored(Stage& stage, const char* pointer) {
  return stage.read({variable.target, variable.headers, pointer});
}

Play set_variable(Stage& stage, bool other_sets_value) {
  stage.send("PUT", variable, variable_of("old", "old"));
  return {.arguments = {{"variableId", "esv-stale"}, {"type", "string"}, {"value", "ours"}},
          .other =
              [&stage, other_sets_value] {
                stage.send("PUT", variable,
                           other_sets_value ? variable_of("theirs", "old") : variable_of("old", "theirs"));
              },
          .own_shows = [&stage] { return stored(stage, "/valueBase64") == base::base64("ours"); },
          .other_shows =
              [&stage, other_sets_value] {
                return other_sets_value ? stored(stage, "/valueBase64") == base::base64("theirs")
                                        : stored(stage, "/description") == "theirs";
              }};
}

Play create_variable(Stage& stage) {
  auto play = set_variable(stage, true);
  stage.send("DELETE", {variable.target, aic::esv_delete_headers()});
  return play;
}

Play delete_variable(Stage& stage) {
  auto play = set_variable(stage, true);
  play.arguments = {{"variableId", "esv-stale"}};
  play.own_shows = [&stage] { return !stage.exists(variable); };
  return play;
}

bool is_installed(Stage& stage, const std::string& name) {
  for (const Json& one : stage.send("GET", {aic::features().query("_queryFilter", "true")})["result"]) {
    if (one["_id"] == name) return !one["installedVersion"].is_null();
  }
  return false;
}

Play install_feature(Stage& stage) {
  constexpr auto name = "indexed/strings/6thru20";
  return {.arguments = {{"featureName", name}},
          .other = [&stage] { stage.send("POST", {aic::feature(name).query("_action", "install")}, Json::object()); },
          .own_shows = [&stage] { return is_installed(stage, name); },
          .other_shows = [&stage] { return is_installed(stage, name); }};
}

Play enable_agents(Stage& stage) {
  return {.arguments = Json::object(),
          .other = [&stage] { define(stage, "theirs"); },
          .own_shows = [] { return true; },
          .other_shows = [&stage] { return !definition(stage, "theirs").is_null(); }};
}

// -- themes, in both layouts

Json theme(Stage& stage, const std::string& name) {
  Json all = stage.read({aic::theme_realms(), {}, "/realm/alpha"});
  if (all.is_null()) all = stage.send("GET", {aic::idm_configs().query("_queryFilter", "true")})["result"];
  for (const Json& one : all) {
    if (base::member(one, "name") == name) return one;
  }
  return nullptr;
}

// As another program would change a theme, in either layout.
void recolour(Stage& stage, bool newer, const std::string& name) {
  if (newer) {
    const auto id = base::text_member(theme(stage, name), "_id");
    return stage.change({base::Target("/openidm/config/" + id), {}, "/backgroundColor"}, "#000001");
  }
  Json config = stage.read({aic::theme_realms()});
  for (Json& one : config["realm"]["alpha"]) {
    if (one["name"] == name) one["backgroundColor"] = "#000001";
  }
  stage.send("PUT", {aic::theme_realms()}, config);
}

Json in_alpha(Json more) {
  more["realm"] = "alpha";
  return more;
}

// Of the newer layout, the sandbox shows themes by the same query.
Play theme_while(Stage& stage, bool newer, Json arguments, std::string theirs, std::function<bool()> own_shows) {
  for (const char* name : {"Ours", "Theirs"})
    stage.prepare("createTheme", in_alpha({{"themeData", {{"name", name}, {"backgroundColor", "#ffffff"}}}}));
  if (newer) sandbox::idm::split_themes(*stage.api().tenant.idm);
  return {
      .arguments = in_alpha(std::move(arguments)),
      .other = [&stage, newer, theirs] { recolour(stage, newer, theirs); },
      .own_shows = std::move(own_shows),
      .other_shows = [&stage, theirs] { return base::member(theme(stage, theirs), "backgroundColor") == "#000001"; }};
}

template <bool newer>
Play create_theme(Stage& stage) {
  return theme_while(stage, newer, {{"themeData", {{"name", "New"}}}}, "Theirs",
                     [&stage] { return !theme(stage, "New").is_null(); });
}

template <bool newer>
Play update_theme(Stage& stage, const std::string& theirs) {
  return theme_while(stage, newer, {{"themeIdentifier", "Ours"}, {"themeUpdates", {{"backgroundColor", "#123456"}}}},
                     theirs, [&stage] { return base::member(theme(stage, "Ours"), "backgroundColor") == "#123456"; });
}

template <bool newer>
Play delete_theme(Stage& stage, const std::string& theirs) {
  return theme_while(stage, newer, {{"themeIdentifier", "Ours"}}, theirs,
                     [&stage] { return theme(stage, "Ours").is_null(); });
}

template <bool newer>
Play default_theme(Stage& stage) {
  return theme_while(stage, newer, {{"themeIdentifier", "Ours"}}, "Theirs", [&stage] {
    return base::member(stage.prepare("getTheme", in_alpha({{"themeIdentifier", "Ours"}})), "isDefault") == true;
  });
}

// -- journeys, nodes, scripts

const char* const journey_name = "Stale";

Place tree(const char* pointer = "") {
  return {aic::tree("alpha", journey_name), aic::am_headers(), pointer};
}

Json journey_graph() {
  return base::parse_json(R"({"entryNodeId":"ask","nodes":{
      "ask":{"nodeType":"ChoiceCollectorNode","displayName":"Ask","connections":{"a":"success","b":"failure"},
             "config":{"choices":["a","b"],"defaultChoice":"a","prompt":"old"}}}})");
}

// Stores a journey of one node; gives the node's id.
std::string new_journey(Stage& stage) {
  Json arguments = in_alpha({{"journeyName", journey_name}, {"journeyData", journey_graph()}});
  return stage.prepare("createJourney", arguments)["nodeIdMapping"]["ask"].get<std::string>();
}

Place ask(const std::string& id, const char* pointer) {
  return {aic::node("alpha", "ChoiceCollectorNode", {}, id), aic::am_headers(), pointer};
}

Play journey_while(Stage& stage, Json arguments, std::string pointer, Json theirs, std::function<bool()> own_shows) {
  arguments["journeyName"] = journey_name;
  const auto place = [pointer] { return tree(pointer.c_str()); };
  return {.arguments = in_alpha(std::move(arguments)),
          .other = [&stage, place, theirs] { stage.change(place(), theirs); },
          .own_shows = std::move(own_shows),
          .other_shows = [&stage, place, theirs] { return stage.read(place()) == theirs; }};
}

Play create_journey(Stage& stage) {
  Json foreign = Json::object();
  return {.arguments = in_alpha({{"journeyName", journey_name}, {"journeyData", journey_graph()}}),
          .other =
              [&stage] {
                stage.send("PUT", tree(),
                           {{"_id", journey_name},
                            {"description", "theirs"},
                            {"entryNodeId", "70e691a5-1e33-4ac3-a356-e7b6d60d92e0"},
                            {"nodes", Json::object()}});
              },
          .own_shows = [&stage] { return stage.exists(tree()); },
          .other_shows = [&stage] { return stage.read(tree("/description")) == "theirs"; }};
}

Play describe_journey(Stage& stage, const char* theirs, bool with_revision) {
  new_journey(stage);
  Json arguments{{"description", "ours"}};
  if (with_revision) arguments["revision"] = stage.read(tree("/_rev"));
  return journey_while(stage, std::move(arguments), theirs,
                       std::string_view(theirs) == "/enabled" ? Json(false) : Json("theirs"),
                       [&stage] { return stage.read(tree("/description")) == "ours"; });
}

Play rewrite_graph(Stage& stage) {
  const auto id = new_journey(stage);
  Json arguments = in_alpha(journey_graph());
  arguments["journeyName"] = journey_name;
  arguments["nodes"]["ask"]["config"]["prompt"] = "ours";
  return {.arguments = arguments,
          .other = [&stage, id] { stage.change(ask(id, "/prompt"), "theirs"); },
          .own_shows = [&stage, id] { return stage.read(ask(id, "/prompt")) == "ours"; },
          .other_shows = [&stage, id] { return stage.read(ask(id, "/prompt")) == "theirs"; }};
}

Play update_node(Stage& stage, std::string theirs) {
  const auto id = new_journey(stage);
  const auto value = theirs == "/prompt" ? "theirs" : "b";
  return {.arguments = in_alpha(
              {{"nodeType", "ChoiceCollectorNode"}, {"nodeId", id}, {"config", {{"prompt", "ours"}}}, {"merge", true}}),
          .other = [&stage, id, theirs, value] { stage.change(ask(id, theirs.c_str()), value); },
          .own_shows = [&stage, id] { return stage.read(ask(id, "/prompt")) == "ours"; },
          .other_shows = [&stage, id, theirs, value] { return stage.read(ask(id, theirs.c_str())) == value; }};
}

// A page gets a node in a second step; somebody else writes the page meanwhile.
Play fill_page(Stage& stage, bool same_setting) {
  const Json graph = base::parse_json(
      R"({"entryNodeId":"page","nodes":{"page":{"nodeType":"PageNode","displayName":"P","connections":{},"config":{}}}})");
  const auto id =
      stage
          .prepare("createJourney",
                   in_alpha({{"journeyName", journey_name}, {"journeyData", graph}}))["nodeIdMapping"]["page"]
          .get<std::string>();
  const auto at = [id](const char* pointer) -> Place {
    return {aic::node("alpha", "PageNode", {}, id), aic::am_headers(), pointer};
  };
  const Json child = base::parse_json(
      R"({"nodeType":"ChoiceCollectorNode","displayName":"Ask","_properties":{"prompt":"ours","choices":["a"]}})");
  const char* theirs = same_setting ? "/nodes" : "/pageHeader";
  const Json value =
      same_setting ? Json::array({{{"_id", "theirs"}, {"nodeType", "UsernameCollectorNode"}}}) : Json{{"en", "theirs"}};
  return {
      .arguments = in_alpha(
          {{"nodeType", "PageNode"}, {"nodeId", id}, {"merge", true}, {"config", {{"nodes", Json::array({child})}}}}),
      .other = [&stage, at, theirs, value] { stage.change(at(theirs), value); },
      .own_shows =
          [&stage, at] {
            const Json nodes = stage.read(at("/nodes"));
            if (nodes.size() != 1 || nodes[0]["nodeType"] != "ChoiceCollectorNode") return false;
            return stage.read(ask(nodes[0]["_id"].get<std::string>(), "/prompt")) == "ours";
          },
      .other_shows =
          [&stage, at, theirs, value, same_setting] {
            const Json now = stage.read(at(theirs));
            return same_setting ? now.size() == 1 && now[0]["_id"] == "theirs" : base::same_value(now, value);
          }};
}

Place realm_settings(const char* pointer) {
  return {aic::realm_authentication("alpha"), aic::realm_authentication_headers(), pointer};
}

void make_default(Stage& stage, const std::string& name) {
  stage.send("PUT", realm_settings(""), {{"orgConfig", name}, {"adminAuthModule", "Login"}});
}

Play default_journey(Stage& stage, bool other_disables) {
  new_journey(stage);
  return {.arguments = in_alpha({{"journeyName", journey_name}}),
          .other =
              [&stage, other_disables] {
                if (other_disables)
                  stage.change(tree("/enabled"), false);
                else
                  make_default(stage, "ResetPassword");
              },
          .own_shows = [&stage] { return stage.read(realm_settings("/core/orgConfig")) == journey_name; },
          .other_shows =
              [&stage, other_disables] {
                const auto now = stage.read(realm_settings("/core/orgConfig"));
                return other_disables ? now != journey_name && stage.read(tree("/enabled")) == false
                                      : now == "ResetPassword";
              }};
}

Play delete_journey(Stage& stage) {
  new_journey(stage);
  return journey_while(stage, Json::object(), "/description", "theirs", [&stage] { return !stage.exists(tree()); });
}

Play delete_journey_that_becomes_default(Stage& stage) {
  auto play = delete_journey(stage);
  play.other = [&stage] { make_default(stage, journey_name); };
  play.other_shows = [&stage] {
    return stage.exists(tree()) && stage.read(realm_settings("/core/orgConfig")) == journey_name;
  };
  return play;
}

// A journey whose only page another page names, too, so that its nodes are taken out before it is deleted. The page
// itself has a second child that is nobody else's.
struct SharedJourney {
  std::string page, shared, own;
};

SharedJourney new_shared_journey(Stage& stage) {
  const Json graph = base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","displayName":"Page","connections":{"a":"success","b":"failure"},
              "config":{"nodes":[
                {"_id":"shared","nodeType":"UsernameCollectorNode","displayName":"Shared","_properties":{}},
                {"_id":"own","nodeType":"ChoiceCollectorNode","displayName":"Own",
                 "_properties":{"choices":["a","b"],"defaultChoice":"a","prompt":"old"}}]}}}})");
  const Json ids = stage.prepare("createJourney",
                                 in_alpha({{"journeyName", journey_name}, {"journeyData", graph}}))["nodeIdMapping"];
  const SharedJourney made{.page = ids["page"], .shared = ids["shared"], .own = ids["own"]};
  const Json child{{"_id", made.shared}, {"nodeType", "UsernameCollectorNode"}, {"displayName", "Shared"}};
  stage.send("PUT", {aic::node("alpha", "PageNode", {}, "11111111-2222-4333-8444-555555555550"), aic::am_headers()},
             {{"nodes", Json::array({child})}});
  return made;
}

Play delete_shared_journey(Stage& stage) {
  const auto made = new_shared_journey(stage);
  auto play = journey_while(stage, Json::object(), "/description", "theirs",
                            [&stage, made] { return !stage.exists(tree()) && !stage.exists(ask(made.own, "")); });
  // Once the journey is deleted, there is nothing left to change.
  const auto has_changed = std::make_shared<bool>(false);
  play.other = [&stage, change = play.other, has_changed] {
    if (!stage.exists(tree())) return;
    change();
    *has_changed = true;
  };
  play.other_shows = [shows = play.other_shows, has_changed] { return !*has_changed || shows(); };
  return play;
}

// The other writer makes a journey of a node that is to go.
Play delete_journey_whose_node_is_taken(Stage& stage) {
  const auto made = new_shared_journey(stage);
  const Place other{aic::tree("alpha", "Theirs"), aic::am_headers()};
  const auto has_acted = std::make_shared<bool>(false);
  return {
      .arguments = in_alpha({{"journeyName", journey_name}}),
      .other =
          [&stage, made, other, has_acted] {
            if (!stage.exists(ask(made.own, ""))) return;
            const Json node{{"nodeType", "ChoiceCollectorNode"},
                            {"displayName", "Ask"},
                            {"connections", {{"a", "70e691a5-1e33-4ac3-a356-e7b6d60d92e0"}}}};
            stage.send("PUT", other, {{"_id", "Theirs"}, {"entryNodeId", made.own}, {"nodes", {{made.own, node}}}});
            *has_acted = true;
          },
      .own_shows = [&stage] { return !stage.exists(tree()); },
      .other_shows = [&stage, made, other,
                      has_acted] { return !*has_acted || (stage.exists(other) && stage.exists(ask(made.own, ""))); }};
}

// A node without a journey; the other writer changes it, or makes a journey of it.
Play delete_node(Stage& stage, bool other_uses_it) {
  const auto id = new_journey(stage);
  const Json whole = stage.read(tree());
  Json node = stage.read(ask(id, ""));
  node.erase("_rev");
  stage.send("DELETE", tree());
  if (!stage.exists(ask(id, ""))) stage.send("PUT", ask(id, ""), node);
  return {.arguments = in_alpha({{"nodes", Json::array({{{"nodeType", "ChoiceCollectorNode"}, {"nodeId", id}}})}}),
          .other =
              [&stage, id, whole, other_uses_it] {
                Json copy = whole;
                copy.erase("_rev");
                if (other_uses_it)
                  stage.send("PUT", tree(), copy);
                else
                  stage.change(ask(id, "/prompt"), "theirs");
              },
          .own_shows = [&stage, id] { return !stage.exists(ask(id, "")); },
          .other_shows =
              [&stage, id, other_uses_it] {
                return stage.exists(ask(id, "")) &&
                       (other_uses_it ? stage.exists(tree()) : stage.read(ask(id, "/prompt")) == "theirs");
              }};
}

Place script(const std::string& id, const char* pointer) {
  return {aic::script("alpha", id), aic::script_headers(), pointer};
}

std::string new_script(Stage& stage) {
  return stage.prepare("createScript", in_alpha({{"name", "Stale"}, {"script", "old();"}}))["id"].get<std::string>();
}

Play create_script(Stage& stage) {
  auto play = enable_agents(stage);
  play.arguments = in_alpha({{"name", "Stale"}, {"script", "ours();"}});
  return play;
}

Play update_script(Stage& stage, std::string theirs) {
  const auto id = new_script(stage);
  const auto value = theirs == "/script" ? base::base64("theirs();") : "theirs";
  return {.arguments = in_alpha({{"scriptId", id}, {"script", "ours();"}}),
          .other = [&stage, id, theirs, value] { stage.change(script(id, theirs.c_str()), value); },
          .own_shows = [&stage, id] { return stage.read(script(id, "/script")) == base::base64("ours();"); },
          .other_shows = [&stage, id, theirs, value] { return stage.read(script(id, theirs.c_str())) == value; }};
}

Play delete_script(Stage& stage) {
  auto play = update_script(stage, "/description");
  const auto id = play.arguments["scriptId"].get<std::string>();
  play.arguments.erase("script");
  play.own_shows = [&stage, id] { return !stage.exists(script(id, "")); };
  return play;
}

Play delete_script_in_use(Stage& stage) {
  auto play = delete_script(stage);
  const auto id = play.arguments["scriptId"].get<std::string>();
  const Place node{aic::node("alpha", "ScriptedDecisionNode", {}, "11111111-2222-4333-8444-555555555555"),
                   aic::am_headers()};
  play.other = [&stage, id, node] {
    stage.send("PUT", node,
               {{"_id", "11111111-2222-4333-8444-555555555555"},
                {"script", id},
                {"outcomes", {"true"}},
                {"inputs", {"*"}},
                {"outputs", {"*"}}});
  };
  play.other_shows = [&stage, id, node] { return stage.exists(node) && stage.exists(script(id, "")); };
  return play;
}

// -- CORS policies

Place policy(const char* pointer) {
  return {aic::cors_policy("stale"), aic::cors_headers(), pointer};
}

Json policy_settings() {
  return base::parse_json(R"({"acceptedOrigins":["https://a.example"],"acceptedMethods":["GET"],"acceptedHeaders":[],
      "exposedHeaders":[],"maxAge":5,"allowCredentials":false,"enabled":true})");
}

Json named_policy(const char* member) {
  Json named = policy_settings();
  named[member] = "stale";
  return named;
}

void post_policy(Stage& stage, std::int64_t max_age) {
  Json body = named_policy("_id");
  body["maxAge"] = max_age;
  stage.send("POST", {aic::cors_policies().query("_action", "create"), aic::cors_headers()}, body);
}

Play create_policy(Stage& stage) {
  return {.arguments = named_policy("policyId"),
          .other = [&stage] { post_policy(stage, 77); },
          .own_shows = [&stage] { return stage.read(policy("/maxAge")) == 5; },
          .other_shows = [&stage] { return stage.read(policy("/maxAge")) == 77; }};
}

Play update_policy(Stage& stage, std::string theirs) {
  post_policy(stage, 5);
  return {
      .arguments = {{"policyId", "stale"}, {"maxAge", 6}},
      .other = [&stage, theirs] { stage.change(policy(theirs.c_str()), theirs == "/maxAge" ? Json(77) : Json(false)); },
      .own_shows = [&stage] { return stage.read(policy("/maxAge")) == 6; },
      .other_shows =
          [&stage, theirs] {
            return stage.read(policy(theirs.c_str())) == (theirs == "/maxAge" ? Json(77) : Json(false));
          }};
}

Play delete_policy(Stage& stage) {
  auto play = update_policy(stage, "/enabled");
  play.arguments = {{"policyId", "stale"}};
  play.own_shows = [&stage] { return !stage.exists(policy("")); };
  return play;
}

// -- OIDC applications and their clients

Place client(const char* pointer) {
  return {aic::oauth2_client("alpha", "stale-client"), aic::am_headers(), pointer};
}

Json owner(Stage& stage) {
  const auto users =
      stage.send("GET", {aic::managed("alpha_user").query("_queryFilter", "true").query("_pageSize", "1")});
  return Json::array({{{"_ref", "managed/alpha_user/" + users["result"][0]["_id"].get<std::string>()}}});
}

Json new_app_arguments(Stage& stage) {
  return in_alpha({{"name", "Stale"}, {"clientId", "stale-client"}, {"owners", owner(stage)}});
}

Json application(Stage& stage) {
  const auto found = stage.send("GET", {aic::managed("alpha_application").query("_queryFilter", "name eq \"Stale\"")});
  return found["result"].empty() ? Json() : found["result"][0];
}

constexpr auto token_life = "/coreOAuth2ClientConfig/accessTokenLifetime/value";

Play create_app(Stage& stage) {
  return {.arguments = new_app_arguments(stage),
          .other =
              [&stage] {
                stage.send(
                    "PUT", client(""),
                    {{"coreOAuth2ClientConfig", {{"accessTokenLifetime", {{"inherited", false}, {"value", 77}}}}}});
              },
          .own_shows = [&stage] { return !application(stage).is_null(); },
          .other_shows = [&stage] { return stage.read(client(token_life)) == 77; }};
}

Play update_client(Stage& stage, bool same_setting) {
  stage.prepare("createOidcApp", new_app_arguments(stage));
  constexpr auto status = "/coreOAuth2ClientConfig/status/value";
  const Json wanted{
      {"coreOAuth2ClientConfig", same_setting ? Json{{"accessTokenLifetime", 5}} : Json{{"status", "Inactive"}}}};
  return {.arguments = in_alpha({{"name", "Stale"}, {"oauth2Client", wanted}}),
          .other = [&stage] { stage.change(client(token_life), 77); },
          .own_shows =
              [&stage, same_setting] {
                return same_setting ? stage.read(client(token_life)) == 5 : stage.read(client(status)) == "Inactive";
              },
          .other_shows = [&stage] { return stage.read(client(token_life)) == 77; }};
}

void describe_application(Stage& stage) {
  const auto id = application(stage)["_id"].get<std::string>();
  stage.send("PATCH", {aic::managed_object("alpha_application", id)},
             Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", "theirs"}}}));
}

Play update_application(Stage& stage, bool client_too) {
  auto play = update_client(stage, true);
  if (!client_too) play.arguments.erase("oauth2Client");
  play.arguments["managedApplication"] = {
      {"_rev", application(stage)["_rev"]},
      {"operations", Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", "ours"}}})}};
  play.other = [&stage] { describe_application(stage); };
  play.own_shows = [&stage] { return application(stage)["description"] == "ours"; };
  play.other_shows = [&stage] { return application(stage)["description"] == "theirs"; };
  return play;
}

Play delete_app(Stage& stage, bool other_changes_client) {
  auto play = other_changes_client ? update_client(stage, true) : update_application(stage, false);
  play.arguments = in_alpha({{"name", "Stale"}});
  if (other_changes_client) {
    // Once the client is deleted, there is nothing left to change.
    const auto has_changed = std::make_shared<bool>(false);
    play.other = [&stage, has_changed] {
      if (!stage.exists(client(""))) return;
      stage.change(client(token_life), 77);
      *has_changed = true;
    };
    play.other_shows = [&stage, has_changed] { return !*has_changed || stage.read(client(token_life)) == 77; };
  }
  play.own_shows = [&stage] { return application(stage).is_null() && !stage.exists(client("")); };
  return play;
}

// -- changes that are put back

// The change of `play` is made first; then it is put back while the other writer is at work.
Play undo_of(Stage& stage, const char* tool, Play play, std::function<bool()> former_shows) {
  stage.prepare(tool, play.arguments);
  play.arguments = {{"change", stage.journal.last()}};
  play.own_shows = std::move(former_shows);
  return play;
}

Play undo_patch(Stage& stage) {
  auto play = patch_object(stage);
  const Place place{
      aic::managed_object("alpha_role", play.arguments["objectId"].get<std::string>()), {}, "/description"};
  return undo_of(stage, "patchManagedObject", std::move(play), [&stage, place] { return stage.read(place) == "old"; });
}

Play undo_creation(Stage& stage) {
  return undo_of(stage, "setVariable", create_variable(stage), [&stage] { return !stage.exists(variable); });
}

Play undo_variable(Stage& stage) {
  return undo_of(stage, "setVariable", set_variable(stage, false),
                 [&stage] { return stored(stage, "/valueBase64") == base::base64("old"); });
}

Play undo_deletion(Stage& stage) {
  auto play = set_variable(stage, true);
  play.arguments = {{"variableId", "esv-stale"}};
  return undo_of(stage, "deleteVariable", std::move(play),
                 [&stage] { return stored(stage, "/valueBase64") == base::base64("old"); });
}

Play undo_script(Stage& stage) {
  auto play = update_script(stage, "/description");
  const auto id = play.arguments["scriptId"].get<std::string>();
  const Json former = stage.read(script(id, "/script"));
  return undo_of(stage, "updateScript", std::move(play),
                 [&stage, id, former] { return stage.read(script(id, "/script")) == former; });
}

Play undo_relationship(Stage& stage) {
  auto play = relate_while(stage, "add", "alpha_role");
  auto is_there = play.own_shows;
  return undo_of(stage, "patchManagedObjectRelationship", std::move(play), [is_there] { return !is_there(); });
}

// -- all of them

const std::vector<Case> cases{
    {"undoChange", "of a patch", undo_patch},
    {"undoChange", "of a creation", undo_creation},
    {"undoChange", "of a change", undo_variable},
    {"undoChange", "of a deletion", undo_deletion},
    {"undoChange", "of a script", undo_script},
    {"undoChange", "of a relationship", undo_relationship},
    {"createManagedObject", "", create_object, true, true},
    {"patchManagedObject", "same object", patch_object},
    {"deleteManagedObject", "changed", [](Stage& s) { return delete_object(s, false); }},
    {"deleteManagedObject", "with revision", [](Stage& s) { return delete_object(s, true); }},
    {"createManagedObjectDefinition", "another type", [](Stage& s) { return define_while(s, "theirs"); }, true},
    {"createManagedObjectDefinition", "the same type", [](Stage& s) { return define_while(s, "ours"); }},
    {"patchManagedObjectDefinition", "another type", [](Stage& s) { return patch_definition_while(s, "first"); }, true},
    {"patchManagedObjectDefinition", "the same place", [](Stage& s) { return patch_definition_while(s, "ours"); }},
    {"deleteManagedObjectDefinition", "another type", [](Stage& s) { return delete_definition_while(s, "first"); },
     true},
    {"deleteManagedObjectDefinition", "the same type", [](Stage& s) { return delete_definition_while(s, "ours"); }},
    {"deleteManagedObjectDefinition", "a new object", delete_definition_in_use},
    {"patchManagedObjectRelationship", "another type", [](Stage& s) { return relate_while(s, "add", "bravo_role"); },
     true},
    {"patchManagedObjectRelationship", "the same", [](Stage& s) { return relate_while(s, "add", "alpha_role"); }},
    {"patchManagedObjectRelationship", "update", [](Stage& s) { return relate_while(s, "update", "alpha_role"); }},
    {"patchManagedObjectRelationship", "remove", [](Stage& s) { return relate_while(s, "remove", "alpha_role"); }},
    {"setVariable", "value", [](Stage& s) { return set_variable(s, true); }},
    {"setVariable", "description", [](Stage& s) { return set_variable(s, false); }, true},
    {"setVariable", "new", create_variable},
    {"deleteVariable", "value", delete_variable},
    {"installIdmFeature", "", install_feature},
    {"enableAiAgent", "", enable_agents, true, true},
    {"createTheme", "another", create_theme<false>, true},
    {"createTheme", "another, newer layout", create_theme<true>, true},
    {"updateTheme", "another", [](Stage& s) { return update_theme<false>(s, "Theirs"); }, true},
    {"updateTheme", "the same", [](Stage& s) { return update_theme<false>(s, "Ours"); }},
    {"updateTheme", "another, newer layout", [](Stage& s) { return update_theme<true>(s, "Theirs"); }, true},
    {"updateTheme", "the same, newer layout", [](Stage& s) { return update_theme<true>(s, "Ours"); }, false, false, 3},
    {"deleteTheme", "another", [](Stage& s) { return delete_theme<false>(s, "Theirs"); }, true},
    {"deleteTheme", "the same", [](Stage& s) { return delete_theme<false>(s, "Ours"); }},
    {"deleteTheme", "another, newer layout", [](Stage& s) { return delete_theme<true>(s, "Theirs"); }, true},
    {"deleteTheme", "the same, newer layout", [](Stage& s) { return delete_theme<true>(s, "Ours"); }, false, false, 3},
    {"setDefaultTheme", "another", default_theme<false>, true},
    {"setDefaultTheme", "another, newer layout", default_theme<true>, true},
    {"createJourney", "the same", create_journey},
    {"updateJourney", "other setting", [](Stage& s) { return describe_journey(s, "/enabled", false); }, true},
    {"updateJourney", "the same setting", [](Stage& s) { return describe_journey(s, "/description", false); }},
    {"updateJourney", "with revision", [](Stage& s) { return describe_journey(s, "/enabled", true); }},
    {"updateJourney", "a node's settings", rewrite_graph, false, false, 2},
    {"updateJourneyNode", "other setting", [](Stage& s) { return update_node(s, "/defaultChoice"); }, true},
    {"updateJourneyNode", "the same setting", [](Stage& s) { return update_node(s, "/prompt"); }},
    {"updateJourneyNode", "a page's other setting", [](Stage& s) { return fill_page(s, false); }, true},
    {"updateJourneyNode", "a page's nodes", [](Stage& s) { return fill_page(s, true); }, false, false, 1, 100, true},
    {"setDefaultJourney", "disabled", [](Stage& s) { return default_journey(s, true); }},
    {"setDefaultJourney", "another default", [](Stage& s) { return default_journey(s, false); }, false, false, 2},
    {"deleteJourney", "changed", delete_journey},
    {"deleteJourney", "made the default", delete_journey_that_becomes_default},
    // Nodes that could not be deleted after the journey are told.
    {"deleteJourney", "changed, nodes shared", delete_shared_journey, false, false, 1, 2},
    {"deleteJourney", "a node taken, nodes shared", delete_journey_whose_node_is_taken, false, false, 1, 2},
    {"deleteJourneyNodes", "changed", [](Stage& s) { return delete_node(s, false); }, false, false, 3},
    {"deleteJourneyNodes", "used", [](Stage& s) { return delete_node(s, true); }},
    {"createScript", "", create_script, true, true},
    {"updateScript", "other member", [](Stage& s) { return update_script(s, "/description"); }, true},
    {"updateScript", "the same member", [](Stage& s) { return update_script(s, "/script"); }},
    {"deleteScript", "changed", delete_script},
    {"deleteScript", "used", delete_script_in_use},
    {"createCorsPolicy", "the same", create_policy},
    {"updateCorsPolicy", "other setting", [](Stage& s) { return update_policy(s, "/enabled"); }, true},
    {"updateCorsPolicy", "the same setting", [](Stage& s) { return update_policy(s, "/maxAge"); }},
    {"deleteCorsPolicy", "changed", delete_policy},
    {"createOidcApp", "the same client", create_app, false, false, 2},
    {"updateOidcApp", "other setting", [](Stage& s) { return update_client(s, false); }, true},
    {"updateOidcApp", "the same setting", [](Stage& s) { return update_client(s, true); }, false, false, 2},
    {"updateOidcApp", "application", [](Stage& s) { return update_application(s, false); }},
    {"updateOidcApp", "both halves", [](Stage& s) { return update_application(s, true); }},
    {"deleteOidcApp", "client changed", [](Stage& s) { return delete_app(s, true); }, false, false, 2},
    {"deleteOidcApp", "application changed", [](Stage& s) { return delete_app(s, false); }},
};

class StaleWrites : public ::testing::TestWithParam<Case> {
 protected:
  int writes = 0;  // that the tool sends, undisturbed

  // How many requests it sends until its last write, undisturbed.
  int length() {
    Stage stage;
    const auto play = GetParam().play(stage);
    const auto result = stage.run(GetParam().tool, play.arguments, Wait::unsent, -1, {});
    EXPECT_FALSE(result.is_error) << result.text;
    EXPECT_TRUE(play.own_shows());
    EXPECT_TRUE(Stage::is_write(stage.lines().at(static_cast<std::size_t>(stage.last_write()))));
    EXPECT_EQ(stage.last_write() == 0, GetParam().begins_with_write);
    writes = static_cast<int>(std::ranges::count_if(stage.lines(), Stage::is_write));
    return stage.last_write() + 1;
  }

  static void both_or_nothing(Stage& stage, const Play& play, const test::CallResult& result) {
    EXPECT_TRUE(play.other_shows()) << "the other change is lost; the tool said: " << result.text;
    if (!result.is_error) {
      EXPECT_TRUE(play.own_shows()) << "not stored: " << result.text;
    } else if (stage.changed_before == 0) {
      if (GetParam().in_steps && !stage.writes.empty())
        EXPECT_EQ(result.category(), "partial") << result.text;
      else
        EXPECT_THAT(stage.writes, IsEmpty()) << result.text;
      EXPECT_FALSE(GetParam().both) << "both could be stored: " << result.text;
    } else {
      EXPECT_EQ(result.category(), "partial") << result.text;
    }
  }
};

TEST_P(StaleWrites, KeepTheOtherChangeOrWriteNothing) {
  const int requests = length();
  for (const auto& [wait, name] : waits) {
    for (int at = GetParam().begins_with_write ? 0 : GetParam().first;
         at < requests + (wait == Wait::late_bearer ? 2 : 0); ++at) {
      if (!is_tried(wait, at)) continue;
      SCOPED_TRACE(fmt::format("{} at number {}", name, at));
      Stage stage;
      const auto play = GetParam().play(stage);
      stage.all_writes = writes;
      const auto result = stage.run(GetParam().tool, play.arguments, wait, at, play.other);
      if (stage.acted && stage.changed_before < writes) both_or_nothing(stage, play, result);
    }
  }
}

TEST_P(StaleWrites, SucceedWhenNobodyElseActsMeanwhile) {
  const int requests = length();
  for (const auto& [wait, name] : waits) {
    for (int at = 0; at < requests; ++at) {
      if (!is_tried(wait, at)) continue;
      SCOPED_TRACE(fmt::format("{} at number {}", name, at));
      Stage stage;
      const auto play = GetParam().play(stage);
      const auto result = stage.run(GetParam().tool, play.arguments, wait, at, {});
      EXPECT_FALSE(result.is_error) << result.text;
      EXPECT_TRUE(play.own_shows()) << result.text;
    }
  }
}

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.tool << ": " << one.what;
}

std::string name_of_case(const ::testing::TestParamInfo<Case>& one) {
  std::string name = fmt::format("{}_{}", one.param.tool, one.param.what);
  std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(OfEveryTool, StaleWrites, ::testing::ValuesIn(cases), name_of_case);

// -- lost answers

const std::vector<Case> further_lost_cases{
    {"createManagedObject", "the same id", create_object_of_id},
    {"createManagedObject", "the same name", [](Stage& s) { return create_user(s, false); }},
    {"createManagedObject", "another password", [](Stage& s) { return create_user(s, true); }},
};

std::vector<Case> lost_cases() {
  auto all = cases;
  all.insert(all.end(), further_lost_cases.begin(), further_lost_cases.end());
  return all;
}

class LostAnswers : public ::testing::TestWithParam<Case> {
 protected:
  // The places of the tool's writes in the row of its requests, undisturbed.
  static std::vector<int> writes() {
    Stage stage;
    const auto play = GetParam().play(stage);
    stage.run(GetParam().tool, play.arguments, Wait::unsent, -1, {});
    std::vector<int> places;
    for (std::size_t i = 0; i < stage.lines().size(); ++i) {
      if (Stage::is_write(stage.lines()[i])) places.push_back(static_cast<int>(i));
    }
    places.resize(std::min(places.size(), GetParam().most_writes));
    return places;
  }

  enum class Truth { lost, lost_beside_another, stored };

  static void play(Loss loss, int at, Truth truth) {
    Stage stage;
    const auto play = GetParam().play(stage);
    const bool arrives = truth == Truth::stored;
    const auto result = stage.run_losing(GetParam().tool, play.arguments, loss, at, arrives,
                                         truth == Truth::lost_beside_another ? play.other : std::function<void()>());
    if (truth == Truth::stored) {
      EXPECT_NE(result.category(), "transient") << "it was stored, and the tool says: " << result.text;
      EXPECT_NE(result.category(), "conflict") << "it was stored, and the tool says: " << result.text;
    } else if (truth == Truth::lost) {
      EXPECT_TRUE(result.is_error) << "it was lost, and the tool says: " << result.text;
    }
    if (!result.is_error) EXPECT_TRUE(play.own_shows()) << "not stored: " << result.text;
  }

  static void play_all(Truth truth) {
    for (const int at : writes()) {
      for (std::size_t i = 0; i < losses.size(); ++i) {
        const auto& [loss, name] = losses[i];
        if (!is_tried(i, at)) continue;
        SCOPED_TRACE(fmt::format("{} at number {}", name, at));
        play(loss, at, truth);
      }
    }
  }
};

TEST_P(LostAnswers, AreNoSuccessWhereTheWriteWasLost) {
  play_all(Truth::lost);
}

TEST_P(LostAnswers, AreNoSuccessWhereSomebodyElseWroteInItsPlace) {
  play_all(Truth::lost_beside_another);
}

TEST_P(LostAnswers, AreNoDenialWhereTheWriteWasStored) {
  play_all(Truth::stored);
}

INSTANTIATE_TEST_SUITE_P(OfEveryTool, LostAnswers, ::testing::ValuesIn(lost_cases()), name_of_case);

TEST(StaleWritesOfTools, HaveACaseForEveryToolThatWrites) {
  std::set<std::string_view> tried;
  for (const auto& one : cases) tried.insert(one.tool);
  for (const Tool* tool : catalog()) {
    // What asks for no token, signOut, writes nothing of the tenant's.
    EXPECT_EQ(tried.contains(tool->name), tools::changes_tenant(*tool)) << tool->name;
  }
}

}  // namespace
}  // namespace tools
