// Asking the tenant several things at once: partial results instead of one failure for all (R-RES-11), and progress
// where there are many (R-RES-16).
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/kit/tool.h"

namespace tools {

// One request of several; is called once.
using Ask = std::function<net::Task<aic::Reply>()>;

// What came of it: a body, or the tenant's refusal.
struct Answer {
  Json body;
  std::optional<base::Error> error;
};

// Sends all requests side by side; the answers are in their order. Throws only what is no base::Error.
// `what` names the things asked for in progress messages: "node settings".
net::Task<std::vector<Answer>> ask_all(Call& call, std::string_view what, std::vector<Ask> asks);

// Makes a failure of an answer without a body.
void need_body(Answer& answer, std::string_view asked);

// How a failed entry shows in a result: {status, message}.
Json failed_entry(const base::Error& error);

}  // namespace tools
