// A whole tenant of PingOne Advanced Identity Cloud on this computer: TLS, sign-in, REST API, and knobs for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "http/server/server.h"
#include "net/loop.h"
#include "sandbox/ca.h"
#include "sandbox/faults.h"
#include "sandbox/journal.h"
#include "sandbox/oauth/oauth.h"
#include "sandbox/tenant.h"

namespace sandbox {

struct SandboxOptions {
  std::vector<std::string> addresses = {"127.0.0.1", "::1"};
  std::uint16_t port = 0;
  std::vector<std::string> names;  // further names that the certificate is good for
  CertificateFault certificate_fault = CertificateFault::none;
  bool http2 = true;
  bool control = true;                   // whether /sandbox/… is served
  net::Duration delay{0};                // added to every answer
  std::chrono::seconds clock_offset{0};  // of the time that answers tell in their header Date
  net::Duration idle_limit{600'000};
  std::uint64_t seed = 1;
  bool example_data = true;
  ThemeLayout theme_layout = ThemeLayout::realm;
  bool node_versions = true;        // false = a tenant from before AM 8.1
  int log_requests_per_minute = 0;  // 0 = not limited
  OAuthOptions oauth;               // host and port are filled in
  std::vector<Fault> faults;
  std::function<void(const RequestRecord&)> on_request;
};

// Listens from construction on; `loop`, `clock` and `random` outlive it.
class Sandbox {
 public:
  Sandbox(net::Loop& loop, net::Clock& clock, base::Random& random, SandboxOptions options);
  ~Sandbox();

  std::uint16_t port() const;
  std::string url() const;                 // https://localhost:PORT
  const std::string& ca_pem() const;       // what a client has to trust
  const std::string& spki_sha256() const;  // for Chromium's --ignore-certificate-errors-spki-list

  // State to look at and to change between requests.
  Tenant& tenant();
  OAuth& oauth();
  Faults& faults();
  Journal& journal();
  // A fresh tenant: data, logins, faults and journal as after the start.
  void reset();

  http::HttpServer& server();

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace sandbox
