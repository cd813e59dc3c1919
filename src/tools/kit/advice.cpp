#include "tools/kit/advice.h"

#include <fmt/format.h>

namespace tools::advice {

std::string_view usual(base::Errc code) {
  using base::Errc;
  switch (code) {
    case Errc::invalid_request:
      return "Change the arguments and call again.";
    case Errc::unauthorized:
      return "Ask an administrator of the tenant for a role that allows this.";
    case Errc::not_found:
      return "List what exists and use a name or id from there.";
    case Errc::conflict:
      return "Read it again and repeat the change based on the current state.";
    case Errc::rate_limited:
      return "Wait a little before you call again.";
    case Errc::transient:
      return "Call again later.";
    case Errc::not_available:
      return "The platform does not offer this operation; calling again does not help.";
    case Errc::blocked:
      return "Change what the request contains.";
    case Errc::login_required:
      return "Sign in, then call again.";
    case Errc::login_declined:
    case Errc::login_failed:
      return "Call again to start a new sign-in.";
    case Errc::outcome_unknown:
      return "Read the current state before you call again.";
    case Errc::partial:
      return "Complete or undo the remaining steps before you do anything else.";
    case Errc::declined:
      return "Do not repeat the call. Ask the person what they want instead.";
    case Errc::approval_required:
      return "Ask the person to decide, then repeat the call unchanged.";
    case Errc::configuration:
      return "Ask the person to correct the setting and to restart this server.";
    case Errc::cancelled:
    case Errc::internal:
      break;
  }
  return {};
}

std::string read_again_with(std::string_view tool) {
  return fmt::format("Read it again with {}, then decide again.", tool);
}

}  // namespace tools::advice
