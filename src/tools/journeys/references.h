// What the settings of nodes name: other journeys, scripts, themes, e-mail templates, managed objects. Told by the
// settings themselves, whatever the node's type (R-JRN-22).
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "net/task.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

enum class Named { journey, script, theme, email_template, identity_resource };

struct Reference {
  Named kind;
  std::string name;   // or id
  std::string place;  // JSON pointer in the settings
};

// Values that an ESV makes, as "&{esv.name}", are left out: what they name is not known.
std::vector<Reference> references_in(const Json& settings);

// Where a text stands in the settings, as a whole value: JSON pointers.
std::vector<std::string> places_of(const Json& settings, const std::string& text);

// What the realm lacks, or where that could not be found out, in words.
struct Lack {
  Reference reference;
  std::string why;
  bool is_refused = false;  // by the tenant, too
};
// `journey` is the one that names them: it may name itself.
net::Task<std::vector<Lack>> find_lacks(Call& call, std::string realm, std::string journey,
                                        std::vector<Reference> references);

// The nodes whose settings name the journey, and why that could not be told of others.
struct JourneyUsers {
  std::vector<NodeRef> nodes;
  std::vector<std::string> not_checked;
};
net::Task<JourneyUsers> users_of_journey(Call& call, std::string realm, std::string name, const RealmNodes& known);

}  // namespace tools::journeys
