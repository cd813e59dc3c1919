// What it means when the tenant refuses a request or does not answer it: base::Error with category, the tenant's own
// words, and what helps next (R-HTT-08 to -13, R-RES-04, -05).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/http.h"

namespace aic {

// The request that failed, as people may see it.
struct Asked {
  std::string host;
  std::string method;
  std::string path;  // without the query
  bool is_write = false;

  std::string line() const { return method + " " + path; }
};

// The tenant's answer with a status outside 200–299 as an Error: CREST, ESV, OAuth, the edge's HTML or nothing.
base::Error error_from_answer(const Asked& asked, int status, const http::Headers& headers, std::string_view body,
                              std::int64_t now_unix_ms);

// No answer, or not a whole one.
base::Error error_from_transport(const Asked& asked, const http::TransportError& failure);

// A 2xx whose body is no JSON, or not what the tenant answers (R-HTT-09). Of a write it says nothing, so that the code
// is outcome_unknown.
base::Error error_from_unreadable(const Asked& asked, const http::Response& response, std::string_view problem);

// True when the tenant itself said that there is no such thing: not when something before it answered 404 (R-RES-24).
bool says_missing(const base::Error& error);

// True when the tenant refused values because of this policy, e.g. "UNIQUE".
bool fails_policy(const base::Error& error, std::string_view policy);

// "Not Found" for 404; "HTTP 599" for a number that has no name.
std::string reason_phrase(int status);

}  // namespace aic
