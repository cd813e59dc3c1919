// The checks of `doctor` that ask the tenant, without a session.
#pragma once

#include <optional>
#include <string_view>

#include "app/doctor/doctor.h"
#include "http/http.h"

namespace app {

// How a request went: answered, or broken off in some phase.
struct Probe {
  std::optional<http::Response> response;
  std::optional<http::TransportError> failure;
};

// Both ask the authorize endpoint, as a browser without a session does: for the client of the sign-in and for that of
// the exchange.
struct Probes {
  Probe login, exchange;
};
net::Task<Probes> probe_tenant(const Patient& patient);

Finding check_name(const Options& options, const Probe& probe);
Finding check_connection(const Options& options, const Probe& probe);
Finding check_tls(const Options& options, const Probe& probe, const http::CertificateFacts& certificate,
                  std::int64_t now_unix_ms);
Finding check_clock(const Probe& probe, std::int64_t now_unix_ms);
Finding check_clients(const Options& options, const Probes& probes);

}  // namespace app
