// Where things are in a tenant, and the version headers that each place wants. The tail of every address is built
// from segments, so that no name can lead elsewhere (R-ARG-02).
#pragma once

#include <string>
#include <string_view>

#include "base/url.h"
#include "http/http.h"

namespace aic {

// "/am/json/{realm}".
base::Target in_realm(std::string_view realm);

// Journeys and their nodes.
base::Target trees(std::string_view realm);
base::Target tree(std::string_view realm, std::string_view name);
base::Target nodes(std::string_view realm);
// Nodes of one type and version are a collection; an empty version is the path from before there were versions, where
// tenants that have them keep what is of version 1.0 (R-JRN-21).
base::Target node_type(std::string_view realm, std::string_view type, std::string_view version = {});
base::Target node(std::string_view realm, std::string_view type, std::string_view version, std::string_view id);
base::Target realm_authentication(std::string_view realm);

base::Target scripts(std::string_view realm);
base::Target script(std::string_view realm, std::string_view id);

base::Target oauth2_clients(std::string_view realm);
base::Target oauth2_client(std::string_view realm, std::string_view id);

base::Target managed(std::string_view type);
base::Target managed_object(std::string_view type, std::string_view id);
base::Target managed_config();
base::Target managed_property(std::string_view type, std::string_view property);

// Themes: all in one document; or one each, with what belongs to them beside them (realms without a slash).
base::Target theme_realms();
base::Target theme_config();
base::Target theme(std::string_view realm, std::string_view id);
// The `_id` of that configuration, and what those of a realm's themes begin with.
std::string theme_config_id(std::string_view realm, std::string_view id = {});

base::Target idm_configs();
base::Target email_template(std::string_view name);
// The sync mappings, where a tenant has them in one document.
base::Target idm_sync();

base::Target esv_variables();
base::Target esv_variable(std::string_view id);
base::Target esv_secrets();
base::Target esv_secret(std::string_view id);

// Feature ids may hold slashes: "am/2fa/profiles".
base::Target features();
base::Target feature(std::string_view id);
base::Target ai_agents();
// The OAuth 2.0 provider, which shows whether AI agents are enabled. It and what follows has the long realm path.
base::Target oauth2_provider(std::string_view realm);

// What else of a realm names scripts, journeys and the like.
base::Target services(std::string_view realm);
base::Target social_providers(std::string_view realm);
base::Target saml_entities(std::string_view realm);
base::Target hosted_saml_entity(std::string_view realm, std::string_view id);
base::Target circles_of_trust(std::string_view realm);
base::Target policies(std::string_view realm);
base::Target secret_mappings(std::string_view realm);
// Node types that were made in the tenant itself.
base::Target custom_nodes();
base::Target internal_roles();

// CORS policies, which hold for the whole tenant.
base::Target cors_policies();
base::Target cors_policy(std::string_view id);

// What a POST asks to be done, by the `_action` of its address; empty for none.
std::string action_in(std::string_view address);

// Version headers. AM wants a content type even where there is no body.
http::Headers am_headers();  // journeys, nodes, node types, OAuth 2.0 clients
http::Headers node_headers(std::string_view version);
http::Headers am_probe_headers();     // realm services
http::Headers script_read_headers();  // one script
http::Headers script_headers();       // all else about scripts
http::Headers realm_authentication_headers();
http::Headers esv_headers();
http::Headers esv_delete_headers();
http::Headers managed_property_headers();  // with If-Match: *
http::Headers cors_headers();
http::Headers policy_headers();
http::Headers secret_mapping_headers();

}  // namespace aic
