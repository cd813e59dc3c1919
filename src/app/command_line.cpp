#include "app/command_line.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "app/options.h"
#include "app/program.h"
#include "app/settings.h"
#include "app/version.h"

namespace app {
namespace {

constexpr const char* about =
    "Lets an AI assistant administer a PingOne Advanced Identity Cloud tenant as the person who signs in.\n"
    "Without arguments: a Model Context Protocol server on stdin and stdout, to be started by an MCP client.";

constexpr const char* about_credentials =
    "There is no client secret and no service account: configured ones stop the start.\n"
    "Sandbox and Development tenants only.";

// What CLI11 fills.
struct Raw {
  DoctorCommand doctor;
  InitCommand init;
  AuditCommand audit;
};

struct Parser {
  Parser() : cli(about, "aic-mcp-server") {
    cli.set_help_flag("-h,--help", "Print this help and exit");
    cli.set_version_flag("--version", version_text);
    cli.footer(fmt::format("\nSettings are environment variables:\n{}\n{}", settings_help(), about_credentials));
    cli.require_subcommand(0, 1);
    add_doctor();
    add_init();
    add_audit();
  }

  CLI::App* add_command(const char* name, const char* help) {
    CLI::App* command = cli.add_subcommand(name, help);
    command->set_help_flag();  // there is one help for all
    return command;
  }
  void add_doctor() {
    doctor = add_command("doctor", "Check settings, network, tenant and this machine; exit code 1 if a check fails");
    doctor->add_flag("--json", raw.doctor.json, "Print one JSON object instead of a line for each check");
    doctor->add_flag("--sign-in", raw.doctor.sign_in,
                     "Also sign in, read one thing with each kind of token, and sign out");
  }
  void add_init() {
    init = add_command("init", "Write this server into the configuration of an MCP client");
    std::vector<std::string_view> names;
    for (const McpClient& each : mcp_clients()) names.push_back(each.name);
    init->add_option("--client", raw.init.client,
                     fmt::format("{}; without it, the clients found here are listed", fmt::join(names, ", ")));
    init->add_option("--tenant", raw.init.tenant, "URL of the tenant (AIC_BASE_URL)");
    init->add_option("--name", raw.init.name, "Name of the entry")->capture_default_str();
    init->add_flag("--print", raw.init.print, "Print the entry and write nothing");
    init->add_flag("--remove", raw.init.remove, "Take the entry out");
  }

  void add_audit() {
    audit = add_command("audit", "Print an audit log and check that it is whole; exit code 1 if a line is broken");
    audit->add_option("FILE", raw.audit.file, "The file that AIC_AUDIT_FILE named")->required();
    audit->add_flag("--json", raw.audit.json, "Print the lines as they are");
    audit->add_option("--since", raw.audit.since, "Print what is not older: 2026-01-31, 2026-01-31T08:15Z");
    audit->add_option("--person", raw.audit.person, "Print what this person did");
    audit->add_option("--tool", raw.audit.tool, "Print calls of this tool");
  }

  CLI::App cli;
  Raw raw;
  CLI::App* doctor = nullptr;
  CLI::App* init = nullptr;
  CLI::App* audit = nullptr;
};

bool asks_for_help(const std::vector<std::string>& arguments) {
  return std::ranges::any_of(arguments, [](const auto& each) { return each == "--help" || each == "-h"; });
}

CommandLine refuse(const std::string& why) {
  return {std::nullopt, refused_start, fmt::format("aic-mcp-server: {}; see --help", why)};
}

}  // namespace

CommandLine parse_command_line(std::vector<std::string> arguments) {
  if (arguments.empty()) return {Serve{}, 0, {}};
  const std::string credential = credential_option(arguments);
  if (!credential.empty()) {
    return {std::nullopt, refused_start,
            fmt::format("{} is not accepted: this server takes no stored credential and acts only as the person who "
                        "signs in",
                        credential)};
  }
  Parser parser;
  if (asks_for_help(arguments)) return {std::nullopt, 0, parser.cli.help("", CLI::AppFormatMode::All)};
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    parser.cli.parse(std::move(arguments));
  } catch (const CLI::CallForVersion& version) {
    return {std::nullopt, 0, version.what()};
  } catch (const CLI::ExtrasError&) {
    // What CLI11 says itself would repeat the values.
    return refuse(unknown_options(parser.cli.remaining(true)));
  } catch (const CLI::ParseError& error) {
    return refuse(error.get_name() == "RequiredError" ? "the command lacks an argument"
                                                      : "an option has a value that it cannot take");
  }
  if (parser.doctor->parsed()) return {parser.raw.doctor, 0, {}};
  if (parser.audit->parsed()) return {parser.raw.audit, 0, {}};
  if (parser.init->parsed()) return {parser.raw.init, 0, {}};
  return {Serve{}, 0, {}};
}

}  // namespace app
