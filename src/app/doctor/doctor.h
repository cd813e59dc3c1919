// `aic-mcp-server doctor`: why a sign-in or a call would fail here, found without an MCP client and without changing
// anything (R-DOC-01, -02).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "app/doctor/report.h"
#include "app/options.h"
#include "auth/session.h"
#include "base/secret.h"
#include "http/client/seen_certificate.h"

namespace app {

// What is examined, and with what; all of it outlives the examination.
struct Patient {
  auth::Edges edges;
  const Options& options;
  const Environment& environment;
  base::Hardening granted;
  std::shared_ptr<http::SeenCertificate> certificate;  // what the HTTP client of the edges sees
  std::uint16_t redirect_port = 3000;
};

using OnFinding = std::function<void(const Finding&)>;

// The checks in their order; `on_finding` gets each as soon as it is done. 30 s at most.
net::Task<Findings> examine(Patient patient, OnFinding on_finding);

// Signs in, exchanges every set of scopes, reads something with each, and signs out, whatever happens in between.
// `cancel` gets what ends it early.
net::Task<Findings> try_sign_in(Patient patient, OnFinding on_finding, std::function<void()>& cancel);

// The whole command: prints, and returns the exit code.
int run_doctor(const Patient& patient, bool with_sign_in, bool as_json);

// Single checks.
Finding check_settings(const Options& options, const Environment& environment);
// Variables that programs on this system need and that clients may have left out. One source file per system.
Finding check_environment(const Options& options, const Environment& environment);
Finding check_audit_file(const Options& options);
Finding check_memory(const base::Hardening& granted);

}  // namespace app
