// The way of a request through the sandbox: control, faults, delay, bearer and scopes, the area that answers, headers.
#pragma once

#include <memory>

#include "base/random.h"
#include "http/server/server.h"
#include "sandbox/sandbox.h"

namespace sandbox {

// Everything that a running sandbox consists of. Shared with the requests under way.
struct Gateway {
  Gateway(net::Clock& a_clock, base::Random& a_random, SandboxOptions some_options);

  void reset();

  net::Clock& clock;
  base::Random& random;
  SandboxOptions options;
  std::unique_ptr<Tenant> tenant;
  std::unique_ptr<OAuth> oauth;
  Faults faults;
  Journal journal;
};

net::Task<http::ServerReply> serve(std::shared_ptr<Gateway> gateway, http::ServerRequest request);

// /sandbox/…: what tests use to look behind the scenes and to order trouble.
ApiReply control(Gateway& gateway, const ApiRequest& request);

}  // namespace sandbox
