// The names of scripts beside the ids that results show (R-ECO-04).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "net/task.h"
#include "tools/kit/tool.h"

namespace tools::scripts {

// The ids of scripts that the value names: UUIDs in members whose name says that they are scripts.
std::set<std::string> ids_in(const Json& value);

// {id: name} of those scripts, by one read of the list; nothing is asked where there are none. A list that could not be
// read is told in `notes`.
net::Task<Json> names_of(Call& call, std::string realm, std::set<std::string> ids, std::vector<std::string>& notes);

}  // namespace tools::scripts
