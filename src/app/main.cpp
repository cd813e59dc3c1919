// aic-mcp-server: MCP on stdin and stdout.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/hardening.h"
#include "app/offer.h"
#include "app/options.h"
#include "app/program.h"
#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "mcp/server.h"

namespace {

using base::LogLevel;

constexpr const char* about =
    "Lets an AI assistant administer a PingOne Advanced Identity Cloud tenant as the person who signs in.\n"
    "Without arguments: a Model Context Protocol server on stdin and stdout, to be started by an MCP client.";

constexpr const char* footer =
    "Settings are environment variables:\n"
    "  AIC_BASE_URL              the tenant, required: https://openam-example.forgeblocks.com\n"
    "  AIC_LOGIN                 auto, browser or device (a code to enter on any device)\n"
    "  AIC_LOGIN_PROMPT          login = ask for credentials even where the browser has a session\n"
    "  AIC_LOGIN_WAIT_S          seconds that a call without progress token waits for a sign-in (50)\n"
    "  BROWSER                   program that opens the sign-in page; empty = open none\n"
    "  AIC_READ_ONLY             true = offer only tools that change nothing\n"
    "  AIC_TOOLS                 offer only these tools or families, comma-separated\n"
    "  AIC_REVOKE_AT_EXIT        true = ask the tenant to revoke the session's tokens at the end\n"
    "  AIC_CONFIRM_DESTRUCTIVE   true = ask before each call that can overwrite or remove something\n"
    "  AIC_CA_FILE               more trusted certificates (PEM)\n"
    "  HTTPS_PROXY, ALL_PROXY, NO_PROXY\n"
    "  AIC_HTTP_TIMEOUT_S        limit of one request in seconds (60)\n"
    "  AIC_MAX_IN_FLIGHT         requests at the same time (64; over HTTP/1.1 16)\n"
    "  AIC_MAX_RESULT_CHARS      longest tool result in characters (38000)\n"
    "  AIC_LOG_LEVEL             error, warn, info or debug, on stderr (warn)\n"
    "  DOCKER_CONTAINER          true = container mode: device code, token in memory only\n"
    "\n"
    "There is no client secret and no service account: configured ones stop the start.\n"
    "Sandbox and Development tenants only.";

void say(std::FILE* where, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), where);
  std::fputc('\n', where);
}

// Nothing when the server shall run; else the exit code.
std::optional<int> handle_arguments(std::vector<std::string> arguments) {
  arguments.erase(arguments.begin());
  const std::string credential = app::credential_option(arguments);
  if (!credential.empty()) {
    say(stderr,
        fmt::format("{} is not accepted: this server takes no stored credential and acts only as the person who "
                    "signs in",
                    credential));
    return app::refused_start;
  }
  CLI::App cli(about, "aic-mcp-server");
  cli.set_version_flag("--version", "aic-mcp-server " AIC_VERSION);
  cli.footer(footer);
  try {
    cli.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // as CLI11 wants them
  } catch (const CLI::Success& end) {
    return cli.exit(end);
  } catch (const CLI::ParseError&) {
    // What CLI11 says itself would repeat the values.
    say(stderr, fmt::format("aic-mcp-server: {}; see --help", app::unknown_options(arguments)));
    return app::refused_start;
  }
  return std::nullopt;
}

void log_start(const app::Options& options, const base::Hardening& granted) {
  base::set_log_level(options.log_level);
  for (const std::string& warning : options.warnings) base::log(LogLevel::warn, "{}", warning);
  for (const std::string& note : options.debug_notes) base::log(LogLevel::debug, "{}", note);
  base::log(LogLevel::debug, "aic-mcp-server " AIC_VERSION " for {}", options.tenant.url());
  if (base::log_enabled(LogLevel::debug)) {
    base::log(LogLevel::debug, "process: {}", app::confinement_report(granted));
  }
}

http::CurlOptions http_options(const app::Options& options) {
  http::CurlOptions http;
  http.user_agent = "aic-mcp-server/" AIC_VERSION;
  http.ca_files = options.ca_files;
  http.ca_setting = "AIC_CA_FILE";
  http.trace_header = "X-ForgeRock-TransactionId";
  http.proxy = options.proxy;
  http.no_proxy = options.no_proxy;
  http.max_in_flight_http2 = options.max_in_flight_http2;
  http.max_in_flight_http1 = options.max_in_flight_http1;
  return http;
}

// True when the server can start: as it should, or to tell an MCP client, which would show nothing but that it ended,
// what is wrong (R-CLI-05).
bool may_start(const app::Options& options) {
  for (const std::string& fault : options.faults) say(stderr, fmt::format("aic-mcp-server: {}", fault));
  return options.faults.empty() || !base::is_terminal_stdin();
}

int run(const app::Options& options) {
  auto offered = app::offered_tools(options);
  // Before anything has a thread (auth/store.h).
  const std::shared_ptr<auth::TokenStore> store = options.container ? auth::no_store() : auth::system_store();
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  const auto http = http::make_curl_client(loop, http_options(options));
  const auto browser = net::system_browser(loop, clock, {.command = options.browser, .own_settings = "AIC_"});
  const auto client = net::stdio_lines(loop, mcp::max_line);

  const int exit_code = app::run({loop, clock, random, *http, *browser, store, *client}, options, std::move(offered));
  // A keychain call that hangs would hold up the ordinary end, which waits for the pool.
  base::end_process(exit_code);
}

}  // namespace

int main(int argc, char** argv) {
  const base::Hardening granted = base::harden_process();
  base::prepare_process();
  try {
    if (const auto code = handle_arguments(base::arguments(argc, argv))) return *code;
    const app::Options options = app::read_options(app::read_environment(base::environment()));
    if (!may_start(options)) return app::refused_start;
    log_start(options, granted);
    return run(options);
  } catch (const base::Error& error) {
    say(stderr, fmt::format("aic-mcp-server: {}", error.message));
    return app::refused_start;
  } catch (const std::exception& fault) {
    say(stderr, fmt::format("aic-mcp-server: {}", fault.what()));
    return app::fatal;
  }
}
