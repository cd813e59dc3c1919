// The pages of questions on loopback. Each is opened by one browser alone: the address that the system's opener is
// given, which stands in its arguments, is good for one visit and leads to the page, whose own address and cookie
// nobody else learns (R-APR-02, R-APR-03, docs/decisions/0024-approval-pages.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/approval/question.h"
#include "auth/peer_owner.h"
#include "base/random.h"
#include "net/loop.h"

namespace app {

// How a question stands.
enum class Ruling {
  open,
  approved,
  declined,
  expired,    // nobody answered in time
  withdrawn,  // the call does not need the answer any more
  contested,  // two programs opened the page, and nobody can tell which was the person's browser
};

// One question with its page.
class ApprovalPage {
 public:
  virtual ~ApprovalPage() = default;
  // What the system's opener is given, and nobody else.
  virtual std::string address() const = 0;
  // The opener has done its part. An approval does not count before.
  virtual void opener_is_done() = 0;
  virtual Ruling ruling() const = 0;
  // True when the person allowed the same tool for a while, too.
  virtual bool allows_repeats() const = 0;
  // Somebody else came to the page after the decision: another program may have taken it.
  virtual bool is_doubtful() const = 0;
  virtual bool was_visited() const = 0;
  // Returns once the question is no longer open.
  virtual net::Task<> decision() = 0;
  // Ends an open question; visitors of its page read why.
  virtual void end(Ruling ruling) = 0;
};

class ApprovalServer {
 public:
  using OwnerOfPeer = std::function<auth::PeerOwner(const std::string& peer, std::uint16_t port)>;

  // Listens as long as it lives. Throws base::Error where no port can be had.
  ApprovalServer(net::Loop& loop, net::Clock& clock, base::Random& random, OwnerOfPeer owner_of_peer);
  ~ApprovalServer();
  ApprovalServer(const ApprovalServer&) = delete;
  ApprovalServer& operator=(const ApprovalServer&) = delete;

  std::shared_ptr<ApprovalPage> show(Question question);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the requests being answered
};

}  // namespace app
