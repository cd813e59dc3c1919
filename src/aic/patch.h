// What IDM's patch operations make of a document, for showing a change before it is sent.
#pragma once

#include <optional>

#include "base/json.h"

namespace aic {

// The document after these operations; nothing where that is for the tenant to say: a script (transform), or an
// operation that does not fit the document.
std::optional<base::Json> patched(base::Json document, const base::Json& operations);

}  // namespace aic
