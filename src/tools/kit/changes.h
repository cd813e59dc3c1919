// The difference of two JSON documents as results show it: [{path, before, after}], with secrets hidden and long values
// cut visibly (R-WRI-01).
#pragma once

#include <cstddef>
#include <string>

#include "base/json.h"

namespace tools {

using base::Json;

// How a difference is shown.
struct ChangeForm {
  const char* before = "before";
  const char* after = "after";
  std::size_t most = 200;     // entries
  std::size_t longest = 500;  // characters of a value that is shown whole
  bool with_origin = false;   // times and authors of changes, and nested revisions, count, too
};

struct Changes {
  // Each has a `path`, `before` unless the place is new, `after` unless it is gone, and a `note` where these two do not
  // say it: of secrets and of another order.
  Json entries = Json::array();
  std::size_t all = 0;  // that there are; more than entries where these were cut

  bool any() const { return all > 0; }
  // Tells how many are missing; empty where none is.
  std::string note() const;
};

// The places where the documents differ, in document order. A path is a JSON pointer, in which entries of a list that
// all have one are named by their `_id`, `name`, `id` or `_ref`; the other entries by their index, and a short list of
// such is one place. Numbers count by their value. Revisions, and at the top the times and authors of changes, do not
// count.
Changes changes_between(const Json& before, const Json& after, const ChangeForm& form = {});

}  // namespace tools
