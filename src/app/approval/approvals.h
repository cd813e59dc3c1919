// Asks the person before a call that changes the tenant (R-APR): on a page in their browser, and where there is none
// here, by a form of the MCP client.
#pragma once

#include <memory>
#include <string_view>

#include "app/approval/approval_server.h"
#include "app/approval/question.h"
#include "app/options.h"
#include "base/random.h"
#include "mcp/client.h"
#include "net/browser.h"
#include "net/loop.h"
#include "tools/kit/tool.h"

namespace app {

class Approvals {
 public:
  // How a person came to approve.
  enum class How { on_the_page, through_the_client, earlier };

  struct Edges {
    net::Loop& loop;
    net::Clock& clock;
    base::Random& random;
    net::Browser& browser;
    ApprovalServer::OwnerOfPeer owner_of_peer = auth::peer_owner;
  };

  // What `edges` and `options` name outlives this object.
  Approvals(Edges edges, const Options& options);
  ~Approvals();
  Approvals(const Approvals&) = delete;
  Approvals& operator=(const Approvals&) = delete;

  // Whether the settings ask for an approval of such a tool. Sign-in, reads and previews never need one (R-APR-07).
  bool needs(const tools::Tool& tool) const;

  // Returns when the person approves. Throws base::Error: `declined` when they do not (R-APR-06), do not answer in
  // time, or the page was opened by two programs; `approval_required` when the client would not wait any longer, while
  // the page stays open for the same call again; `not_available` where nobody can be asked. Nothing is sent to the
  // tenant.
  net::Task<How> ask(Question question, mcp::Client& client);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the coroutines that keep a page open
};

// As results and the audit log name it.
std::string_view to_string(Approvals::How how);

}  // namespace app
