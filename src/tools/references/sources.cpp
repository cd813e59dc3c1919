#include "tools/references/sources.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/requests.h"
#include "tools/themes/store.h"

namespace tools::references {
namespace {

using Documents = std::vector<Document>;

// Configuration that can hold scripts or names of types. Themes and the managed configuration are read for themselves.
constexpr std::array config_heads{"mapping/",  "emailTemplate/",   "endpoint/",   "schedule/",      "provisioner",
                                  "external.", "fieldPolicy/",     "selfservice", "privilege",      "alphaOrg",
                                  "bravoOrg",  "ui/configuration", "access",      "authentication", "notification",
                                  "workflow",  "internal",         "uilocale/",   "servletfilter/", "router"};

// The reply, or nothing where the tenant says that it has no such thing.
net::Task<Json> if_there(net::Task<aic::Reply> request) {
  auto attempt = co_await aic::attempt(std::move(request));
  if (attempt.is_missing()) co_return Json();
  co_return std::move(attempt.value().body);
}

net::Task<Json> list(Call& call, base::Target target, aic::RequestOptions how, aic::PageQuery query = {}) {
  Json body = co_await if_there(aic::get_whole(call.tenant(), std::move(target), std::move(query), std::move(how)));
  co_return body.is_null() ? Json::array() : std::move(body["result"]);
}

net::Task<aic::Reply> ask_for_descendents(Call& call, base::Target target) {
  const auto path = target.path();
  auto reply = co_await call.tenant().post(target.query("_action", "nextdescendents"), Json::object(), am_question());
  aic::need_content(path, reply.body, "result");
  co_return reply;
}

net::Task<Json> descendents(Call& call, base::Target target) {
  Json body = co_await if_there(ask_for_descendents(call, std::move(target)));
  co_return body.is_null() ? Json::array() : std::move(body["result"]);
}

Documents as_documents(std::string_view in, const Json& entries, const char* name = "name", const char* id = "_id") {
  Documents documents;
  for (const Json& entry : entries) {
    if (!entry.is_object()) continue;
    documents.push_back({std::string(in), base::text_member(entry, id), base::text_member(entry, name), entry});
  }
  return documents;
}

Json readable_source(const Json& script) {
  const auto encoded = base::text_member(script, "script");
  return base::base64_decode(encoded).value_or(encoded);
}

net::Task<Documents> scripts(Call& call, std::string realm) {
  // Each realm has the vendor's scripts: that there is no such list is no answer.
  const aic::PageQuery all{.page_size = -1};
  const auto reply =
      co_await aic::get_whole(call.tenant(), aic::scripts(realm), all, am_request(aic::script_headers()));
  Documents documents;
  for (const Json& script : reply.body["result"])
    documents.push_back({"script",
                         base::text_member(script, "_id"),
                         base::text_member(script, "name"),
                         {{"script", readable_source(script)}}});
  co_return documents;
}

// The list of services holds the realm's scripts as well.
net::Task<Documents> services(Call& call, std::string realm) {
  Documents documents;
  for (Json& service : co_await descendents(call, aic::services(realm))) {
    const Json& type = base::member(service, "_type");
    if (base::is_text(base::member(type, "_id"), "scripts") || base::is_text(base::member(type, "name"), "Scripting"))
      continue;
    auto id = base::text_member(type, "_id", base::text_member(service, "_id"));
    documents.push_back({"service", std::move(id), base::text_member(type, "name"), std::move(service)});
  }
  co_return documents;
}

// The list shows no settings; entities of others hold nothing of this realm.
net::Task<Documents> saml_entities(Call& call, std::string realm) {
  const Json entities = co_await list(call, aic::saml_entities(realm), am_request());
  auto documents = as_documents("SAML entity", entities, "entityId", "entityId");
  std::vector<std::size_t> hosted;
  std::vector<Ask> asks;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (!base::is_text(base::member(documents[i].body, "location"), "hosted")) continue;
    hosted.push_back(i);
    asks.emplace_back([&call, realm, id = base::text_member(documents[i].body, "_id")] {
      return call.tenant().get(aic::hosted_saml_entity(realm, id), am_request());
    });
  }
  auto answers = co_await ask_all(call, "SAML entities", std::move(asks));
  for (std::size_t i = 0; i < hosted.size(); ++i) {
    auto& answer = answers[i];
    need_body(answer, documents[hosted[i]].id);
    if (const auto& error = answer.error) throw base::Error(*error);
    documents[hosted[i]].body = std::move(answer.body);
  }
  co_return documents;
}

net::Task<Documents> settings(Call& call, std::string realm) {
  auto reply =
      co_await call.tenant().get(aic::realm_authentication(realm), am_request(aic::realm_authentication_headers()));
  if (!base::member(reply.body, "core").is_object())
    throw base::Error(base::Errc::transient, "the tenant's answer does not show it");
  Documents documents;
  documents.push_back({"authentication settings", realm, "", std::move(reply.body)});
  co_return documents;
}

net::Task<Documents> themes(Call& call, std::string realm) {
  try {
    co_return as_documents("theme", co_await themes::read_themes(call.tenant(), std::move(realm)));
  } catch (const base::Error& error) {
    // A tenant without themes says 404; one that comes from something before it says nothing.
    if (error.status != 404 || error.code == base::Errc::transient) throw;
  }
  co_return Documents();
}

net::Task<Documents> definitions(Call& call) {
  auto reply = co_await call.tenant().get(aic::managed_config(), idm_request());
  aic::need_content(aic::managed_config().path(), reply.body, "objects");
  co_return as_documents("managed object type", reply.body["objects"], "name", "name");
}

net::Task<Documents> idm_config(Call& call) {
  std::string filter;
  for (const auto* head : config_heads)
    filter += fmt::format("{}_id sw {}", filter.empty() ? "" : " or ", base::filter_literal(head));
  const auto reply = co_await aic::get_whole(call.tenant(), aic::idm_configs(), {.filter = filter}, idm_request());
  co_return as_documents("configuration", reply.body["result"]);
}

// In one document on some tenants. A query need not show it, so it is asked for itself.
net::Task<Documents> sync_mappings(Call& call) {
  const Json sync = co_await if_there(call.tenant().get(aic::idm_sync(), idm_request()));
  co_return as_documents("sync mapping", base::member(sync, "mappings"), "name", "name");
}

std::string type_of_applications(std::string_view realm) {
  return fmt::format("{}_application", realm);
}

}  // namespace

