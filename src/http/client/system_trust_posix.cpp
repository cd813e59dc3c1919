#include "http/client/system_trust.h"

#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace http {
namespace {

namespace fs = std::filesystem;

// Where Debian, Alpine, Fedora, openSUSE, Arch, the BSDs and macOS keep them.
constexpr std::array directories{"/etc/ssl/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash",
                                 "/etc/openssl/certs"};
constexpr std::array bundles{"/etc/ssl/certs/ca-certificates.crt",
                             "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                             "/etc/pki/tls/certs/ca-bundle.crt",
                             "/etc/ssl/ca-bundle.pem",
                             "/etc/ssl/cert.pem",
                             "/etc/ssl/certs/ca-bundle.crt",
                             "/usr/local/share/certs/ca-root-nss.crt"};

// OpenSSL looks a CA up by the hash of its name, "0f6fa695.0": then only what is needed is ever read.
bool is_hashed(const char* directory) {
  constexpr std::string_view example = "0f6fa695.0";
  constexpr std::string_view hex = "0123456789abcdef";
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() == example.size() && name.find_first_not_of(hex) == 8 && name.ends_with(".0")) return true;
  }
  return false;
}

}  // namespace

bool add_system_trust(void* x509_store) {
  auto* store = static_cast<X509_STORE*>(x509_store);
  const auto directory = std::ranges::find_if(directories, is_hashed);
  if (directory != directories.end() && X509_STORE_load_path(store, *directory) == 1) return true;
  for (const char* bundle : bundles) {
    std::error_code error;
    if (fs::exists(bundle, error) && X509_STORE_load_file(store, bundle) == 1) return true;
  }
  return false;
}

}  // namespace http
