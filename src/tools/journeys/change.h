// Writing one journey, new or not: what createJourney and updateJourney have in common.
#pragma once

#include <optional>
#include <string>

#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

struct JourneyChange {
  std::string realm, name;
  std::optional<GivenGraph> graph = {};  // without faults
  std::string place = "nodes";           // of the graph's nodes among the arguments
  Json settings = Json::object();        // members of the tree to be set
  bool may_be_new = false;
  bool may_exist = false;
  std::string revision = {};  // expected; empty for any
  bool remove_orphans = false;
  bool force = false;  // store it although it names what the realm lacks
};

// Compares a journey with what was asked for, leaving aside what the tenant fills in.
std::optional<base::Error> check_tree(const Json& before, const Json& wanted, const Json& stored);

net::Task<Result> change_journey(Call& call, JourneyChange change);

}  // namespace tools::journeys
