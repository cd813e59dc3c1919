// The listener on loopback to which the tenant sends the browser back (RFC 8252 §7.3). It finds the one request that
// decides a sign-in, answers all others, and keeps the deciding browser waiting until the outcome is known.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/peer_owner.h"
#include "auth/result_page.h"
#include "base/secret.h"
#include "http/server/server.h"
#include "net/loop.h"

namespace auth {

// How the tenant ended its side: with a code, or with an error and perhaps its description, fit to be shown.
struct Redirect {
  base::Secret code;
  std::string error;
  std::string description;
};

// Listens as long as it lives. Throws http::AddressInUse.
class RedirectListener {
 public:
  using OwnerOfPeer = std::function<PeerOwner(const std::string& peer, std::uint16_t port)>;

  RedirectListener(net::Loop& loop, std::uint16_t port, std::string state, OwnerOfPeer owner_of_peer = peer_owner);
  ~RedirectListener();

  std::uint16_t port() const;
  // The deciding request; to be awaited once.
  net::Task<Redirect> decision();
  // Gives the deciding browser its page and waits, for a moment only, until it is on its way.
  net::Task<> conclude(ResultPage page);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the requests being answered
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace auth