std::string_view name_of(Part part) {
  static constexpr std::array<std::string_view, 18> names{
      "journeys with their nodes and page children",
      "scripts",
      "OAuth2 clients",
      "services",
      "social providers",
      "SAML entities",
      "circles of trust",
      "policies",
      "authentication settings",
      "secret mappings",
      "themes",
      "applications",
      "custom nodes",
      "managed object definitions",
      "IDM configuration",
      "sync mappings",
      "internal roles",
      "CORS policies",
  };
  return names.at(static_cast<std::size_t>(part));
}

bool is_of_realm(Part part) {
  return part < Part::custom_nodes;
}

std::vector<Part> parts_for(Kind kind) {
  using enum Part;
  switch (kind) {
    case Kind::script:
      return {nodes, scripts, clients, services, social_providers, saml_entities, policies, custom_nodes};
    case Kind::journey:
      // Scripts and mails hold links that start journeys.
      return {nodes, settings, themes, services, clients, saml_entities, policies, scripts, idm_config};
    case Kind::theme:
      return {nodes, themes, scripts};
    case Kind::node_type:
      return {nodes};
    case Kind::email_template:
      return {nodes, scripts, custom_nodes, definitions, idm_config, sync_mappings};
    case Kind::esv:
      return {nodes,           scripts, clients,      services,    social_providers, saml_entities, policies, settings,
              secret_mappings, themes,  custom_nodes, definitions, idm_config,       sync_mappings, cors};
    case Kind::oauth2_client:
      return {nodes, scripts, clients, services, applications, idm_config};
    case Kind::saml_entity:
      return {nodes, saml_entities, circles_of_trust, applications};
    case Kind::social_provider:
      return {nodes, social_providers};
    case Kind::managed_type:
      return {nodes, scripts, services, custom_nodes, definitions, idm_config, sync_mappings, roles};
  }
  return {};
}

namespace {

net::Task<Documents> read_of_tenant(Call& call, Part part) {
  switch (part) {
    case Part::custom_nodes:
      co_return as_documents("custom node", co_await list(call, aic::custom_nodes(), am_request()), "displayName");
    case Part::definitions:
      co_return co_await definitions(call);
    case Part::idm_config:
      co_return co_await idm_config(call);
    case Part::sync_mappings:
      co_return co_await sync_mappings(call);
    case Part::roles:
      co_return as_documents("internal role",
                             co_await list(call, aic::internal_roles(), idm_request(), {.fields = "name,privileges"}));
    case Part::cors:
      co_return as_documents("CORS policy", co_await list(call, aic::cors_policies(), am_request(aic::cors_headers())));
    default:
      throw base::Error(base::Errc::internal, "a part of the tenant that nothing reads");
  }
}

}  // namespace

net::Task<std::vector<Document>> read_part(Call& call, Part part, std::string realm) {
  switch (part) {
    case Part::nodes:
      break;
    case Part::scripts:
      co_return co_await scripts(call, std::move(realm));
    case Part::clients:
      co_return as_documents("OAuth2 client", co_await list(call, aic::oauth2_clients(realm), am_request()));
    case Part::services:
      co_return co_await services(call, std::move(realm));
    case Part::social_providers:
      co_return as_documents("social provider", co_await descendents(call, aic::social_providers(realm)));
    case Part::saml_entities:
      co_return co_await saml_entities(call, std::move(realm));
    case Part::circles_of_trust:
      co_return as_documents("circle of trust", co_await list(call, aic::circles_of_trust(realm), am_request()));
    case Part::policies:
      co_return as_documents("policy", co_await list(call, aic::policies(realm), am_request(aic::policy_headers())));
    case Part::settings:
      co_return co_await settings(call, std::move(realm));
    case Part::secret_mappings:
      co_return as_documents("secret mapping", co_await list(call, aic::secret_mappings(realm),
                                                             am_request(aic::secret_mapping_headers())));
    case Part::themes:
      co_return co_await themes(call, std::move(realm));
    case Part::applications:
      co_return as_documents("application", co_await list(call, aic::managed(type_of_applications(realm)),
                                                          idm_request(), {.fields = "name,ssoEntities"}));
    default:
      co_return co_await read_of_tenant(call, part);
  }
  co_return Documents();
}

}  // namespace tools::references
