// Asking the tenant whether a planned journey makes sense to it: node types and outcomes (R-JRN-08). Advice, but for
// types that do not exist.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/references.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// The questions about one planned journey. All that it is made of outlives it.
class TenantChecks {
 public:
  TenantChecks(Call& call, const std::string& realm, const GivenGraph& graph, const Plan& plan)
      : call_(call), realm_(realm), graph_(graph), plan_(plan) {}

  // Asks all at once, but for the scripts that are read elsewhere, by their ids.
  net::Task<> ask(std::set<std::string> read_elsewhere);

  // Throws Error{invalid_request} for types that the tenant does not know, unless a stored node has the type already.
  // Gives what else is doubtful, one sentence each; a check that could not be made is one.
  std::vector<std::string> judge(const Stored& stored, const ReadScripts& scripts);

 private:
  const Json& planned(const GivenNode& node) const;
  std::vector<Ask> asks(const std::set<std::string>& read_elsewhere);
  void look_at(const GivenNode& node, const Answer& answer);
  void look_at_script(const GivenNode& node, const ReadScripts& scripts);

  Call& call_;
  const std::string& realm_;
  const GivenGraph& graph_;
  const Plan& plan_;
  std::vector<Answer> answers_;
  std::map<std::string, std::size_t> asked_;          // the answer for each node key
  std::map<std::string, std::size_t> asked_scripts_;  // the answer for each script id
  std::vector<std::string> doubts_, unchecked_;
};

}  // namespace tools::journeys
