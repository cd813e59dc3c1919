// Questions to the person in the handshake era: requests of ours, which outlive the call that asked them
// (MCP 2025-06-18 and 2025-11-25, client/elicitation). The stateless era has none of this.
#pragma once

#include "base/random.h"
#include "mcp/era.h"

#include <functional>
#include <memory>

namespace mcp {

// What the revision and the client's handshake allow.
struct Askable {
  Elicits modes;
  bool names_mode = false;  // `mode` exists (from 2025-11-25)
};

// All open questions of one session.
class Elicitations {
 public:
  Elicitations(Outlet& outlet, net::Loop& loop, base::Random& random);

  // The client is gone: nothing is sent any more, no answer will come.
  void shut();

  // Sends the question. One that the client cannot show is undeliverable, soon.
  std::shared_ptr<OpenElicitation> ask(const Askable& can, Elicitation question,
                                       std::function<void(ElicitationAnswer)> on_answer);
  // Takes what the client answered; an answer to no open question is ignored.
  void answered(const Response& response);

 private:
  struct Table;
  class Question;
  net::Loop& loop_;
  base::Random& random_;
  std::shared_ptr<Table> table_;
};

}  // namespace mcp
