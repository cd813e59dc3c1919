// The layout of themes that holds all of them in one document, /openidm/config/ui/themerealm (R-THM-02, -06).
#pragma once

#include <optional>
#include <string>

#include "tools/themes/store.h"

namespace tools::themes {

// Nothing where the tenant has no such document.
net::Task<std::optional<Changed>> change_document(Call& call, std::string realm, Decide decide, aic::LookAgain look);
net::Task<std::optional<Json>> read_document(aic::Tenant& tenant, std::string realm);

}  // namespace tools::themes
