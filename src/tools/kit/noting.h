// Runs a tool that writes, and notes in the journal what it changed (R-UND-01).
#pragma once

#include <functional>
#include <string>

#include "aic/journal.h"
#include "tools/kit/tool.h"

namespace tools {

// For whom a change was made.
struct Signer {
  std::string name;          // for people
  std::string signed_in_as;  // compares persons
};

struct Noting {
  aic::Journal& journal;
  const aic::Writing& writing;     // sees what the tenant is asked
  const aic::NotedRandom& random;  // of the tenant's edges
  std::function<Signer()> signer;  // asked when all is done
};

// As run_tool. The change is noted however the call ends, also where it is cut short, and its number is in the result.
net::Task<Ran> run_noted(const Tool& tool, const Json& arguments, aic::Tenant& tenant, Surroundings surroundings,
                         Noting noting);

}  // namespace tools
