// What the settings of nodes name: other journeys, scripts, themes, e-mail templates, managed objects. Told by the
// settings themselves, whatever the node's type (R-JRN-22).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "net/task.h"
#include "tools/kit/fan_out.h"
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

// The ids of scripts in the entries of `changed`.
std::set<std::string> script_ids_in(const Json& changes);

// What the realm lacks, or where that could not be found out, in words.
struct Lack {
  Reference reference;
  std::string why;
  bool is_refused = false;  // by the tenant, too
};
// What was read of scripts, by their ids.
using ReadScripts = std::map<std::string, Answer>;
// `journey` is the one that names them: it may name itself. What is read of scripts on the way is put into `scripts`.
net::Task<std::vector<Lack>> find_lacks(Call& call, std::string realm, std::string journey,
                                        std::vector<Reference> references, ReadScripts& scripts);

}  // namespace tools::journeys
