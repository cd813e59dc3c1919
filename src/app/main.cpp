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

#include "app/offer.h"
#include "app/options.h"
#include "app/program.h"
#include "app/settings.h"
#include "app/version.h"
#include "base/error.h"
#include "base/process.h"
#include "mcp/server.h"

namespace {

constexpr const char* about =
    "Lets an AI assistant administer a PingOne Advanced Identity Cloud tenant as the person who signs in.\n"
    "Without arguments: a Model Context Protocol server on stdin and stdout, to be started by an MCP client.";

constexpr const char* about_credentials =
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
  cli.set_version_flag("--version", app::version_text);
  cli.footer(fmt::format("Settings are environment variables:\n{}\n{}", app::settings_help(), about_credentials));
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

// True when the server can start: as it should, or to tell an MCP client, which would show nothing but that it ended,
// what is wrong (R-CLI-05).
bool may_start(const app::Options& options) {
  for (const std::string& fault : options.faults) say(stderr, fmt::format("aic-mcp-server: {}", fault));
  return options.faults.empty() || !base::is_terminal_stdin();
}

int run(const app::Options& options) {
  auto offered = app::offered_tools(options);
  // Before anything has a thread (auth/store.h).
  const std::shared_ptr<auth::TokenStore> store = app::key_store(options);
  net::WorkerPool keychain_thread(1);
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  const auto http = http::make_curl_client(loop, app::http_options(options));
  const auto browser = net::system_browser(loop, clock, app::browser_options(options));
  const auto client = net::stdio_lines(loop, mcp::max_line);

  const int exit_code =
      app::run({loop, clock, random, *http, *browser, store, keychain_thread, *client}, options, std::move(offered));
  // Not `return`: the destructors of what is above wait for their threads, and one of them may hang in a keychain.
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
    app::begin_log(options, granted);
    return run(options);
  } catch (const base::Error& error) {
    say(stderr, fmt::format("aic-mcp-server: {}", error.message));
    return app::refused_start;
  } catch (const std::exception& fault) {
    say(stderr, fmt::format("aic-mcp-server: {}", fault.what()));
    return app::fatal;
  }
}
