// What a call is about, by the name that people know, where its arguments have but an id and one read tells the name.
#pragma once

#include <optional>
#include <string>

#include "aic/tenant.h"
#include "base/error.h"
#include "tools/kit/tool.h"

namespace app {

struct Subject {
  std::string words;                   // empty where the arguments say all there is to say
  std::optional<base::Error> failure;  // nobody is signed in, so that the call itself cannot happen
};
net::Task<Subject> find_subject(const tools::Tool& tool, const base::Json& arguments, aic::Tenant& tenant);

}  // namespace app
