// Whether there is a node type or an ESV of that name: no part that is searched lists them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/task.h"
#include "tools/kit/tool.h"
#include "tools/references/wanted.h"

namespace tools::references {

struct Existence {
  std::optional<bool> exists = {};        // nothing where the tenant does not tell
  std::vector<std::string> like_it = {};  // names of others, where it does not exist
};

// Of other kinds it tells nothing. Throws nothing that a tenant answers.
net::Task<Existence> look_for(Call& call, Kind kind, std::string realm, std::string id);

// The nearest of the names, for a thing that does not exist.
std::vector<std::string> names_like(const std::string& id, const std::vector<std::string>& names);

}  // namespace tools::references
