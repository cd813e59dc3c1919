#include "app/doctor/network.h"

#include <cstdlib>

#include <fmt/format.h>

#include "auth/oauth.h"
#include "auth/pkce.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/url.h"
#include "http/client/proxy.h"
#include "http/client/trust_store.h"
#include "http/date.h"

namespace app {
namespace {

using http::Phase;

constexpr net::Duration probe_limit{6'000};
constexpr std::int64_t seconds_a_day = 24L * 60 * 60;

constexpr std::string_view authorize_path = "/am/oauth2/authorize";
constexpr std::string_view redirect_uri = "http://localhost:3000";
constexpr std::string_view clients_remedy =
    "Set AIC_BASE_URL to a Sandbox or Development tenant. These clients exist only there.";

bool failed_in(const Probe& probe, Phase phase) {
  return probe.failure && probe.failure->phase == phase;
}

// Came as far as a TLS connection.
bool is_connected(const Probe& probe) {
  return probe.response || failed_in(probe, Phase::send) || failed_in(probe, Phase::receive);
}

std::string proxy_in_use(const Options& options) {
  if (http::bypasses_proxy(options.no_proxy, options.tenant.host, options.tenant.port)) return {};
  const auto proxy = http::parse_proxy(options.proxy);
  return proxy ? proxy->name : std::string();
}

net::Task<Probe> ask(http::HttpClient& http, http::Request request) {
  Probe probe;
  try {
    probe.response = co_await http.send(std::move(request));
  } catch (const http::TransportError& failure) {
    probe.failure = failure;
  }
  co_return probe;
}

http::Request authorize_request(const Patient& patient, std::string_view client) {
  const auto pkce = auth::make_pkce(patient.edges.random);
  const base::FormFields fields = {{"response_type", "code"},
                                   {"client_id", std::string(client)},
                                   {"scope", "fr:idm:*"},
                                   {"redirect_uri", std::string(redirect_uri)},
                                   {"code_challenge", pkce.challenge},
                                   {"code_challenge_method", "S256"},
                                   {"state", auth::make_state(patient.edges.random)}};
  http::Request request;
  request.url = fmt::format("{}{}?{}", patient.options.tenant.url(), authorize_path, base::print_form(fields));
  request.headers = {{"Accept", "text/html"}};
  request.total_limit = probe_limit;
  request.urgent = true;
  return request;
}

std::string trusted_by(const Options& options, const http::CertificateFacts& certificate) {
  for (const auto& file : options.ca_files) {
    if (http::holds_certificate(file, certificate.anchor_der)) return "the CA file " + file;
  }
  return "the system's trust store";
}

std::string remedy_of_certificate(const Options& options, const http::CertificateFacts& certificate) {
  using Problem = http::CertificateProblem;
  switch (certificate.problem) {
    case Problem::expired:
    case Problem::not_yet_valid:
      return "Check the date and time of this machine. If they are right, the certificate has to be renewed by those "
             "who "
             "run the tenant, or the proxy in between.";
    case Problem::unknown_ca:
      return options.ca_files.empty()
                 ? "If a company CA signs this connection, set AIC_CA_FILE to its PEM file. Otherwise somebody else "
                   "may "
                   "be answering: check AIC_BASE_URL."
                 : "None of the configured CA files has signed it. Set AIC_CA_FILE to the PEM file of the CA that did.";
    case Problem::none:
      if (certificate.is_known) return "Set AIC_BASE_URL to a name that the certificate is made for.";
      break;
    case Problem::other:
      break;
  }
  return "Check AIC_BASE_URL, and whether a proxy or firewall answers in the tenant's place.";
}

// What went wrong, in words.
std::string why(const Probe& probe) {
  return probe.failure ? probe.failure->text : std::string();
}

// What the tenant thinks of a client.
enum class Client { known, unknown, unclear };

struct Redirect {
  std::string host;        // empty where it stays at the tenant, or there is none
  std::string error;       // that it reports
  bool is_sign_in = true;  // not a captive portal's, or another server's
};

// AM goes to its own pages, or to other ones with the way back in `goto`, or straight back to the client.
Redirect redirect_of(const http::Response& response, std::string_view tenant_host) {
  Redirect redirect;
  const auto location = http::header(response.headers, "location");
  base::Url url;
  if (!base::parse_url(location, url)) return redirect;
  redirect.host = url.host == tenant_host ? "" : url.host;
  redirect.is_sign_in = redirect.host.empty() || location.starts_with(redirect_uri);
  for (const auto& [name, value] : base::parse_form(url.query)) {
    if (name == "error") redirect.error = value;
    if (name == "goto" && value.contains(authorize_path)) redirect.is_sign_in = true;
  }
  return redirect;
}

Client client_of(const Probe& probe, std::string_view tenant_host) {
  if (!probe.response) return Client::unclear;
  const http::Response& response = *probe.response;
  const auto redirect = redirect_of(response, tenant_host);
  const auto& error = redirect.error;
  if (error == "invalid_client" || response.body.contains("invalid_client")) return Client::unknown;
  const bool is_redirect = response.status >= 300 && response.status < 400 && redirect.is_sign_in &&
                           !http::header(response.headers, "location").empty();
  // AM has looked the client up before it complains of anything else.
  const bool is_other_complaint = response.status == 400 && (response.body.contains("redirect_uri_mismatch") ||
                                                             response.body.contains("unauthorized_client"));
  return is_redirect || is_other_complaint ? Client::known : Client::unclear;
}

std::string answer_in_words(const http::Response& response, std::string_view tenant_host) {
  const auto redirect = redirect_of(response, tenant_host);
  return redirect.host.empty() ? fmt::format("status {}", response.status)
                               : fmt::format("status {}, to {}", response.status, redirect.host);
}

}  // namespace

net::Task<Probes> probe_tenant(const Patient& patient) {
  Probes probes;
  probes.login = co_await ask(patient.edges.http, authorize_request(patient, auth::login_client));
  if (probes.login.response)
    probes.exchange = co_await ask(patient.edges.http, authorize_request(patient, auth::exchange_client));
  co_return probes;
}

Finding check_name(const Options& options, const Probe& probe) {
  Finding finding{.check = "name"};
  const auto& host = options.tenant.host;
  if (!proxy_in_use(options).empty()) {
    finding.verdict = Verdict::skip;
    finding.cause = fmt::format("the proxy resolves {}", host);
  } else if (failed_in(probe, Phase::resolve)) {
    finding.verdict = Verdict::fail;
    finding.cause = fmt::format("the name cannot be resolved: {}", why(probe));
    finding.remedy =
        "Check the spelling in AIC_BASE_URL, and the network or VPN. Set HTTPS_PROXY if this network needs a proxy.";
  } else {
    finding.cause = fmt::format("{} resolves", host);
  }
  return finding;
}

Finding check_connection(const Options& options, const Probe& probe) {
  Finding finding{.check = "proxy"};
  const auto proxy = proxy_in_use(options);
  finding.cause = proxy.empty() ? "none for this tenant: the connection is direct"
                                : fmt::format("the connection goes through {}", proxy);
  if (failed_in(probe, Phase::resolve) && proxy.empty()) {
    finding.verdict = Verdict::skip;
    return finding;
  }
  if (failed_in(probe, Phase::proxy) || failed_in(probe, Phase::resolve)) {
    finding.verdict = Verdict::fail;
    finding.cause = fmt::format("no way through the proxy: {}", why(probe));
    // What libcurl says of an answer to CONNECT.
    const bool wants_password = why(probe).contains("response 407");
    finding.remedy = wants_password ? "The proxy asks for a user name and a password: HTTPS_PROXY takes them as "
                                      "http://user:password@host:port."
                                    : "Check HTTPS_PROXY (or ALL_PROXY) and whether the proxy lets this host through; "
                                      "if the tenant can be reached "
                                      "without it, add the host to NO_PROXY.";
  } else if (failed_in(probe, Phase::connect)) {
    finding.verdict = Verdict::fail;
    finding.cause = fmt::format("no connection: {}", why(probe));
    finding.remedy =
        "Check host and port in AIC_BASE_URL, the VPN and the firewall. Set HTTPS_PROXY if this network "
        "needs a proxy.";
  }
  return finding;
}

Finding check_tls(const Options& options, const Probe& probe, const http::CertificateFacts& certificate,
                  std::int64_t now_unix_ms) {
  constexpr std::int64_t few_days = 14;
  Finding finding{.check = "tls"};
  if (failed_in(probe, Phase::tls)) {
    finding.verdict = Verdict::fail;
    finding.cause = why(probe);
    finding.remedy = remedy_of_certificate(options, certificate);
    return finding;
  }
  if (!is_connected(probe) || !certificate.is_known) {
    finding.verdict = Verdict::skip;
    finding.cause = "no connection";
    return finding;
  }
  const auto days = (certificate.end_unix_s - now_unix_ms / 1000) / seconds_a_day;
  finding.cause = fmt::format("certificate of {}, valid for {} more days, trusted by {}", certificate.issuer, days,
                              trusted_by(options, certificate));
  if (days >= few_days) return finding;
  finding.verdict = Verdict::warn;
  finding.remedy = "Those who run the tenant, or the proxy in between, have to renew the certificate soon.";
  return finding;
}

Finding check_clock(const Probe& probe, std::int64_t now_unix_ms) {
  constexpr std::int64_t usual = 60, bearable = 300;
  Finding finding{.check = "clock"};
  const auto told =
      probe.response ? http::parse_http_date(http::header(probe.response->headers, "date")) : std::nullopt;
  if (!told) {
    finding.verdict = Verdict::skip;
    finding.cause = probe.response ? "the tenant's answer tells no time" : "no answer that tells the time";
    return finding;
  }
  const std::int64_t difference = (now_unix_ms - *told) / 1000;
  const auto distance = std::abs(difference);
  finding.cause = fmt::format("{} s from the tenant's time", distance);
  if (distance <= usual) return finding;
  finding.verdict = distance > bearable ? Verdict::fail : Verdict::warn;
  finding.cause =
      fmt::format("this machine's clock is {} s {} the tenant's", distance, difference > 0 ? "ahead of" : "behind");
  finding.remedy =
      "Set the clock of this machine by a time server (NTP). Certificates and time windows of log searches "
      "depend on it.";
  return finding;
}

Finding check_clients(const Options& options, const Probes& probes) {
  Finding finding{.check = "clients"};
  const auto& answer = probes.login.response;
  if (!answer) {
    finding.verdict = is_connected(probes.login) ? Verdict::fail : Verdict::skip;
    finding.cause = is_connected(probes.login) ? fmt::format("no answer: {}", why(probes.login)) : "no connection";
    if (is_connected(probes.login)) finding.remedy = "Run this again later; then ask those who run the tenant.";
    return finding;
  }
  const auto& host = options.tenant.host;
  const Client login = client_of(probes.login, host);
  const Client exchange = client_of(probes.exchange, host);
  if (login == Client::known && exchange == Client::known) {
    finding.cause = fmt::format("{} knows {} and {}", options.tenant.host, auth::login_client, auth::exchange_client);
    return finding;
  }
  finding.verdict = Verdict::fail;
  if (login == Client::unknown || exchange == Client::unknown) {
    finding.cause = fmt::format("{} does not know the OAuth client {}", options.tenant.host,
                                login == Client::unknown ? auth::login_client : auth::exchange_client);
    finding.remedy = clients_remedy;
    return finding;
  }
  const auto& unclear = login == Client::unclear ? probes.login : probes.exchange;
  finding.cause = unclear.response ? fmt::format("GET {} was answered with {}, not with a sign-in page", authorize_path,
                                                 answer_in_words(*unclear.response, host))
                                   : fmt::format("no answer for {}: {}", auth::exchange_client,
                                                 unclear.failure ? unclear.failure->text : "");
  finding.remedy =
      unclear.response && unclear.response->status < 500
          ? "Check AIC_BASE_URL: it must be the URL of a PingOne Advanced Identity Cloud tenant. A network that "
            "wants a sign-in of its own first answers like this, too: open any page in a browser."
          : "Run this again later. If it stays so, ask those who run the tenant.";
  return finding;
}

}  // namespace app
