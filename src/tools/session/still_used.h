// What an undo would delete because the change made it, and who uses it by now. Deletions refuse what is in use
// (R-WRT-13), and an undo has no `force`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/kit/tool.h"
#include "tools/references/search.h"

namespace tools::session {

// Something that the change made, and that others may refer to.
struct Made {
  references::Question question;
  std::string title;     // for people: "the script Greeting"
  std::string document;  // of a theme in the newer layout: the name by which the realm's settings call it
};

// What of the document at `path` is there as the change left it and was not there before; null for no document.
std::vector<Made> made_in(const std::string& path, const Json& former, const Json& left);

// What speaks against deleting these, what could not be checked included: a conflict; nothing where nothing does.
net::Task<std::optional<base::Error>> find_users(Call& call, std::vector<Made> made);

}  // namespace tools::session
