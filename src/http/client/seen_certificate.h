// What the latest handshake showed of the other side's certificate, for a program that has to explain it to a person.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace http {

enum class CertificateProblem { none, expired, not_yet_valid, unknown_ca, other };

struct CertificateFacts {
  bool is_known = false;  // there was a handshake
  CertificateProblem problem = CertificateProblem::none;
  std::string issuer;           // of the server's own certificate: its organization or common name
  std::string names;            // that it was made for
  std::int64_t end_unix_s = 0;  // of its validity
  std::string anchor_der;       // the certificate that the chain ends with, which has to be trusted
};

// Written on the HTTP client's thread.
class SeenCertificate {
 public:
  CertificateFacts facts() const {
    const std::lock_guard lock(mutex_);
    return facts_;
  }
  void set(CertificateFacts facts) {
    const std::lock_guard lock(mutex_);
    facts_ = std::move(facts);
  }

 private:
  mutable std::mutex mutex_;
  CertificateFacts facts_;
};

}  // namespace http
