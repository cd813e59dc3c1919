#include "aic/places.h"

#include <array>
#include <utility>

#include "aic/place_words.h"
#include "base/encoding.h"

namespace aic {
namespace {

constexpr std::array places{
    PlaceWords{"/openidm/managed/{}/{}", "the object {1} of type {0}"},
    PlaceWords{"/openidm/managed/{}", "a new object of type {0}"},
    PlaceWords{"/openidm/config/managed", "the managed object definitions"},
    PlaceWords{"/openidm/config/ui/themerealm", "the themes of all realms"},
    PlaceWords{"/openidm/config/ui/themeconfig", "the theme settings"},
    PlaceWords{"/openidm/config/ui/{}", "the interface setting {0}"},
    PlaceWords{"/openidm/config/{*}", "the configuration {0}"},
    PlaceWords{"/openidm/schema/managed/{}/properties/{}", "the property {1} of the managed type {0}"},
    PlaceWords{"/openidm/feature/{*}", "the feature {0}"},
    PlaceWords{"/environment/variables/{}", "the variable {0}"},
    PlaceWords{"/environment/secrets/{}", "the secret {0}"},
    PlaceWords{"/environment/aiagent", "AI agents"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/trees/{}", "the journey {1} in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{}/{}",
               "the node {3} ({1} {2}) in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{}", "the node {2} ({1}) in {0}"},
    PlaceWords{"/am/json/{}/realm-config/authentication", "the authentication settings of {0}"},
    PlaceWords{"/am/json/{}/scripts/{}", "the script {1} in {0}"},
    PlaceWords{"/am/json/{}/scripts", "a new script in {0}"},
    PlaceWords{"/am/json/{}/realm-config/agents/OAuth2Client/{}", "the OAuth 2.0 client {1} in {0}"},
    PlaceWords{"/am/json/global-config/services/CorsService/configuration/{}", "the CORS policy {0}"},
    PlaceWords{"/am/json/global-config/services/CorsService/configuration", "a new CORS policy"},
};

}  // namespace

std::string name_of_place(const std::string& path) {
  auto words = words_for(path, places);
  return words ? *std::move(words) : base::printable(path, 300);
}

}  // namespace aic
