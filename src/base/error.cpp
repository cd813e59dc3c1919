#include "base/error.h"

namespace base {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::invalid_request:
      return "invalid_request";
    case Errc::unauthorized:
      return "unauthorized";
    case Errc::not_found:
      return "not_found";
    case Errc::conflict:
      return "conflict";
    case Errc::rate_limited:
      return "rate_limited";
    case Errc::transient:
      return "transient";
    case Errc::not_available:
      return "not_available";
    case Errc::blocked:
      return "blocked";
    case Errc::login_required:
      return "login_required";
    case Errc::login_declined:
      return "login_declined";
    case Errc::login_failed:
      return "login_failed";
    case Errc::outcome_unknown:
      return "outcome_unknown";
    case Errc::partial:
      return "partial";
    case Errc::declined:
      return "declined";
    case Errc::approval_required:
      return "approval_required";
    case Errc::configuration:
      return "configuration";
    case Errc::cancelled:
      return "cancelled";
    case Errc::internal:
      return "internal";
  }
  return "internal";
}

Errc errc_from_status(int http_status) {
  switch (http_status) {
    case 401:
    case 403:
      return Errc::unauthorized;
    case 404:
    case 410:
      return Errc::not_found;
    case 408:
      return Errc::transient;
    case 409:
    case 412:
      return Errc::conflict;
    case 429:
      return Errc::rate_limited;
    case 501:
      return Errc::not_available;
    default:
      break;
  }
  return http_status >= 400 && http_status < 500 ? Errc::invalid_request : Errc::transient;
}

}  // namespace base
