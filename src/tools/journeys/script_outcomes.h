// Whether the outcomes that a node declares are those that its script gives (R-ECO-07). The script is looked at as
// text, not run: what it computes is not checked.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/task.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

struct ScriptOutcomes {
  std::set<std::string> names;
  std::set<std::string> possible;  // values of names and members that stand for outcomes: some may never come to be
  bool may_be_more = false;        // it computes some, or none was found
};

// The outcomes in the source of a script: of `outcome = "…"`, goTo("…") and setOutcome("…").
ScriptOutcomes outcomes_in(std::string_view source);

// Settings of a node that name a script and declare its outcomes.
struct Scripted {
  std::string script;  // its id
  std::vector<std::string> outcomes;
};
// Nothing for nodes of another kind, and where ESVs make the script's id or an outcome.
std::optional<Scripted> scripted(const Json& settings);

net::Task<aic::Reply> get_script(aic::Tenant& tenant, std::string realm, std::string id);

// What does not fit, one sentence each; that it could not be checked is one.
std::vector<std::string> compare_with_script(const std::string& node, const Scripted& declared, const Answer& script);

}  // namespace tools::journeys
