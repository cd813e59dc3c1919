#include "app/program.h"

#include <exception>
#include <functional>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/shared.h"
#include "app/audit/audit.h"
#include "app/host.h"
#include "auth/session.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "mcp/server.h"
#include "net/end_requests.h"

namespace app {
namespace {

using base::LogLevel;

constexpr net::Duration write_grace{5'000};  // R-RES-19
constexpr std::size_t longest_subject = 200;

// The fault that ended it, or null.
net::Task<std::exception_ptr> serve_until_the_end(mcp::Server& server) {
  try {
    co_await server.serve();
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

}  // namespace

auth::Settings session_settings(const Options& options, std::uint16_t redirect_port) {
  auth::Settings settings;
  settings.tenant = options.tenant;
  const auto scopes = login_scopes();
  settings.login_scope_order = fmt::format("{}", fmt::join(scopes, " "));
  settings.login_scopes = {scopes.begin(), scopes.end()};
  settings.flow = options.flow;
  settings.prompt_login = options.prompt_login;
  settings.revoke_at_exit = options.revoke_at_exit;
  settings.place = options.place;
  settings.request_limit = options.http_timeout;
  settings.wait_without_progress = options.login_wait;
  settings.redirect_port = redirect_port;
  return settings;
}

auth::Settings audited(auth::Settings settings, std::shared_ptr<AuditLog> audit) {
  const auto note = [audit = std::move(audit)](std::string_view event) {
    return [audit, event](const auth::SignIn& sign_in) {
      const auto& subject = sign_in.subject;
      audit->note(event, subject.empty() ? "unknown" : base::printable(subject, longest_subject));
    };
  };
  settings.on_sign_in = note("sign-in");
  settings.on_sign_out = note("sign-out");
  return settings;
}

std::shared_ptr<auth::TokenStore> key_store(const Options& options) {
  return options.container ? auth::no_store() : auth::system_store();
}

http::CurlOptions http_options(const Options& options) {
  http::CurlOptions http;
  http.user_agent = "aic-mcp-server/" AIC_VERSION;
  http.ca_files = options.ca_files;
  http.ca_setting = "AIC_CA_FILE";
  http.trace_header = "X-ForgeRock-TransactionId";
  http.proxy = options.proxy;
  http.no_proxy = options.no_proxy;
  if (options.max_in_flight) http.max_in_flight_http2 = http.max_in_flight_http1 = *options.max_in_flight;
  return http;
}

net::BrowserOptions browser_options(const Options& options) {
  return {.command = options.browser, .own_settings = "AIC_"};
}

void begin_log(const Options& options, const base::Hardening& granted) {
  base::set_log_level(options.log_level);
  for (const std::string& warning : options.warnings) base::log(LogLevel::warn, "{}", warning);
  for (const std::string& note : options.debug_notes) base::log(LogLevel::debug, "{}", note);
  base::log(LogLevel::debug, "aic-mcp-server " AIC_VERSION " for {}", options.tenant.url());
  base::log(LogLevel::debug, "process: memory dumps {}, token pages {}", granted.dumps_off ? "off" : "ON",
            granted.pages_locked ? "locked in memory" : "NOT LOCKED, may be swapped out");
}

net::Task<> serve(Edges edges, const Options& options, std::vector<const tools::Tool*> offered,
                  std::shared_ptr<std::function<void()>> end) {
  const auto audit = std::make_shared<AuditLog>(options, edges.clock, edges.random);
  auth::Session session(
      {edges.loop, edges.clock, edges.random, edges.http, edges.browser, edges.store, edges.keychain_thread},
      audited(session_settings(options, edges.redirect_port), audit));
  if (options.faults.empty()) session.start();
  aic::Shared shared(edges.loop);
  Host host({edges.loop, edges.clock, edges.random, edges.http, shared}, edges.browser, session, options,
            std::move(offered), audit);
  mcp::Server server({edges.loop, edges.clock, edges.random, edges.client, host});
  const net::EndRequests end_requests(edges.loop, [&server](std::string_view what) {
    base::log(LogLevel::info, "{}: ending", what);
    server.stop();
  });
  if (end) *end = [&server] { server.stop(); };

  const auto fault = co_await serve_until_the_end(server);
  if (end) *end = nullptr;
  // Clients kill a server that lingers: the listener and the record go first, after a fault too; a write that was
  // already sent and the revocation of tokens are waited for after that.
  co_await session.close();
  if (fault) std::rethrow_exception(fault);
  co_await server.finish(write_grace);
  co_await session.finish();
}

int run(Edges edges, const Options& options, std::vector<const tools::Tool*> offered) {
  int exit_code = options.faults.empty() ? 0 : refused_start;
  const auto fail = [&exit_code](const std::exception& fault) {
    base::log(LogLevel::error, "fatal: {}", fault.what());
    exit_code = fatal;
  };
  const auto end = std::make_shared<std::function<void()>>();
  bool has_ended = false;
  edges.loop.spawn(serve(edges, options, std::move(offered), end), [&](const std::exception_ptr& error) {
    has_ended = true;
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& fault) {
      fail(fault);
    }
    edges.loop.stop();
  });
  // A second fault would be one of the ending itself.
  for (int faults = 0; !has_ended && faults < 2; ++faults) {
    try {
      edges.loop.run();
    } catch (const std::exception& fault) {
      fail(fault);
      if (*end) (*end)();
    }
  }
  return exit_code;
}

}  // namespace app
