// Where a realm's themes are kept. A tenant has all of them in one document, /openidm/config/ui/themerealm, or in the
// newer layout a configuration for each (R-THM-03, docs/decisions/0015-two-theme-layouts.md). Callers see one form: a
// list of themes with `_id`, `name`, `isDefault`, `linkedTrees` and their settings.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "aic/document.h"
#include "base/json.h"
#include "base/url.h"
#include "tools/kit/tool.h"

namespace tools::themes {

using base::Json;

// What shall become of the themes.
struct Change {
  enum class Kind { add, update, remove, make_default };
  Kind kind = Kind::add;
  std::size_t index = 0;  // the theme's place in the list; not for `add`
  Json settings;          // add: the theme with its `_id`; update: what changes
};

// Decides on a change from the realm's themes as they are; throws Error to refuse. Is called again when somebody else
// changed them meanwhile.
using Decide = std::function<Change(const Json& themes)>;

struct Changed {
  bool changed = true;  // false: it was so already, nothing was written
  std::vector<std::string> notes = {};
  // The theme as it was and as the tenant holds it now; null before it was added and after it was removed. Of another
  // default: all themes of the realm.
  Json before = nullptr;
  Json after = nullptr;
};

// Makes the change where the tenant keeps its themes. `look` looks at what else it rests on, once it is decided and
// again after a wait (R-WRT-14); it throws to refuse.
net::Task<Changed> change_themes(Call& call, std::string realm, Decide decide, aic::LookAgain look = {});

struct Page {
  Json themes;                     // {"result": […], "resultCount": n}
  std::vector<std::string> notes;  // what an empty answer rests on
};

// The themes that `asked` finds at /openidm/ui/theme. Where that is not there, or only the newer layout has themes: all
// of the realm, with these members of each, or with all where none is named.
net::Task<Page> find_themes(Call& call, std::string realm, base::Target asked, std::vector<std::string> members = {});

// The realm's themes with `_id` and `name` alone: {"result": […]}.
net::Task<Json> list_names(Call& call, std::string realm);

// All themes of the realm; Error{not_available} where neither layout is there.
net::Task<Json> read_themes(aic::Tenant& tenant, std::string realm);

}  // namespace tools::themes
