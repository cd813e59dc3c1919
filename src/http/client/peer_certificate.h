// What the other side's certificate says, kept from the handshake for the text that tells why it was refused
// (R-HTT-13).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/client/seen_certificate.h"

namespace http {

class PeerCertificate {
 public:
  using Problem = CertificateProblem;

  // Looks on at the handshakes of a TLS context (OpenSSL's SSL_CTX), which this object must outlive. What is seen goes
  // to `seen`, too, where there is one.
  void watch(void* ssl_ctx, std::shared_ptr<SeenCertificate> seen = nullptr);

  Problem problem() const;
  // "valid from 2026-01-01 00:00 to 2027-01-01 00:00 UTC, and this machine's time is 2027-01-02 10:00 UTC"
  std::string validity() const;
  // Those that it was made for, "a.example, b.example"; of many only the first.
  std::string names() const;

 private:
  struct Callbacks;
  void report(void* x509_store_ctx) const;

  int error_ = 0;                   // OpenSSL's X509_V_…, of the first certificate of the chain that was refused
  std::string begin_, end_;         // of that one
  std::vector<std::string> names_;  // of the server's own
  std::shared_ptr<SeenCertificate> seen_;
};

}  // namespace http
