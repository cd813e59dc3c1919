// The connections of a page whose nodes come in a second call. A page of version 2.0 calls its outcomes
// "{child's id}-{outcome}". A journey that was written before the child was there says what the caller calls the child
// instead, and gets its id as soon as there is one (R-JRN-03), so that it is the same as a journey written in one call.
#pragma once

#include <string>
#include <vector>

#include "aic/document.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// A page that has been written.
struct FilledPage {
  NodeRef node;
  Json ids;                           // of its children, by what the caller calls them
  std::vector<std::string> journeys;  // that it is in
};

struct Reconnected {
  std::string journey;
  aic::Written written;
};

// Whether outcomes of the page carry the ids of its children.
bool has_prefixed_outcomes(const NodeRef& page);

// "{child}-{outcome}" with the child's id, where a child is called so; else the outcome itself.
std::string with_id_of_child(const std::string& outcome, const Json& ids);

// Writes the journeys in which connections of the page have to change. `done` gets those that were written, also when
// this throws.
net::Task<> reconnect(Call& call, std::string realm, FilledPage page, std::vector<Reconnected>& done);

}  // namespace tools::journeys
