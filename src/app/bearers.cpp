#include "app/bearers.h"

#include <fmt/format.h>

#include "base/error.h"

namespace app {

std::string CallBearers::refusal_hint(const aic::Scopes& scopes) const {
  const aic::Scopes missing = session_.not_granted(scopes);
  if (missing.empty()) return {};
  return fmt::format("The tenant granted the token without {}", fmt::join(missing, " "));
}

net::Task<aic::Bearer> QuietBearers::get(aic::Scopes scopes) {
  auto bearer = co_await session_.bearer_without_sign_in(std::move(scopes), caller_);
  if (!bearer) throw base::Error(base::Errc::login_required, "nobody is signed in");
  co_return bearer;
}

}  // namespace app
