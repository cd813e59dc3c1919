// The AM side of the tenant: journeys, nodes, realm settings, scripts, OAuth 2.0 clients, CORS policies.
// Only the am_*.cpp files and the seed look in here; others go through handle_am.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/crest/crest.h"
#include "sandbox/tenant.h"

namespace sandbox {

using base::Json;

// One configured node of a journey.
struct AmNode {
  std::string type, id, version;
  Json settings;  // without _id, _type, _outcomes
};

struct AmRealm {
  std::vector<Json> trees;  // whole documents without `_rev`
  std::vector<AmNode> nodes;
  bool node_versions = true;  // false = all nodes are of version 1.0, and nothing tells it
  Json authentication;        // sections of the realm's settings
  std::vector<Json> scripts;
  std::map<std::string, Json> clients;  // sections with bare values, by client id
  Json oauth_provider;
  Json others;  // lists of what is only read: services, social_providers, saml, circles, policies, secret_mappings
};

struct AmState {
  std::map<std::string, AmRealm> realms;  // alpha, bravo
  std::vector<Json> cors_policies;
  std::vector<Json> custom_nodes;
};

namespace am {

using Path = std::vector<std::string>;

// A request whose realm and API version are known; `path` is what follows the realm.
struct AmCall {
  Tenant& tenant;
  const ApiRequest& request;
  std::string realm_name;
  AmRealm* realm = nullptr;  // null for what belongs to no realm
  int protocol = 2;
  std::string resource = "1.0";
  Path path;

  bool is_action(std::string_view action) const {
    return request.method == "POST" && request.parameter("_action") == action;
  }
  Json body() const;  // refuses what is no JSON object
};

// am.cpp: answers in AM's forms.
// `document` begins with `_id`; a revision is put behind it and into the etag, unless the protocol is 1.0.
ApiReply document_reply(const AmCall& call, int status, const Json& document);
ApiReply created_reply(const AmCall& call, const Json& document, const std::string& id);
ApiReply list_reply(const AmCall& call, std::vector<Json> documents, const crest::ListStyle& style = {});
// Adds `content-api-version`; today's tenants send it for some collections only.
ApiReply with_version(const AmCall& call, ApiReply reply);
ApiReply with_list_version(const AmCall& call, ApiReply reply);
Json with_revision(const Json& document);

// node_types.cpp: what nodes there are, from data/node_types.json.
const Json& node_type(std::string_view id);  // null when there is none
Json node_type_summary(const std::string& id);
std::vector<std::string> node_type_ids();
bool has_version(std::string_view type, std::string_view version);
Json node_schema(const std::string& id, const std::string& version);
Json node_template(const std::string& id, const std::string& version);
// The settings of that version: [type, default, title, description] by name.
Json node_settings(const std::string& id, const std::string& version);
// `realm` finds the children of page nodes.
Json node_outcomes(const AmRealm& realm, const std::string& type, const std::string& version, const Json& settings);

// nodes.cpp
// A type's versions are collections of their own: nodes of two may have the same id.
const AmNode* find_node(const AmRealm& realm, std::string_view type, std::string_view version, std::string_view id);
void store_node(AmRealm& realm, const std::string& type, const std::string& id, const std::string& version,
                const Json& settings);
void remove_node(AmRealm& realm, std::string_view type, std::string_view version, std::string_view id);
// The version that a node of a tree or a child of a page says it has.
std::string told_version(const AmRealm& realm, const Json& entry, const char* member);
void check_settings(const AmRealm& realm, const std::string& type, const std::string& version, const Json& settings);
Json node_document(const AmRealm& realm, const AmNode& node);
std::optional<ApiReply> handle_nodes(const AmCall& call);

// trees.cpp
const Json* find_tree(const AmRealm& realm, std::string_view name);
std::optional<ApiReply> handle_trees(const AmCall& call);
ApiReply handle_authentication(const AmCall& call);

// scripts.cpp
std::optional<ApiReply> handle_scripts(const AmCall& call);
std::optional<ApiReply> handle_contexts(const AmCall& call);

// clients.cpp
std::optional<ApiReply> handle_agents(const AmCall& call);
std::optional<ApiReply> handle_services(const AmCall& call);

// realm_config.cpp
std::optional<ApiReply> handle_service_lists(const AmCall& call);
std::optional<ApiReply> handle_saml(const AmCall& call);
std::optional<ApiReply> handle_list(const AmCall& call, const char* name);
std::optional<ApiReply> handle_custom_nodes(const AmCall& call);

// cors.cpp
std::optional<ApiReply> handle_cors(const AmCall& call);

}  // namespace am
}  // namespace sandbox
