// aic-mcp-server: MCP on stdin and stdout, or one of the commands.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/audit/show.h"
#include "app/command_line.h"
#include "app/doctor/doctor.h"
#include "app/init/init.h"
#include "app/offer.h"
#include "app/options.h"
#include "app/program.h"
#include "app/settings.h"
#include "base/error.h"
#include "base/process.h"
#include "mcp/server.h"

namespace {

void say(std::FILE* where, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), where);
  std::fputc('\n', where);
}

// True when the server can start: as it should, or to tell an MCP client, which would show nothing but that it ended,
// what is wrong (R-CLI-05).
bool may_start(const app::Options& options) {
  for (const std::string& fault : options.faults) say(stderr, fmt::format("aic-mcp-server: {}", fault));
  return options.faults.empty() || !base::is_terminal_stdin();
}

int serve(const app::Options& options) {
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

int examine(const app::Options& options, const app::Environment& environment, const base::Hardening& granted,
            const app::DoctorCommand& command) {
  const std::shared_ptr<auth::TokenStore> store = app::key_store(options);
  net::WorkerPool keychain_thread(1);
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  const auto certificate = std::make_shared<http::SeenCertificate>();
  auto http_options = app::http_options(options);
  http_options.seen_certificate = certificate;
  const auto http = http::make_curl_client(loop, std::move(http_options));
  const auto browser = net::system_browser(loop, clock, app::browser_options(options));
  const app::Patient patient{
      {loop, clock, random, *http, *browser, store, keychain_thread}, options, environment, granted, certificate};
  const int exit_code = app::run_doctor(patient, command.sign_in, command.json);
  base::end_process(exit_code);  // as in `serve`
}

int run(const app::Command& command, const std::string& word, const base::Hardening& granted) {
  if (const auto* audit = std::get_if<app::AuditCommand>(&command)) return app::run_audit(*audit);
  const app::Environment environment = app::read_environment(base::environment());
  const app::Options options = app::read_options(environment);
  if (const auto* doctor = std::get_if<app::DoctorCommand>(&command)) {
    base::set_log_level(options.log_level);
    return examine(options, environment, granted, *doctor);
  }
  if (const auto* init = std::get_if<app::InitCommand>(&command))
    return app::run_init(*init, environment, base::program_path(word, app::variable(environment, "PATH")));
  if (!may_start(options)) return app::refused_start;
  app::begin_log(options, granted);
  return serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  const base::Hardening granted = base::harden_process();
  base::prepare_process();
  try {
    auto arguments = base::arguments(argc, argv);
    const std::string word = arguments.empty() ? "" : arguments.front();
    if (!arguments.empty()) arguments.erase(arguments.begin());
    const app::CommandLine line = app::parse_command_line(std::move(arguments));
    if (line.command) return run(*line.command, word, granted);
    say(line.exit_code == 0 ? stdout : stderr, line.text);
    return line.exit_code;
  } catch (const base::Error& error) {
    say(stderr, fmt::format("aic-mcp-server: {}", error.message));
    return app::refused_start;
  } catch (const std::exception& fault) {
    say(stderr, fmt::format("aic-mcp-server: {}", fault.what()));
    return app::fatal;
  }
}
