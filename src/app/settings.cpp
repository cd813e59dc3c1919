#include "app/settings.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {
namespace {

using Kind = Setting::Kind;
using Owner = Setting::Owner;

const std::vector<Setting> table = {
    {.name = "AIC_BASE_URL",
     .owner = Owner::server,
     .kind = Kind::url,
     .help = "the tenant (Sandbox or Development)",
     .title = "Tenant",
     .example = "https://openam-example.forgeblocks.com"},
    {.name = "AIC_LOGIN",
     .owner = Owner::server,
     .kind = Kind::choice,
     .values = {"auto", "browser", "device"},
     .otherwise = "auto",
     .help = "how to sign in; device = a code to enter on any device"},
    {.name = "AIC_LOGIN_PROMPT",
     .owner = Owner::server,
     .kind = Kind::choice,
     .values = {"login"},
     .help = "ask for credentials even where the browser has a session"},
    {.name = "AIC_LOGIN_WAIT_S",
     .owner = Owner::server,
     .kind = Kind::number,
     .least = 1,
     .most = 3600,
     .otherwise = "50",
     .help = "seconds that a call without progress token waits for a sign-in"},
    {.name = "BROWSER",
     .owner = Owner::others,
     .kind = Kind::command,
     .otherwise = "system's",
     .help = "program that opens the sign-in page; empty = open none"},
    {.name = "AIC_READ_ONLY",
     .owner = Owner::server,
     .kind = Kind::flag,
     .otherwise = "false",
     .help = "offer only tools that change nothing",
     .title = "Read only"},
    {.name = "AIC_TOOLS",
     .owner = Owner::server,
     .kind = Kind::tools,
     .otherwise = "all",
     .help = "offer only these tools or families, comma-separated"},
    {.name = "AIC_REVOKE_AT_EXIT",
     .owner = Owner::server,
     .kind = Kind::flag,
     .otherwise = "false",
     .help = "ask the tenant to revoke the session's tokens at the end"},
    {.name = "AIC_APPROVE",
     .owner = Owner::server,
     .kind = Kind::choice,
     .values = {"off", "destructive", "writes"},
     .otherwise = "off",
     .help = "changes that you approve beforehand, on a page in your browser"},
    {.name = "AIC_CONFIRM_DESTRUCTIVE",
     .owner = Owner::server,
     .kind = Kind::flag,
     .otherwise = "false",
     .help = "ask before each call that can overwrite or remove something, as AIC_APPROVE=destructive does",
     .title = "Ask before destructive calls"},
    {.name = "AIC_AUDIT_FILE",
     .owner = Owner::server,
     .kind = Kind::output,
     .otherwise = "none",
     .help = "file that gets a line for each call and each sign-in, as an absolute path"},
    {.name = "AIC_AUDIT_REQUIRED",
     .owner = Owner::server,
     .kind = Kind::flag,
     .otherwise = "false",
     .help = "refuse calls that change something if AIC_AUDIT_FILE cannot be written"},
    {.name = "AIC_CA_FILE",
     .owner = Owner::server,
     .kind = Kind::file,
     .otherwise = "system's",
     .help = "more trusted certificates (PEM)"},
    {.name = "SSL_CERT_FILE",
     .owner = Owner::others,
     .kind = Kind::file,
     .help = "more trusted certificates (PEM); ignored where it cannot be used"},
    {.name = "NODE_EXTRA_CA_CERTS",
     .owner = Owner::others,
     .kind = Kind::file,
     .help = "more trusted certificates (PEM); ignored where it cannot be used"},
    {.name = "HTTPS_PROXY",
     .owner = Owner::others,
     .kind = Kind::proxy,
     .otherwise = "none",
     .help = "URL of the proxy"},
    {.name = "ALL_PROXY",
     .owner = Owner::others,
     .kind = Kind::proxy,
     .otherwise = "none",
     .help = "URL of the proxy where HTTPS_PROXY is not set"},
    {.name = "NO_PROXY",
     .owner = Owner::others,
     .kind = Kind::hosts,
     .otherwise = "none",
     .help = "hosts that are reached without the proxy"},
    {.name = "AIC_HTTP_TIMEOUT_S",
     .owner = Owner::server,
     .kind = Kind::number,
     .least = 1,
     .most = 3600,
     .otherwise = "60",
     .help = "limit of one request in seconds"},
    {.name = "AIC_MAX_IN_FLIGHT",
     .owner = Owner::server,
     .kind = Kind::number,
     .least = 1,
     .most = 1000,
     .otherwise = "64; over HTTP/1.1 16",
     .help = "requests at the same time"},
    {.name = "AIC_MAX_RESULT_CHARS",
     .owner = Owner::server,
     .kind = Kind::number,
     .least = 4000,
     .most = 10'000'000,
     .otherwise = "38000",
     .help = "longest tool result in characters"},
    {.name = "AIC_LOG_LEVEL",
     .owner = Owner::server,
     .kind = Kind::choice,
     .values = {"error", "warn", "info", "debug"},
     .otherwise = "warn",
     .help = "what is logged on stderr"},
    {.name = "DOCKER_CONTAINER",
     .owner = Owner::image,
     .kind = Kind::flag,
     .otherwise = "false",
     .help = "container mode: device code, token in memory only"},
    {.name = "SSH_CONNECTION", .owner = Owner::surround, .kind = Kind::hint},
    {.name = "WSL_DISTRO_NAME", .owner = Owner::surround, .kind = Kind::hint},
};

// What can be given, before what it does: "true = ", "auto, browser or device: ".
std::string values_of(const Setting& setting) {
  if (setting.kind == Kind::flag) return "true = ";
  if (setting.kind != Kind::choice) return {};
  if (setting.values.size() == 1) return setting.values.front() + " = ";
  return fmt::format("{} or {}: ", fmt::join(setting.values.begin(), std::prev(setting.values.end()), ", "),
                     setting.values.back());
}

std::string help_of(const Setting& setting) {
  std::string help = values_of(setting) + std::string(setting.help);
  if (!setting.example.empty()) help += fmt::format(", required: {}", setting.example);
  const bool has_default = (setting.kind == Kind::number || setting.kind == Kind::choice) && !setting.otherwise.empty();
  if (has_default) help += fmt::format(" ({})", setting.otherwise);
  return help;
}

}  // namespace

std::span<const Setting> settings() {
  return table;
}

const Setting& setting(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Setting::name);
  if (found == table.end()) throw std::logic_error(fmt::format("no setting {}", name));
  return *found;
}

long default_number(const Setting& setting) {
  long number = 0;
  std::from_chars(setting.otherwise.data(), setting.otherwise.data() + setting.otherwise.size(), number);
  return number;
}

std::string settings_help() {
  std::string lines;
  for (const Setting& each : table) {
    if (each.owner != Owner::surround) lines += fmt::format("  {:<25} {}\n", each.name, help_of(each));
  }
  return lines;
}

}  // namespace app
