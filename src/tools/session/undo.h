// Putting a change of the journal back (R-UND-02, R-UND-03): rules for each kind of address, none for a tool.
#pragma once

#include <string>
#include <vector>

#include "aic/journal.h"
#include "tools/kit/tool.h"

namespace tools::session {

// What can be said of an undo beforehand.
struct Prospect {
  std::vector<std::string> obstacles;  // why the change cannot be put back; empty where it can
  std::vector<std::string> lost;       // what does not come back with it
};
Prospect prospect_of(const aic::Change& change);

// What one document became again.
struct PutBack {
  std::string path;
  Json left, former;  // null for "does not exist"
};

// Puts the change back, last things first. Nothing is written unless every document is as the change left it; each is
// read again directly before it is written. Throws Error{conflict} where one is not, and an error with what is done
// where a step fails.
net::Task<std::vector<PutBack>> put_back(Call& call, aic::Change change);

}  // namespace tools::session
