// What a change of themes concerns besides them: the journeys that are linked to one, and the pages that name one
// themselves (R-THM-07, R-JRN-22).
#pragma once

#include <string>
#include <vector>

#include "net/task.h"
#include "tools/kit/tool.h"
#include "tools/themes/list.h"

namespace tools::themes {

// Who uses the theme besides the journeys that are linked to it: "page 4f1c… of journey Login"; and what could not be
// checked.
net::Task<std::vector<std::string>> other_uses(Call& call, std::string realm, Match theme);

// Those of the journeys that the realm does not have, in one sentence, or that this could not be told; empty when all
// are there. Throws nothing that a tenant answers.
net::Task<std::string> note_on_journeys(Call& call, std::string realm, std::vector<std::string> journeys);

// Other themes that are linked to some of the journeys as well, a sentence for each journey.
std::vector<std::string> notes_on_links(const Json& themes, const std::string& own_id,
                                        const std::vector<std::string>& journeys);

}  // namespace tools::themes
