// What a call changed, document by document: each as it was before the call and as the call left it. The journal keeps
// this, and putting a change back rests on it (R-UND-01, R-UND-02).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aic/writing.h"

namespace aic {

struct Altered {
  std::string path;
  std::optional<Json> before, after;  // null for "did not exist"; nothing where that is not known
  // Places of what was sent that the tenant does not show: passwords, secrets, relationships.
  std::vector<std::string> hidden;
};

// In the order of the writes. A journey's nodes, which a write of the journey may bring along or take with it, are
// documents of their own. `made` are ids of the call's own: what bears one did not exist before.
std::vector<Altered> altered(const Writing& writing, const std::vector<std::string>& made);

// "/am/…/authenticationtrees/nodes/PageNode/1.0/5a…" in its parts; nothing for other paths.
struct NodePlace {
  std::string collection;  // ".../nodes"
  std::string type, version, id;
};
std::optional<NodePlace> node_place(const std::string& path);
// True for a journey: ".../authenticationtrees/trees/Login".
bool is_tree(const std::string& path);

}  // namespace aic
