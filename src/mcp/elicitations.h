// Requests of ours to the client in the handshake era: questions to the person, which outlive the call that asked them,
// and what else a client can be asked for (MCP 2025-06-18 and 2025-11-25, client/elicitation, client/sampling,
// client/roots). The stateless era has none of this.
#pragma once

#include "base/random.h"
#include "mcp/era.h"

#include <functional>
#include <memory>
#include <string>

namespace mcp {

// What the revision and the client's handshake allow.
struct Askable {
  Abilities can;
  bool names_mode = false;  // `mode` exists (from 2025-11-25)
};

// All open requests of one session.
class Elicitations {
 public:
  // `outlet` takes what no request's own outlet takes.
  Elicitations(Outlet& outlet, net::Loop& loop, base::Random& random);

  // The client is gone: nothing is sent any more, no answer will come.
  void shut();
  // The client has begun anew and knows nothing of what is open: nobody could be asked. Later requests have new ids, so
  // that no late answer is taken for one of theirs.
  void give_up();

  // Sends the question. One that the client cannot show is undeliverable, soon.
  std::shared_ptr<OpenElicitation> ask(const Askable& can, Elicitation question,
                                       std::function<void(ElicitationAnswer)> on_answer,
                                       const std::shared_ptr<Outlet>& outlet);
  // Sends all of them and waits for the results; withdraws what is unanswered when it is cancelled.
  net::Task<std::vector<Json>> ask(Askable can, std::vector<Inquiry> inquiries, std::shared_ptr<Outlet> outlet);
  // Takes what the client answered; an answer to no open request is ignored.
  void answered(const Response& response);

 private:
  struct Table;
  class Question;
  class Pending;
  net::Loop& loop_;
  base::Random& random_;
  std::shared_ptr<Table> table_;
};

}  // namespace mcp
