// Replays recorded tenant traffic against the fake tenant: the recorded state is set up where that is possible, the
// request is made, and members, types, error bodies and the headers that matter are compared.
// The recordings are not part of this repository: AIC_RECORDINGS, or ../shared/recordings beside it.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "sandbox/am.h"
#include "sandbox/api.h"
#include "sandbox/esv.h"
#include "sandbox/idm.h"

namespace sandbox {
namespace {

using base::Json;
namespace fs = std::filesystem;

fs::path recordings() {
  if (const char* given = std::getenv("AIC_RECORDINGS")) return given;
  return fs::path(AIC_SOURCE_DIR).parent_path() / "shared" / "recordings";
}

// Settings that the tenant adds on every write; nodes written by older tenants lack them (tenant-behaviour §3).
bool is_added_by_writing(const std::string& name) {
  static const std::set<std::string> added{"displayErrorOutcome", "storeTokens", "autocompleteValues", "version"};
  return added.contains(name);
}

// Where `actual` has other members or types than `expected`; empty when it has not.
void compare(const Json& expected, const Json& actual, const std::string& where,
             std::vector<std::string>& differences) {
  if (expected.is_null() || actual.is_null()) return;
  const auto kind = [](const Json& value) { return value.is_number() ? "number" : std::string(value.type_name()); };
  if (kind(expected) != kind(actual)) {
    differences.push_back(fmt::format("{}: {} instead of {}", where, kind(actual), kind(expected)));
    return;
  }
  if (expected.is_array()) {
    if (!expected.empty() && !actual.empty()) compare(expected.front(), actual.front(), where + "/0", differences);
    return;
  }
  if (!expected.is_object()) return;
  for (const auto& [name, value] : expected.items()) {
    if (value.is_null()) continue;
    if (!actual.contains(name)) {
      differences.push_back(fmt::format("{}/{} is missing", where, name));
    } else {
      compare(value, actual[name], where + "/" + name, differences);
    }
  }
  for (const auto& [name, value] : actual.items()) {
    if (!expected.contains(name) && !is_added_by_writing(name))
      differences.push_back(fmt::format("{}/{} is new", where, name));
  }
}

struct Record {
  explicit Record(const Json& json) : json(json) {}
  const Json& json;

  std::string text(const char* name) const { return base::text_member(json, name); }
  std::string method() const { return text("method"); }
  std::string path() const { return text("path"); }
  int status() const { return json["status"].get<int>(); }
  const Json& request_body() const { return base::member(json, "requestBody"); }
  const Json& body() const { return base::member(json, "responseBody"); }
  std::string query(const char* name) const { return base::text_member(json["query"], name); }
  std::string request_header(const char* name) const { return base::text_member(json["requestHeaders"], name); }
  std::string response_header(const char* name) const { return base::text_member(json["responseHeaders"], name); }
  bool is_list() const { return body().is_object() && body().contains("result") && body().contains("resultCount"); }
  std::vector<std::string> segments() const { return crest::parse_pointer(path()); }

