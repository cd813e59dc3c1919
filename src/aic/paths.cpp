#include "aic/paths.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "base/encoding.h"

namespace aic {

using base::Target;

namespace {

constexpr std::string_view json = "application/json";

Target in_long_realm(std::string_view realm, std::string_view tail) {
  return Target("/am/json/realms/root/realms").segment(realm).literal(tail);
}

Target in_trees(std::string_view realm, std::string_view tail) {
  return in_realm(realm).literal("/realm-config/authentication/authenticationtrees").literal(tail);
}

}  // namespace

Target in_realm(std::string_view realm) {
  return Target("/am/json").segment(realm);
}

Target trees(std::string_view realm) {
  return in_trees(realm, "/trees");
}

Target tree(std::string_view realm, std::string_view name) {
  return trees(realm).segment(name);
}

Target nodes(std::string_view realm) {
  return in_trees(realm, "/nodes");
}

Target node_type(std::string_view realm, std::string_view type, std::string_view version) {
  auto target = nodes(realm).segment(type);
  if (!version.empty()) target.segment(version);
  return target;
}

Target node(std::string_view realm, std::string_view type, std::string_view version, std::string_view id) {
  return node_type(realm, type, version).segment(id);
}

Target realm_authentication(std::string_view realm) {
  return in_realm(realm).literal("/realm-config/authentication");
}

Target scripts(std::string_view realm) {
  return in_realm(realm).literal("/scripts");
}

Target script(std::string_view realm, std::string_view id) {
  return scripts(realm).segment(id);
}

Target oauth2_clients(std::string_view realm) {
  return in_realm(realm).literal("/realm-config/agents/OAuth2Client");
}

Target oauth2_client(std::string_view realm, std::string_view id) {
  return oauth2_clients(realm).segment(id);
}

Target managed(std::string_view type) {
  return Target("/openidm/managed").segment(type);
}

Target managed_object(std::string_view type, std::string_view id) {
  return managed(type).segment(id);
}

Target managed_config() {
  return Target("/openidm/config/managed");
}

Target managed_property(std::string_view type, std::string_view property) {
  return Target("/openidm/schema/managed").segment(type).literal("/properties").segment(property);
}

Target theme_realms() {
  return Target("/openidm/config/ui/themerealm");
}

Target theme_config() {
  return Target("/openidm/config/ui/themeconfig");
}

Target theme(std::string_view realm, std::string_view id) {
  return Target("/openidm/config/ui").segment(fmt::format("theme-{}-{}", realm, id));
}

std::string theme_config_id(std::string_view realm, std::string_view id) {
  return fmt::format("ui/theme-{}-{}", realm, id);
}

Target idm_configs() {
  return Target("/openidm/config");
}

Target email_template(std::string_view name) {
  return idm_configs().literal("/emailTemplate").segment(name);
}

Target idm_sync() {
  return Target("/openidm/config/sync");
}

Target esv_variables() {
  return Target("/environment/variables");
}

Target esv_variable(std::string_view id) {
  return esv_variables().segment(id);
}

Target esv_secrets() {
  return Target("/environment/secrets");
}

Target esv_secret(std::string_view id) {
  return esv_secrets().segment(id);
}

Target features() {
  return Target("/openidm/feature");
}

Target feature(std::string_view id) {
  Target target = features();
  for (const auto part : std::views::split(id, '/')) target.segment(std::string_view(part));
  return target;
}

Target ai_agents() {
  return Target("/environment/aiagent");
}

Target oauth2_provider(std::string_view realm) {
  return in_long_realm(realm, "/realm-config/services/oauth-oidc");
}

Target services(std::string_view realm) {
  return in_long_realm(realm, "/realm-config/services");
}

Target social_providers(std::string_view realm) {
  return in_long_realm(realm, "/realm-config/services/SocialIdentityProviders");
}

Target saml_entities(std::string_view realm) {
  return in_long_realm(realm, "/realm-config/saml2");
}

Target hosted_saml_entity(std::string_view realm, std::string_view id) {
  return in_long_realm(realm, "/realm-config/saml2/hosted").segment(id);
}

Target circles_of_trust(std::string_view realm) {
  return in_long_realm(realm, "/realm-config/federation/circlesoftrust");
}

Target policies(std::string_view realm) {
  return in_long_realm(realm, "/policies");
}

Target secret_mappings(std::string_view realm) {
  return in_long_realm(realm, "/realm-config/secrets/stores/GoogleSecretManagerSecretStoreProvider/ESV/mappings");
}

Target custom_nodes() {
  return Target("/am/json/node-designer/node-type");
}

Target internal_roles() {
  return Target("/openidm/internal/role");
}

Target cors_policies() {
  return Target("/am/json/global-config/services/CorsService/configuration");
}

Target cors_policy(std::string_view id) {
  return cors_policies().segment(id);
}

std::string action_in(std::string_view address) {
  const auto query = address.find('?');
  if (query == std::string_view::npos) return {};
  const auto fields = base::parse_form(address.substr(query + 1));
  const auto action = std::ranges::find(fields, "_action", &base::FormFields::value_type::first);
  return action == fields.end() ? std::string() : action->second;
}

http::Headers am_headers() {
  return {{"accept-api-version", "protocol=2.1,resource=1.0"}, {"Content-Type", std::string(json)}};
}

http::Headers node_headers(std::string_view version) {
  auto headers = am_headers();
  if (!version.empty()) headers[0].second = "protocol=2.1,resource=3.0";
  return headers;
}

http::Headers am_probe_headers() {
  return {{"accept-api-version", "protocol=2.1,resource=1.0"}};
}

http::Headers script_read_headers() {
  return {{"accept-api-version", "protocol=1.0,resource=1.0"}, {"Content-Type", std::string(json)}};
}

http::Headers script_headers() {
  return {{"accept-api-version", "protocol=2.0,resource=1.0"}, {"Content-Type", std::string(json)}};
}

http::Headers realm_authentication_headers() {
  return script_read_headers();
}

http::Headers esv_headers() {
  return {{"accept-api-version", "resource=2.0"}};
}

http::Headers esv_delete_headers() {
  return {{"accept-api-version", "protocol=1.0,resource=1.0"}};
}

http::Headers managed_property_headers() {
  return {{"Accept-API-Version", "resource=2.0"}, {"If-Match", "*"}};
}

http::Headers cors_headers() {
  return {{"accept-api-version", "resource=1.0"}};
}

http::Headers policy_headers() {
  return {{"accept-api-version", "resource=2.1"}};
}

http::Headers secret_mapping_headers() {
  return {{"accept-api-version", "protocol=2.1,resource=2.0"}};
}

}  // namespace aic
