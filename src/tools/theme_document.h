// The layout of themes that holds all of them in one document, /openidm/config/ui/themerealm (R-THM-02, -06).
#pragma once

#include <string>

#include "tools/theme_store.h"

namespace tools::themes {

// Throws Error 404 where the tenant has no such document.
net::Task<Changed> change_document(Call& call, std::string realm, Decide decide);
net::Task<Json> read_document(aic::Tenant& tenant, std::string realm);

}  // namespace tools::themes
