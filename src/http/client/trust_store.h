// The CAs that servers are checked against: the system's and those of more files (R-HTT-01). Loaded once and shared
// by all connections. The program carries its own OpenSSL, which does not know where a distribution keeps its CAs.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace http {

class TrustStore {
 public:
  // Throws base::Error{invalid_request} naming the file when one cannot be read or holds no certificate. `setting` is
  // what a person calls the files, for advice.
  TrustStore(std::span<const std::string> ca_files, const std::string& setting);
  ~TrustStore();

  // Makes an OpenSSL SSL_CTX use this store.
  void install(void* ssl_ctx) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// For the start: throws when the file cannot be read, holds no certificate or is cut off.
void check_ca_file(const std::string& path);

// True where the file has that certificate, given in DER. Files that cannot be read have none.
bool holds_certificate(const std::string& path, std::string_view der);

}  // namespace http