  std::string target() const {
    std::string target;
    for (const auto& segment : segments()) target += "/" + base::percent_encode(segment);
    base::FormFields fields;
    for (const auto& [name, value] : json["query"].items()) fields.emplace_back(name, value.get<std::string>());
    return fields.empty() ? target : target + "?" + base::print_form(fields);
  }
  net::Headers headers() const {
    net::Headers headers;
    for (const char* name : {"accept-api-version", "if-match", "if-none-match"}) {
      if (!request_header(name).empty()) headers.emplace_back(name, request_header(name));
    }
    return headers;
  }
};

class Replay {
 public:
  explicit Replay(const std::string& family) : family_(family) {
    std::ifstream file(recordings() / (family + ".json"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    records_ = base::parse_json(text);
  }

  // Each record in turn; `reason` says why one cannot be replayed, or is empty.
  template <typename Prepare>
  void run(Prepare prepare) {
    std::vector<std::string> left_out;
    int covered = 0;
    for (const Json& json : records_) {
      const Record record(json);
      const std::string reason = prepare(api, record);
      if (!reason.empty()) {
        left_out.push_back(record.text("id").substr(family_.size() + 1) + " (" + reason + ")");
        continue;
      }
      ++covered;
      check(record);
    }
    std::cout << fmt::format("[ COVERED  ] {}: {} of {}", family_, covered, records_.size());
    if (!left_out.empty()) std::cout << fmt::format("; not: {}", fmt::join(left_out, ", "));
    std::cout << std::endl;
    EXPECT_GT(covered, 0);
  }

  Api api;

 private:
  void check(const Record& record) {
    SCOPED_TRACE(fmt::format("{} {} {}", record.text("id"), record.method(), record.target()));
    const Json& sent = record.request_body();
    const std::string body = sent.is_string() ? sent.get<std::string>() : sent.is_null() ? "" : base::print_json(sent);
    const Answer answer = api.send(record.method(), record.target(), body, record.headers());
    EXPECT_EQ(answer.status, record.status()) << answer.raw.substr(0, 400);
    if (answer.status != record.status()) return;
    if (answer.status >= 400) {
      check_error(record, answer);
    } else {
      std::vector<std::string> differences;
      compare(record.body(), answer.body, "", differences);
      // Tenants of older dates know fewer members than the one we imitate, and so do clients that they wrote.
      if (record.text("recordedAt") < "2026" || family_ == "am-oauth2-clients") {
        std::erase_if(differences, [](const std::string& difference) { return difference.ends_with(" is new"); });
      }
      EXPECT_TRUE(differences.empty()) << fmt::format("{}", fmt::join(differences, "\n"));
    }
    check_headers(record, answer);
  }

  static void check_error(const Record& record, const Answer& answer) {
    EXPECT_EQ(base::member(answer.body, "code"), record.body()["code"]);
    EXPECT_EQ(base::member(answer.body, "message"), record.body()["message"]);
    EXPECT_EQ(answer.body.contains("reason"), record.body().contains("reason"));
    if (record.body().contains("detail") && !record.body()["detail"].contains("validAttributes")) {
      EXPECT_EQ(base::member(answer.body, "detail"), record.body()["detail"]);
    }
  }

  static void check_headers(const Record& record, const Answer& answer) {
    EXPECT_EQ(answer.header("etag").empty(), record.response_header("etag").empty());
    if (!record.response_header("location").empty()) {
      EXPECT_EQ(base::percent_decode(answer.header("location")), record.response_header("location"));
    }
    EXPECT_EQ(answer.header("x-not-modified"), record.response_header("x-not-modified"));
  }

  std::string family_;
  Json records_;
};

bool has_recordings() {
  return fs::exists(recordings() / "README.md");
}

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_recordings()) GTEST_SKIP() << "no recordings of tenants at " << recordings() << "; set AIC_RECORDINGS";
  }
};

std::string realm_of(const std::string& path) {
  return path.find("/realms/bravo/") != std::string::npos ? "bravo" : "alpha";
}

Json plain_members(const Json& document) {
  Json result = Json::object();
  for (const auto& [name, value] : document.items()) {
    if (!name.starts_with('_')) result[name] = value;
  }
  return result;
}

void put_tree(Api& api, const std::string& realm, const Json& tree) {
  const auto answer =
      api.call("PUT",
               fmt::format("/am/json/realms/root/realms/{}/realm-config/authentication/authenticationtrees/trees/{}",
                           realm, base::percent_encode(base::text_member(tree, "_id"))),
               plain_members(tree));
  EXPECT_LT(answer.status, 300) << answer.raw;
}

TEST_F(Recordings, JourneysAreAnsweredAsRecorded) {
  Replay replay("am-journeys");
  replay.run([](Api& api, const Record& record) -> std::string {
    if (record.request_body().is_string()) return "answered by a proxy in front";
    auto& trees = api.tenant.am->realms.at(realm_of(record.path())).trees;
    if (record.status() >= 400) return "";
    trees.clear();
    if (record.is_list()) {
      for (const Json& tree : record.body()["result"]) put_tree(api, realm_of(record.path()), tree);
    } else if (record.status() == 200) {
      put_tree(api, realm_of(record.path()), record.body());
    }
    return "";
  });
}

TEST_F(Recordings, RevisionsOfJourneysAreTheirHash) {
  std::ifstream file(recordings() / "am-journeys.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  int checked = 0;
  const auto check = [&](const Json& tree) {
    if (!tree.contains("_rev") || !tree.contains("nodes")) return;
    EXPECT_EQ(Json(std::to_string(crest::java_hash(crest::without(tree, "_rev")))), tree["_rev"]) << tree["_id"];
    ++checked;
  };
  for (const Json& record : base::parse_json(text)) {
    if (record.value("responseScrubbed", false) || record.value("droppedItems", 0) > 0) continue;
    const Json& body = base::member(record, "responseBody");
    if (body.is_object() && body.contains("result")) std::ranges::for_each(body["result"], check);
    if (body.is_object()) check(body);
  }
  EXPECT_GT(checked, 50);
}

TEST_F(Recordings, NodesAreAnsweredAsRecorded) {
  Replay replay("am-nodes");
  replay.run([](Api& api, const Record& record) -> std::string {
    auto& realm = api.tenant.am->realms.at(realm_of(record.path()));
    const auto segments = record.segments();
    const auto nodes = std::ranges::find(segments, "nodes") - segments.begin();
    const std::string type = segments.at(static_cast<std::size_t>(nodes) + 1);
    if (am::node_type(type).is_null() && record.status() < 400) return "type " + type + " is not offered";
    realm.nodes.clear();
    if (record.status() == 409) {
      am::store_node(realm, type, base::text_member(record.request_body(), "_id"), "1.0",
                     plain_members(record.request_body()));
    }
    if (record.status() >= 400) return "";
    const auto store = [&](const Json& node) {
      const std::string version = base::text_member(base::member(node, "_type"), "version", "1.0");
      am::store_node(realm, type, base::text_member(node, "_id"), version, plain_members(node));
    };
    if (record.is_list()) std::ranges::for_each(record.body()["result"], store);
    if (!record.is_list() && record.status() == 200) store(record.body());
    return "";
  });
}

TEST_F(Recordings, NodeTypesAreAnsweredAsRecorded) {
  Replay replay("am-node-types");
  replay.run([](Api&, const Record& record) -> std::string {
    return record.query("_action") == "nextdescendents" ? "its nodes are not stored here" : "";
  });
}

TEST_F(Recordings, RealmSettingsAreAnsweredAsRecorded) {
  Replay replay("am-authentication");
  replay.run([](Api& api, const Record& record) -> std::string {
    if (record.status() == 200)
      api.tenant.am->realms.at(realm_of(record.path())).authentication = plain_members(record.body());
    return "";
  });
}

TEST_F(Recordings, ScriptsAreAnsweredAsRecorded) {
  Replay replay("am-scripts");
  replay.run([](Api& api, const Record& record) -> std::string {
    if (record.path().find("/libraries") != std::string::npos) return "no tool reads libraries";
    if (record.status() == 403) return "";
    auto& scripts = api.tenant.am->realms.at(realm_of(record.path())).scripts;
    const std::string context =
        base::text_member(record.request_body(), "context", base::text_member(record.body(), "context"));
    if (record.method() == "PUT" && api.get("/am/json/alpha/contexts/" + context).status != 200) {
      return "context " + context + " is not offered";
    }
    scripts.clear();
    if (record.is_list()) scripts.assign(record.body()["result"].begin(), record.body()["result"].end());
    if (!record.is_list() && record.status() == 200) scripts.push_back(record.body());
    if (record.status() == 409) {
      Json other = record.request_body();
      other["_id"] = "another";
      scripts.push_back(other);
    }
    return "";
  });
}

TEST_F(Recordings, ClientsAreAnsweredAsRecorded) {
  Replay replay("am-oauth2-clients");
  replay.run([](Api& api, const Record& record) -> std::string {
    if (record.query("_action") == "nextdescendents") return "no tool asks for it";
    if (record.status() >= 400 || record.query("_action") == "getAllTypes") return "";
    auto& clients = api.tenant.am->realms.at(realm_of(record.path())).clients;
    clients.clear();
    const auto put = [&](const Json& client) {
      const auto answer =
          api.call("PUT",
                   fmt::format("/am/json/realms/root/realms/{}/realm-config/agents/OAuth2Client/{}",
                               realm_of(record.path()), base::percent_encode(base::text_member(client, "_id"))),
                   plain_members(client));
      EXPECT_LT(answer.status, 300) << record.text("id") << answer.raw;
    };
    if (record.is_list()) std::ranges::for_each(record.body()["result"], put);
    if (!record.is_list() && record.status() == 200) put(record.body());
    return "";
  });
}

TEST_F(Recordings, TheProviderIsAnsweredAsRecorded) {
  Replay replay("am-oauth-oidc-service");
  replay.run([](Api& api, const Record& record) -> std::string {
    if (record.status() >= 400) return "";
    Json& provider = api.tenant.am->realms.at(realm_of(record.path())).oauth_provider;
    provider = record.status() == 201 ? Json() : plain_members(record.body());
    return "";
  });
}

TEST_F(Recordings, ScriptContextsAreAnsweredAsRecorded) {
  Replay replay("am-script-contexts");
  replay.run([](Api& api, const Record& record) -> std::string {
    if (!record.path().starts_with("/am/json/contexts/")) return "no tool asks for it";
    return api.get(record.target()).status == 200 ? "" : "context is not offered";
  });
}

// Puts an object into the tenant as it stands, relationships aside.
void insert(Api& api, const std::string& type, const Json& object) {
  IdmState& state = *api.tenant.idm;
  Json own = {{"_id", object["_id"]}, {"_rev", base::text_member(object, "_rev", "x-1")}};
  for (const auto& [name, value] : object.items()) {
    const Json& property = base::member(idm::schema_properties(state, type), name);
    const bool is_own =
        idm::relationship_of(property).is_null() && !(property.is_object() && property.value("isVirtual", false));
    if (is_own && !value.is_null()) own[name] = value;
  }
  state.objects[type].push_back(own);
}

void ensure_target(Api& api, const Json& reference) {
  const auto path = crest::parse_pointer(base::text_member(reference, "_ref"));
  if (path.size() != 3 || idm::find_object(*api.tenant.idm, path[1], path[2])) return;
  insert(api, path[1],
         {{"_id", path[2]},
          {"oauth2ClientId", "client"},
          {"name", "target"},
          {"ssoEntities", base::member(reference, "ssoEntities")}});
}

// Objects and relationships that an answer shows.
void recreate(Api& api, const std::string& type, const Json& object) {
  const std::string id = base::text_member(object, "_id");
  insert(api, type, object);
  if (const Json& resource = base::member(object, "resourceData"); resource.contains("_ref")) {
    ensure_target(api, resource);
    idm::relate(*api.tenant.idm, type, id, "resource", {{{"_ref", resource["_ref"]}}});
  }
  for (const auto& [name, value] : object.items()) {
    const Json& property = base::member(idm::schema_properties(*api.tenant.idm, type), name);
    if (idm::relationship_of(property).is_null()) continue;
    for (const Json& reference : value.is_array() ? value : Json::array({value})) {
      if (!reference.is_object()) continue;
      ensure_target(api, reference);
      idm::link(*api.tenant.idm, type, id, name, reference);
    }
  }
  const std::string agent = base::text_member(object, "agentID");
  if (agent.empty() || !idm::links_of(*api.tenant.idm, type, id, "agent").empty()) return;
  const Json reference = {{"_ref", "managed/alpha_aiagent/" + agent}};
  ensure_target(api, reference);
  idm::link(*api.tenant.idm, type, id, "agent", reference);
}

void forget_objects(Api& api) {
  api.tenant.idm->objects.clear();
  api.tenant.idm->links.clear();
}

// The privileges of AI agents belong to groups and applications on tenants that have them.
void add_privilege_properties(Api& api) {
  for (const char* type : {"alpha_group", "alpha_application"}) {
    Json& schema = idm::definition(*api.tenant.idm, type)["schema"];
    schema["properties"]["aiagentprivileges"] = {
        {"type", "array"},
        {"items",
         {{"type", "relationship"},
          {"resourceCollection", Json::array({{{"path", "managed/alpha_aiagentprivilege"}}})}}}};
  }
}

TEST_F(Recordings, ManagedObjectsAreAnsweredAsRecorded) {
  Replay replay("idm-managed");
  EXPECT_EQ(replay.api.call("POST", "/environment/aiagent?_action=enable", Json::object()).status, 200);
  add_privilege_properties(replay.api);
  replay.run([](Api& api, const Record& record) -> std::string {
    const auto segments = record.segments();
    const std::string& type = segments.at(2);
    if (type == "svcacct" && record.status() < 400) return "service accounts belong to the platform";
    forget_objects(api);
    const Json& shown_resource = base::member(record.body(), "resourceData");
    if (shown_resource.contains("_ref")) ensure_target(api, shown_resource);
    for (const Json& operation : record.request_body().is_array() ? record.request_body() : Json::array()) {
      const Json& value = base::member(operation, "value");
      for (const Json& item : value.is_array() ? value : Json::array({value})) ensure_target(api, item);
    }
    if (record.request_body().is_object()) ensure_target(api, base::member(record.request_body(), "agent"));
    if (record.status() == 412) recreate(api, type, record.request_body());
    if (record.status() == 403 && record.method() == "PATCH")
      insert(api, type, {{"_id", segments.at(3)}, {"name", "x"}});
    if (record.status() >= 400 || record.status() == 201) return "";
    if (segments.size() == 5) {
      insert(api, type, {{"_id", segments[3]}, {"name", "x"}, {"oauth2ClientId", "y"}});
      for (const Json& item : record.body()["result"]) {
        Json target = item;
        target["_id"] = item["_refResourceId"];
        target.erase("agent");
        if (!idm::find_object(*api.tenant.idm, "alpha_aiagentprivilege", target["_id"].get<std::string>())) {
          insert(api, "alpha_aiagentprivilege", target);
        }
        if (const Json& resource = base::member(target, "resourceData"); resource.contains("_ref")) {
          ensure_target(api, resource);
          idm::link(*api.tenant.idm, "alpha_aiagentprivilege", target["_id"], "resource", {{"_ref", resource["_ref"]}});
        }
        idm::link(*api.tenant.idm, type, segments[3], segments[4], {{"_ref", item["_ref"]}});
      }
    } else if (record.is_list()) {
      for (const Json& object : record.body()["result"]) {
        Json whole = object;
        const std::string filter = record.query("_queryFilter");
        if (filter.find("name eq") == 0) whole["name"] = filter.substr(9, filter.size() - 10);
        recreate(api, type, whole);
      }
    } else {
      Json before = record.body();
      const bool changes = record.method() == "PATCH" && record.response_header("x-not-modified").empty();
      recreate(api, type, before);
      for (const Json& operation : record.request_body().is_array() ? record.request_body() : Json::array()) {
        const std::string name = crest::parse_pointer(base::text_member(operation, "field")).front();
        const Json& value = operation["value"];
        if (!value.is_object()) continue;
        const std::vector<Json> before_it = changes ? std::vector<Json>() : std::vector<Json>{value};
        idm::relate(*api.tenant.idm, type, segments.at(3), name, before_it);
      }
    }
    return "";
  });
}

TEST_F(Recordings, ConfigurationOfIdmIsAnsweredAsRecorded) {
  for (const char* family : {"idm-config-other", "idm-themes", "idm-managed-config"}) {
    Replay replay(family);
    replay.run([](Api& api, const Record& record) -> std::string {
      if (record.status() == 401 || record.status() == 403) return "by role, or by the platform's edge";
      const auto segments = record.segments();
      const std::string id = fmt::format("{}", fmt::join(segments.begin() + 2, segments.end(), "/"));
      if (record.status() == 200 && id == "managed") {
        api.tenant.idm->managed = record.body();
      } else if (record.status() == 200) {
        api.tenant.idm->config[id] = record.body();
      } else {
        api.tenant.idm->config.erase(id);
      }
      return "";
    });
  }
}

TEST_F(Recordings, VariablesAndSecretsAreAnsweredAsRecorded) {
  Replay variables("esv-variables");
  variables.run([](Api& api, const Record& record) -> std::string {
    auto& state = api.tenant.esv->variables;
    state.clear();
    if (record.status() >= 400) return "";
    if (record.is_list()) {
      for (const Json& variable : record.body()["result"]) state[base::text_member(variable, "_id")] = variable;
    } else if (record.method() != "PUT") {
      state[record.segments().at(2)] =
          record.body().is_null() ? Json{{"_id", "x"}, {"description", ""}} : record.body();
    }
    return "";
  });
  Replay secrets("esv-secrets");
  secrets.run([](Api& api, const Record& record) -> std::string {
    auto& state = api.tenant.esv->secrets;
    const auto segments = record.segments();
    state.clear();
    if (record.status() == 500) return "its cause is not known";
    if (record.status() == 404 || record.status() == 422) return "";
    if (record.is_list()) {
      for (const Json& secret : record.body()["result"]) state[base::text_member(secret, "_id")].document = secret;
      return "";
    }
    if (record.method() == "PUT" && record.status() == 200) return "";
    Secret& secret = state[segments.at(2)];
    secret.document = {{"_id", segments[2]}, {"activeVersion", "1"}, {"loadedVersion", ""}};
    if (segments.size() == 3 && record.body().is_object() && record.status() == 200) secret.document = record.body();
    if (record.body().is_array()) secret.versions = record.body();
    if (segments.size() == 5) {
      const bool is_newest = record.status() == 400;
      if (!is_newest)
        secret.versions.push_back({{"createDate", ""}, {"loaded", false}, {"status", "ENABLED"}, {"version", "9"}});
      secret.versions.push_back(
          {{"createDate", ""}, {"loaded", false}, {"status", "ENABLED"}, {"version", segments[4]}});
    }
    return "";
  });
}

TEST_F(Recordings, TheRestIsAnsweredAsRecorded) {
  for (const char* family : {"env-misc", "logs-and-keys", "idm-schema"}) {
    Replay replay(family);
    EXPECT_EQ(replay.api.call("POST", "/environment/aiagent?_action=enable", Json::object()).status, 200);
    replay.run([](Api&, const Record&) -> std::string { return ""; });
  }
}

}  // namespace
}  // namespace sandbox
