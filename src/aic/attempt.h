// A request whose failure its caller wants to look into: as a value, since nothing can be awaited in a catch block.
#pragma once

#include <optional>

#include "aic/tenant.h"

namespace aic {

// Exactly one of the two is there.
struct Attempt {
  std::optional<Reply> reply;
  std::optional<base::Error> error;

  // A write that may have happened although it failed (R-WRT-09): no answer, or a gateway's.
  bool is_open() const { return error && (error->code == base::Errc::outcome_unknown || error->status >= 500); }
};

inline net::Task<Attempt> attempt(net::Task<Reply> request) {
  try {
    co_return Attempt{.reply = co_await std::move(request)};
  } catch (const base::Error& error) {
    co_return Attempt{.error = error};
  }
}

}  // namespace aic
