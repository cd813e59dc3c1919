// A certificate authority that lives as long as the sandbox: its keys never leave the process's memory.
#pragma once

#include <string>
#include <vector>

#include "http/server/server.h"

namespace sandbox {

struct Authority {
  std::string ca_pem;        // what a client has to trust
  http::TlsIdentity server;  // a certificate for the names, signed by it
  std::string spki_sha256;   // base64 SHA-256 of the server's public key, for Chromium's allow-list
};

// What may be wrong with the server's certificate, for tests of clients.
enum class CertificateFault { none, expired, self_signed, wrong_name };

// EC P-256. The certificate is good for localhost, *.localhost, 127.0.0.1, ::1 and `names` (DNS names or addresses).
Authority make_authority(const std::vector<std::string>& names, CertificateFault fault = CertificateFault::none);

}  // namespace sandbox
