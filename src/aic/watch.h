// Looks on while a call asks the tenant, and may answer in its place: previews (aic/rehearsal.h) and the journal of
// changes (aic/journal.h). Tools know nothing of it.
#pragma once

#include <optional>
#include <string>

#include "aic/tenant.h"

namespace aic {

// A request as a tool made it. One for all its repeats.
struct Message {
  const std::string& method;
  const base::Target& target;
  const Json& body;  // null for none
  const RequestOptions& options;
  bool is_write = false;
};

class Watch {
 public:
  virtual ~Watch() = default;
  // Before anything is sent or waited for. Nothing: the tenant is asked.
  virtual net::Task<std::optional<http::Response>> answer(Tenant&, const Message&) { co_return std::nullopt; }
  // The tenant answered, or `answer` did. A read's body may be amended.
  virtual void answered(const Message&, Reply&) {}
  // It was refused with this status, so that nothing was done; or, of a write without a status, nobody knows what
  // became of it. Not called for what was never sent.
  virtual void failed(const Message&, int) noexcept {}
};

}  // namespace aic
