#include "sandbox/options.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/error.h"
#include "sandbox/data.h"

namespace sandbox {
namespace {

constexpr std::string_view default_password = "sandbox";

// What CLI11 fills and what does not fit an option's own type.
struct Raw {
  long delay = 0, idle = 600, login = 3600, access = 3600, code = 120, device_expiry = 300, device_interval = 5;
  bool http1 = false, no_control = false, no_consent = false, no_clients = false, rfc_pending = false;
  long clock_offset = 0;
  std::string tokens = "opaque", themes = "realm", node_versions = "on", certificate = "good";
  std::vector<std::string> faults;
};

void add_server_options(CLI::App& app, ProgramOptions& options, Raw& raw) {
  const auto group = app.add_option_group("Server");
  group->add_option("--port", options.sandbox.port, "Port to listen on; 0 = any free one")->capture_default_str();
  group->add_option("--host", options.sandbox.addresses, "IP address to listen on (may be repeated)")
      ->type_name("ADDRESS")
      ->default_str("127.0.0.1 ::1");
  group->add_option("--name", options.sandbox.names,
                    "Additional host name or IP address for the certificate; the first one becomes the tenant's name");
  group->add_option("--ca-file", options.ca_file, "File for the CA certificate (default: a temporary file)")
      ->type_name("PATH");
  group->add_flag("--http1", raw.http1, "Offer HTTP/1.1 only");
  group->add_option("--idle", raw.idle, "Time until an idle connection is closed, in seconds")->capture_default_str();
  group->add_flag("--print-json", options.print_json, "When ready, print one line of JSON for programs");
  group->add_flag("--quiet", options.quiet, "Do not print requests on stderr");
  group->add_flag("--no-control", raw.no_control, "Do not serve /sandbox/…");
}

void add_tenant_options(CLI::App& app, ProgramOptions& options, Raw& raw) {
  auto& oauth = options.sandbox.oauth;
  const auto group = app.add_option_group("Tenant");
  group->add_option("--seed", options.sandbox.seed, "Seed of the example data")->capture_default_str();
  group->add_option("--user", oauth.user, "Administrator's user name")->capture_default_str();
  group->add_option("--further-user", oauth.further_users, "User name of another administrator");
  group->add_option("--password", oauth.password, "Administrators' password")->capture_default_str();
  group->add_option("--login-lifetime", raw.login, "Lifetime of a login token, in seconds")->capture_default_str();
  group->add_option("--access-token-lifetime", raw.access, "Lifetime of a scoped token, in seconds")
      ->capture_default_str();
  group->add_option("--code-lifetime", raw.code, "Lifetime of an authorization code, in seconds")
      ->capture_default_str();
  group->add_option("--device-expires", raw.device_expiry, "Lifetime of a device code, in seconds")
      ->capture_default_str();
  group->add_option("--device-interval", raw.device_interval, "Interval between two polls of a device, in seconds")
      ->capture_default_str();
  group->add_option("--tokens", raw.tokens, "Form of tokens: short and opaque, or long as AM's encrypted JWTs")
      ->check(CLI::IsMember({"opaque", "jwt"}))
      ->capture_default_str();
  group
      ->add_option("--theme-layout", raw.themes,
                   "How themes are stored: all themes of a realm in one document, or one document per theme")
      ->check(CLI::IsMember({"realm", "theme"}))
      ->capture_default_str();
  group->add_option("--node-versions", raw.node_versions, "Whether journey nodes have versions (since AM 8.1)")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  group->add_flag("--refresh-tokens", oauth.refresh_tokens, "Also send a refresh token, although none was requested");
  group->add_flag("--no-consent", raw.no_consent, "Do not ask for consent after the sign-in");
  group->add_option("--log-limit", options.sandbox.log_requests_per_minute,
                    "Number of log requests per minute before status 429");
}

void add_trouble_options(CLI::App& app, ProgramOptions& options, Raw& raw) {
  auto& oauth = options.sandbox.oauth;
  const auto group = app.add_option_group("Trouble");
  group->add_option("--delay", raw.delay, "Delay of every answer, in milliseconds")->capture_default_str();
  group->add_option("--faults", raw.faults, "Fault as described below (may be repeated)")->type_name("SPEC");
  group
      ->add_option("--certificate", raw.certificate,
                   "The server's certificate: good, or with a fault that a client must refuse")
      ->check(CLI::IsMember({"good", "expired", "self-signed", "wrong-name"}))
      ->capture_default_str();
  group
      ->add_option("--clock-offset", raw.clock_offset,
                   "Difference of the header Date from this machine's time, in seconds")
      ->capture_default_str();
  group->add_flag("--no-mcp-clients", raw.no_clients, "Run without the MCP clients: every request gets invalid_client");
  group->add_flag("--exchange-forbidden", oauth.exchange_forbidden, "Refuse every token exchange");
  group
      ->add_option("--bad-subject-status", oauth.bad_subject_status,
                   "Status of an exchange with an invalid or expired login token")
      ->check(CLI::IsMember({400, 401}))
      ->capture_default_str();
  group->add_flag("--rfc-pending", raw.rfc_pending,
                  "Answer a pending device sign-in with 400, as in RFC 8628, instead of 403");
}

void apply(const Raw& raw, SandboxOptions& sandbox) {
  using std::chrono::seconds;
  sandbox.delay = net::Duration(raw.delay);
  sandbox.idle_limit = seconds(raw.idle);
  sandbox.http2 = !raw.http1;
  sandbox.clock_offset = seconds(raw.clock_offset);
  if (raw.certificate == "expired") sandbox.certificate_fault = CertificateFault::expired;
  if (raw.certificate == "self-signed") sandbox.certificate_fault = CertificateFault::self_signed;
  if (raw.certificate == "wrong-name") sandbox.certificate_fault = CertificateFault::wrong_name;
  sandbox.control = !raw.no_control;
  if (raw.themes == "theme") sandbox.theme_layout = ThemeLayout::theme;
  sandbox.node_versions = raw.node_versions == "on";
  auto& oauth = sandbox.oauth;
  oauth.login_lifetime = seconds(raw.login);
  oauth.scoped_lifetime = seconds(raw.access);
  oauth.code_lifetime = seconds(raw.code);
  oauth.device_lifetime = seconds(raw.device_expiry);
  oauth.device_interval = seconds(raw.device_interval);
  oauth.jwt_tokens = raw.tokens == "jwt";
  oauth.ask_consent = !raw.no_consent;
  oauth.has_mcp_clients = !raw.no_clients;
  if (raw.rfc_pending) oauth.pending_status = 400;
  if (!sandbox.names.empty()) oauth.host = sandbox.names.front();
  for (const auto& text : raw.faults) sandbox.faults.push_back(parse_fault_text(text));
}

}  // namespace

Parsed parse_options(std::vector<std::string> arguments) {
  ProgramOptions options;
  options.sandbox.oauth.password = default_password;
  Raw raw;
  CLI::App app(std::string(data::help_head_txt), "aic-sandbox");
  app.footer(std::string(data::help_foot_txt));
  app.set_version_flag("--version", AIC_VERSION);
  app.option_defaults()->always_capture_default(false);
  add_server_options(app, options, raw);
  add_tenant_options(app, options, raw);
  add_trouble_options(app, options, raw);
  try {
    arguments.erase(arguments.begin());
    std::ranges::reverse(arguments);  // as CLI11 wants them
    app.parse(std::move(arguments));
    apply(raw, options.sandbox);
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error)};
  } catch (const base::Error& error) {
    return {std::nullopt, app.exit(CLI::ValidationError("--faults", error.message))};
  }
  return {std::move(options), 0};
}

}  // namespace sandbox
