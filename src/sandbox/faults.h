// Things that go wrong on purpose: rules that answer the next matching requests with an error, a broken connection or
// nothing at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/server.h"
#include "sandbox/headers.h"
#include "sandbox/tenant.h"

namespace sandbox {

struct Fault {
  enum class Action { status, html, garbage, empty, flood, drip, reset, hang, truncate, delay };

  std::string method;     // empty = any
  std::string path;       // prefix of the path
  std::string body_text;  // something that the request's body contains; empty = any body
  int count = 1;          // how many requests; below 0 = all
  Action action = Action::status;
  int status = 503;
  std::string body;       // instead of the area's own error body
  http::Headers headers;  // added to the answer, e.g. Retry-After
  net::Duration delay{0};
  bool after = false;          // the request is carried out first
  std::size_t bytes = 0;       // of a flood
  bool content_length = true;  // whether a flood tells its length
};

// {"method","path","bodyContains","count","action" or "status","body","headers","delayMs","after","bytes",
// "contentLength"}.
// Throws Error{invalid_request} for what it does not know.
Fault parse_fault(const base::Json& description);
// The same in one line: "GET /openidm 503 count=2 delay=100 retry-after=1 after".
Fault parse_fault_text(std::string_view text);

std::string_view to_string(Fault::Action action);

class Faults {
 public:
  void add(Fault fault) { rules_.push_back(std::move(fault)); }
  void clear() { rules_.clear(); }
  // The first rule that fits, counted down.
  std::optional<Fault> take(const ApiRequest& request);

 private:
  std::vector<Fault> rules_;
};

// True when the request is carried out in spite of the fault.
bool is_carried_out(const Fault& fault);
// What the client is told by a fault; `real` is the answer that it would have got.
ApiReply faulty_reply(const Fault& fault, Area area, ApiReply real);
// True for a fault that leaves the client without an answer.
bool is_unanswered(const Fault& fault);
// The reply as the fault lets it travel. Throws http::BrokenOff, or takes forever, where there is none.
net::Task<http::ServerReply> deliver(Fault fault, net::Clock& clock, http::ServerReply reply);

}  // namespace sandbox
