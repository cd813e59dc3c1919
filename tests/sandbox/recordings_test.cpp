// AM, variables, secrets and the rest; what IDM answered is in recordings_idm_test.cpp.

#include <algorithm>

#include "sandbox/am/am.h"
#include "sandbox/esv/esv.h"
#include "sandbox/replay.h"

namespace sandbox {
namespace {

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
    // The recorded tenant had what its nodes name.
    const Json& sent = record.request_body();
    realm.scripts.push_back({{"_id", base::text_member(sent, "script")}});
    realm.trees.push_back({{"_id", base::text_member(sent, "tree")}, {"nodes", Json::object()}});
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
