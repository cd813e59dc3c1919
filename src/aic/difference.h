// Where two versions of a document differ, named so that people recognise it: list entries by their id or name.
#pragma once

#include <string>
#include <vector>

#include "aic/pointer.h"
#include "base/json.h"

namespace aic {

// The places where the documents differ, in document order. The order of members and the top-level `_rev` do not
// count. Entries of lists are matched by `_id`, else by `name`, where all entries have one of their own; any other list
// is one place.
std::vector<Pointer> differences(const base::Json& left, const base::Json& right);

// True when a place of one list is, contains or lies in a place of the other.
bool overlap(const std::vector<Pointer>& left, const std::vector<Pointer>& right);

// "/objects/alpha_user/schema, /objects/custom"; the first few, then how many more.
std::string describe(const std::vector<Pointer>& places);

}  // namespace aic
