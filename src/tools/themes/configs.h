// The newer layout of themes: a configuration for each, /openidm/config/ui/theme-<realm>-<id>, and beside them
// /openidm/config/ui/themeconfig with each realm's default theme and the journeys' themes (R-THM-03).
#pragma once

#include <optional>
#include <string>

#include "tools/themes/store.h"

namespace tools::themes {

// Nothing where the tenant has not this layout: its themeconfig has no members of it (IDM's old settings file has the
// same name), and there is no theme (R-THM-10).
net::Task<std::optional<Changed>> change_configs(Call& call, std::string realm, Decide decide, aic::LookAgain look);
net::Task<std::optional<Json>> read_configs(aic::Tenant& tenant, std::string realm);

}  // namespace tools::themes
