#include "sandbox/sandbox.h"

#include <utility>

#include "sandbox/ca.h"
#include "sandbox/gateway.h"

namespace sandbox {
namespace {

constexpr std::size_t max_connections = 1'024;
constexpr std::size_t max_header = 32 * 1024;

}  // namespace

struct Sandbox::State {
  Authority authority;
  std::shared_ptr<Gateway> gateway;
};

Sandbox::Sandbox(net::Loop& loop, net::Clock& clock, base::Random& random, SandboxOptions options)
    : state_(std::make_shared<State>()) {
  state_->authority = make_authority(options.names, options.certificate_fault);
  http::ServerOptions server{.addresses = options.addresses,
                             .port = options.port,
                             .tls = std::make_shared<http::TlsIdentity>(std::move(state_->authority.server)),
                             .http2 = options.http2,
                             .header_limit = options.idle_limit,
                             .max_header = max_header,
                             .max_connections = max_connections};
  const auto serve_later = [state = std::weak_ptr(state_)](http::ServerRequest request) {
    return serve(state.lock()->gateway, std::move(request));
  };
  server_ = http::start_server(loop, std::move(server), serve_later);
  options.oauth.port = server_->port();
  if (options.oauth.host.empty()) options.oauth.host = "localhost";
  state_->gateway = std::make_shared<Gateway>(clock, random, std::move(options));
}

Sandbox::~Sandbox() = default;

std::uint16_t Sandbox::port() const {
  return server_->port();
}
std::string Sandbox::url() const {
  return state_->gateway->oauth->origin();
}
const std::string& Sandbox::ca_pem() const {
  return state_->authority.ca_pem;
}
const std::string& Sandbox::spki_sha256() const {
  return state_->authority.spki_sha256;
}
Tenant& Sandbox::tenant() {
  return *state_->gateway->tenant;
}
OAuth& Sandbox::oauth() {
  return *state_->gateway->oauth;
}
Faults& Sandbox::faults() {
  return state_->gateway->faults;
}
Journal& Sandbox::journal() {
  return state_->gateway->journal;
}
void Sandbox::reset() {
  state_->gateway->reset();
}
http::HttpServer& Sandbox::server() {
  return *server_;
}

}  // namespace sandbox
