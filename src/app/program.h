// The object graph of the server, from the edges of the world to the protocol, and its life from start to exit.
#pragma once

#include <memory>
#include <vector>

#include "app/options.h"
#include "auth/store.h"
#include "base/random.h"
#include "net/browser.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/stdio.h"
#include "tools/tool.h"

namespace app {

// The edges; tests put others in their places.
struct Edges {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  net::HttpClient& http;
  net::Browser& browser;
  std::shared_ptr<auth::TokenStore> store;
  net::LineChannel& client;
};

// Serves MCP until the client goes away or the process is told to end, then removes what the sign-in left
// (R-RES-19). Returns when nothing is left to do.
net::Task<> serve(Edges edges, const Options& options, std::vector<const tools::Tool*> offered);

}  // namespace app
