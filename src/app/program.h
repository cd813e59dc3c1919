// The object graph of the server, from the edges of the world to the protocol, and its life from start to exit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "app/audit/audit.h"
#include "app/options.h"
#include "auth/session.h"
#include "auth/store.h"
#include "base/random.h"
#include "base/secret.h"
#include "http/client/curl_client.h"
#include "http/http.h"
#include "net/browser.h"
#include "net/loop.h"
#include "net/stdio.h"
#include "tools/kit/tool.h"

namespace app {

// The edges; tests put others in their places.
struct Edges {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  http::HttpClient& http;
  net::Browser& browser;
  std::shared_ptr<auth::TokenStore> store;
  net::WorkerPool& keychain_thread;  // one thread, for the store
  net::LineChannel& client;
  std::uint16_t redirect_port = 3000;  // where the tenant sends the browser back; 0 = any free one, for tests
};

// How the real edges are made. The store is to be made before anything has a thread (auth/store.h).
std::shared_ptr<auth::TokenStore> key_store(const Options& options);
http::CurlOptions http_options(const Options& options);
net::BrowserOptions browser_options(const Options& options);
auth::Settings session_settings(const Options& options, std::uint16_t redirect_port);
// The same settings, with which sign-ins and sign-outs are in the audit log.
auth::Settings audited(auth::Settings settings, std::shared_ptr<AuditLog> audit);

// Sets the level of the log and writes what is known so far: what is odd about the settings, and what the operating
// system `granted`.
void begin_log(const Options& options, const base::Hardening& granted);

constexpr int refused_start = 1;  // exit code: a setting is missing or unusable
constexpr int fatal = 70;         // exit code: a fault of the program itself (sysexits.h: EX_SOFTWARE)

// Serves MCP until the client goes away or the process is told to end, then removes what the sign-in left
// (R-RES-19). Returns when nothing is left to do. `end` gets what ends it from outside, as long as that can be done.
net::Task<> serve(Edges edges, const Options& options, std::vector<const tools::Tool*> offered,
                  std::shared_ptr<std::function<void()>> end = nullptr);

// Runs `serve` on the loop of the edges to its end. A fault that comes out of the loop is logged and ends the server
// as a signal would, so that no record of a sign-in is left. Returns the exit code.
int run(Edges edges, const Options& options, std::vector<const tools::Tool*> offered);

}  // namespace app
