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
      return "Read it again and repeat the change on what is there now.";
    case Errc::rate_limited:
      return "Wait a little before calling again.";
    case Errc::transient:
      return "Call again later.";
    case Errc::not_available:
      return "The platform does not offer this operation; asking again will not help.";
    case Errc::blocked:
      return "Change what the request contains.";
    case Errc::login_required:
      return "Log in, then call again.";
    case Errc::login_declined:
    case Errc::login_failed:
      return "The next call starts a new login.";
    case Errc::outcome_unknown:
      return "Do not repeat this before checking what the tenant holds now.";
    case Errc::partial:
      return "Finish or undo what is left before anything else.";
    case Errc::configuration:
      return "Ask the person to correct the setting and to restart this server.";
    case Errc::cancelled:
    case Errc::internal:
      break;
  }
  return {};
}

std::string read_again_with(std::string_view tool) {
  return fmt::format("Read it again with {}, then decide anew.", tool);
}

}  // namespace tools::advice
