#include "aic/missing.h"

#include <array>

#include <fmt/format.h>

#include "aic/place_words.h"

namespace aic {
namespace {

constexpr std::array things{
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/trees/{}", "journey \"{1}\" in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}", "node type {1} in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{version}",
               "version {2} of node type {1} in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{}",
               "node {2} of type {1} in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{}/{}",
               "node {3} of type {1} and version {2} in {0}"},
    PlaceWords{"/am/json/{}/scripts/{}", "script {1} in {0}"},
    PlaceWords{"/am/json/{}/contexts/{}", "script context {1} in {0}"},
    PlaceWords{"/am/json/{}/realm-config/agents/OAuth2Client/{}", "OAuth 2.0 client \"{1}\" in {0}"},
    PlaceWords{"/am/json/global-config/services/CorsService/configuration/{}", "CORS policy {0}"},
    PlaceWords{"/openidm/managed/{}/{}", "{0} with the id {1}"},
    PlaceWords{"/openidm/managed/{}", "object type {0}"},
    PlaceWords{"/openidm/schema/managed/{}/properties/{}", "property {1} of the object type {0}"},
    PlaceWords{"/openidm/schema/managed/{}", "object type {0}"},
    PlaceWords{"/openidm/config/emailTemplate/{}", "e-mail template {0}"},
    PlaceWords{"/openidm/config/{*}", "configuration {0}"},
    PlaceWords{"/openidm/feature/{*}", "feature {0}"},
    PlaceWords{"/environment/variables/{}", "variable {0}"},
    PlaceWords{"/environment/secrets/{}", "secret {0}"},
};
constexpr std::array services{
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/trees", "journeys in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes", "node types in {0}"},
    PlaceWords{"/am/json/{}/scripts", "scripts in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication", "authentication settings in {0}"},
    PlaceWords{"/am/json/{}/realm-config/agents/OAuth2Client", "OAuth 2.0 clients in {0}"},
    PlaceWords{"/am/json/realms/root/realms/{}/realm-config/services/oauth-oidc", "OAuth 2.0 provider in {0}"},
    PlaceWords{"/am/json/global-config/services/CorsService/configuration", "CORS policies"},
    PlaceWords{"/openidm/config", "configuration"},
    PlaceWords{"/openidm/feature", "features"},
    PlaceWords{"/environment/variables", "variables"},
    PlaceWords{"/environment/secrets", "secrets"},
    PlaceWords{"/environment/aiagent", "AI agents"},
    PlaceWords{"/monitoring/logs", "logs"},
    PlaceWords{"/monitoring/logs/sources", "log sources"},
};

}  // namespace

std::optional<Missing> what_is_missing(std::string_view path) {
  if (const auto thing = words_for(path, things))
    return Missing{.sentence = fmt::format("There is no {}", *thing),
                   .question = fmt::format("whether the tenant has {}", *thing)};
  if (const auto service = words_for(path, services))
    return Missing{.sentence = fmt::format("This tenant has no such service: {}", *service),
                   .question = fmt::format("whether the tenant offers {}", *service),
                   .is_service = true};
  return std::nullopt;
}

}  // namespace aic
