// The one exception of this program. It carries what a person needs to go on: what failed, the HTTP status,
// the transaction id, what was already done and what helps next.
#pragma once

#include <exception>
#include <string>

#include "base/json.h"

namespace base {

// What kind of failure it is; the names are what callers see (`to_string`).
enum class Errc {
  invalid_request,    // the request is wrong: 400, 405, 406, 415, 422, policy violations, bad arguments
  unauthorized,       // 401, 403
  not_found,          // 404, 410
  conflict,           // 409, 412
  rate_limited,       // 429
  transient,          // 5xx but 501, time-out, network
  not_available,      // the platform does not offer this operation: 501
  blocked,            // the platform's edge disliked the request
  login_required,     // a person has to sign in first
  login_declined,     // the person said no
  login_failed,       // the sign-in ended without a token
  outcome_unknown,    // a write may or may not have happened
  partial,            // some steps of a write happened, others did not
  declined,           // the person did not approve a change
  approval_required,  // a person has to approve the change first
  configuration,      // a setting of this server is missing or unusable
  cancelled,          // the caller withdrew the call
  internal,           // a fault of this program
};

std::string_view to_string(Errc code);

// The category that an HTTP status of a tenant stands for.
Errc errc_from_status(int http_status);

class Error : public std::exception {
 public:
  Error(Errc code, std::string message) : code(code), message(std::move(message)) {}

  const char* what() const noexcept override { return message.c_str(); }

  Errc code;
  std::string message;         // one sentence for a person
  int status = 0;              // HTTP status of the answer, 0 when none came
  std::string reason;          // `reason` of the tenant's error body, else the phrase of the status
  std::string tenant_message;  // the tenant's own words
  Json detail;                 // `detail` of the tenant's error body
  std::string request;         // "GET /openidm/…", without host and query
  std::string transaction_id;  // all ids that can be looked up in the logs, separated by ", "
  Json done;                   // array: what a call of several steps has already changed
  Json not_done;               // array: what it has not
  std::string next;            // what helps now

  // What this program knows of the request that failed; results do not show it. Set where it is known.
  bool about_token = false;        // there was no token for it: status and words are not about the request itself
  bool was_write = false;          // it was to change something
  bool may_have_happened = false;  // and nobody answered whether it did (R-WRT-09)
  std::string what_failed;         // then: `message` without the words about that
};

}  // namespace base
