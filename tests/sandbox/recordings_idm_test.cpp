#include "sandbox/idm/idm.h"
#include "sandbox/replay.h"

namespace sandbox {
namespace {

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

}  // namespace
}  // namespace sandbox
