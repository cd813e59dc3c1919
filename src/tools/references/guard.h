// What keeps from deleting a thing: who uses it, and what could not be searched (R-REF-01, R-WRT-13). Deletions of
// scripts, themes and journeys tell more of their users and have checks of their own on the same search.
#pragma once

#include <functional>
#include <string>

#include "net/task.h"
#include "tools/references/search.h"

namespace tools::references {

// Throws a refusal that lists the uses, without those that are the thing's own parts. `title` names the thing in it:
// "esv-mail-host".
net::Task<> need_unused(
    Call& call, Question question, std::string title,
    std::function<bool(const Use&)> is_own = [](const Use&) { return false; });

}  // namespace tools::references
