// What can stand in an argument of a prompt or a variable of a resource: realms, and the tenant's own names once
// somebody is signed in. Typing never causes a sign-in.
#pragma once

#include <string>

#include "app/runner.h"
#include "mcp/host.h"

namespace app {

class Completer final : public mcp::Completer {
 public:
  explicit Completer(Runner& runner) : runner_(runner) {}
  net::Task<mcp::Completion> complete(mcp::CompletionQuery query) override;

 private:
  Runner& runner_;
};

}  // namespace app
