#include "app/bearers.h"

#include <fmt/format.h>

namespace app {

std::string CallBearers::refusal_hint(const aic::Scopes& scopes) const {
  const aic::Scopes missing = session_.not_granted(scopes);
  if (missing.empty()) return {};
  return fmt::format("The tenant granted the token without {}", fmt::join(missing, " "));
}

}  // namespace app
