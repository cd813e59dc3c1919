// Who uses a thing of the tenant: the one search that findReferences shows and that deletions ask before they delete
// (R-REF-01, R-WRT-16).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/kit/tool.h"
#include "tools/references/sources.h"
#include "tools/references/wanted.h"

namespace tools::references {

// One place that names it.
struct Use {
  std::string in;  // "journey", "script", …; "node" for a node that no journey holds
  std::string id, name;
  std::string realm = {};
  std::string member = {};
  // Of a node, in a journey or not: its name there, and the page that it is in.
  journeys::NodeRef node = {};
  std::string node_name = {}, page_id = {}, page_name = {};
};

// A part, or something in it, that could not be searched.
struct Gap {
  Part part;
  std::string realm;
  base::Error error;
};

struct RealmPart {
  Part part = Part::nodes;
  std::string realm = {};  // empty for the whole tenant
};

struct Findings {
  Wanted wanted;                     // with id, name and aliases as far as they were found
  std::optional<bool> exists;        // nothing where what was read does not tell
  std::vector<std::string> like_it;  // names of others of its kind, where it does not exist
  std::vector<Use> uses;
  std::vector<RealmPart> searched;
  std::vector<Gap> gaps;
  journeys::RealmNodes nodes;  // of the realm that was asked for

  bool is_complete() const { return gaps.empty(); }
};

struct Question {
  Kind kind;
  std::string realm;
  std::string id;                  // or its name
  std::string name = {};           // of a script or theme, where it is known already
  std::vector<Part> without = {};  // parts that the caller looks at itself
};

// ESVs, e-mail templates and managed object types belong to the whole tenant: then both realms are searched. Throws
// nothing that a tenant answers.
net::Task<Findings> search(Call& call, Question question);

// "OAuth2 client shop: overrideOAuth2ClientConfig/oidcClaimsScript", "node Age of journey Login: script".
std::string described(const Use& use);
// "services of alpha not checked: …"
std::string described(const Gap& gap);

}  // namespace tools::references
