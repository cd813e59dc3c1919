// Input fields that several families share.
#pragma once

#include "tools/kit/param.h"

namespace tools {

// Not `inline`: with mingw-w64 that would come to life once, in some source file, and maybe after the tables of the
// others that hold it. So it is with all fields in headers.
const auto realm = text("realm").one_of({"alpha", "bravo"});

// Of a list in pages.
const auto cookie = text("pagedResultsCookie", "pagedResultsCookie from the previous page.").optional();

}  // namespace tools
