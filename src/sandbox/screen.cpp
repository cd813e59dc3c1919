#include "sandbox/screen.h"

#include <cstdio>

#include <fmt/core.h>
#include <boost/asio/ip/address.hpp>

#include "base/encoding.h"
#include "base/json.h"
#include "base/process.h"
#include "base/time.h"
#include "net/clock.h"

namespace sandbox {
namespace {

constexpr std::size_t longest_query = 80;

bool has_colours() {
  static const bool colours = base::is_terminal_stderr();
  return colours;
}

std::string_view colour_of(int status) {
  if (status == 0 || status >= 500) return "\x1b[31m";
  if (status >= 400) return "\x1b[33m";
  return status >= 300 ? "\x1b[36m" : "\x1b[32m";
}

}  // namespace

std::string introduction_text(const Introduction& introduction) {
  const base::Json configuration = {
      {"mcpServers",
       {{"aic-sandbox",
         {{"command", introduction.program},
          {"env", {{"AIC_BASE_URL", introduction.url}, {"AIC_CA_FILE", introduction.ca_file}}}}}}}};
  return fmt::format(
      "The sandbox tenant is ready.\n\n  URL        {}\n  Sign in    {}  /  {}\n  CA file    {}\n\nFor the "
      "configuration of an MCP client:\n\n{}\n\nOr try it in a shell:\n\n  AIC_BASE_URL={} AIC_CA_FILE={} {}\n\nYour "
      "browser warns about the certificate, because it does not trust this CA. This is expected.\nPress Ctrl-C to stop "
      "the sandbox.\n",
      introduction.url, introduction.user, introduction.password, introduction.ca_file, configuration.dump(2),
      introduction.url, introduction.ca_file, introduction.program);
}

std::string introduction_json(const Introduction& introduction) {
  return base::print_json({{"url", introduction.url},
                           {"caFile", introduction.ca_file},
                           {"spkiSha256", introduction.spki_sha256},
                           {"user", introduction.user},
                           {"password", introduction.password}}) +
         "\n";
}

std::string exposure_warning(const std::vector<std::string>& addresses) {
  std::string open;
  for (const auto& text : addresses) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(text, error);
    if (!error && address.is_loopback()) continue;
    open += (open.empty() ? "" : ", ") + text;
  }
  if (open.empty()) return {};
  return fmt::format(
      "aic-sandbox: warning: listens on {}, which is not loopback: anyone who can reach that address can sign in with "
      "the password above and use the control interface, which has no password",
      open);
}

void print_request(const RequestRecord& record) {
  const std::string query = record.query.empty() ? "" : "?" + base::printable(record.query, longest_query);
  std::string note = record.grant_type.substr(record.grant_type.rfind(':') + 1);
  for (const auto& scope : record.scopes) note += (note.empty() ? "" : " ") + scope;
  const std::string status = record.status == 0 ? "---" : fmt::format("{}", record.status);
  fmt::print(stderr, "{} {}{}{} {:<6} {}{}  {} ms{}{}{}\n", base::iso8601(record.at_ms).substr(11, 8),
             has_colours() ? colour_of(record.status) : "", status, has_colours() ? "\x1b[0m" : "", record.method,
             base::printable(record.path), query, record.took_ms, note.empty() ? "" : "  " + note,
             record.fault.empty() ? "" : "  fault: " + record.fault, has_colours() ? "\x1b[0m" : "");
}

}  // namespace sandbox
