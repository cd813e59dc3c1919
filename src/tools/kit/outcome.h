// What a tool that writes says it did, in one form for all families: what is stored now as far as it changed, and never
// the whole object (R-WRI-01).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aic/document.h"
#include "base/json.h"
#include "tools/kit/changes.h"
#include "tools/kit/result.h"

namespace tools {

struct Outcome {
  std::string message;                   // one sentence
  std::string id;                        // of what was written; empty where it is not known
  Json about = Json::object();           // what else names it or says how it stands: name, objectType, isDefault
  std::string revision;                  // that it has now; empty where it has none
  std::optional<Changes> changed;        // of what was there before, also where nothing changed
  std::optional<Changes> set_by_tenant;  // of what is new: where it is stored otherwise than sent
  Json deleted = nullptr;                // what is gone, complete
  std::vector<std::string> notes;
  std::string read_with;  // how to read what was written, for a result above the budget: "getTheme returns the theme"
};

// The result of a write. The one place for what all of them show.
Result told(Outcome outcome);

// The result of a write of several things, each under a name of its own: {"oauth2Client": {"id": …}}.
struct Part {
  std::string name;
  Outcome outcome;
};
Result told(std::vector<Part> parts);

// What the tenant added to a new thing or stored otherwise than it was sent.
Changes stored_otherwise(const Json& sent, const Json& stored);

// What of a document is shown, as a difference shows it: one entry of it, or its texts decoded.
using View = std::function<Json(const Json& document)>;

// The same check, whose error also shows what is stored, as `changed` in its detail.
aic::Check telling(aic::Check check, View view = {});

}  // namespace tools
