// What the two halves of the OIDC applications family share. An application is an object of type {realm}_application
// linked to an OAuth 2.0 client by ssoEntities.oidcId; reading is in oidc_apps.cpp, writing in create.cpp and
// changes.cpp.
#pragma once

#include <span>
#include <string>

#include "aic/document.h"
#include "tools/kit/fields.h"
#include "tools/kit/tool.h"

namespace tools {

namespace syntax {
extern const Syntax filter_text;  // becomes a text in a filter: no control characters (R-ARG-06)
}

namespace oidc_apps {

const auto app_name = text("name", "Name of the application.").at_least(1).in_form(syntax::filter_text);

// One token for both halves of an application; AM wants its version besides.
const aic::RequestOptions& both();
const aic::RequestOptions& both_at_am();

inline std::string type_of(const std::string& realm) {
  return realm + "_application";
}

// What an application's `ssoEntities` links to; empty for no client.
std::string linked_client(const Json& application);

struct Application {
  Json object;
  std::string id;
  std::string client_id;  // empty for none
};

// Those whose name is exactly the asked one, with these fields (comma-separated).
net::Task<std::vector<Json>> find_all(Call& call, std::string realm, std::string name, std::string fields);
// The only one of that name (R-OID-01). Throws Error{not_found} with the nearest names, Error{conflict} for several.
net::Task<Application> find_one(Call& call, std::string realm, std::string name, std::string fields);

}  // namespace oidc_apps
}  // namespace tools
