#include "net/trust_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace net {
namespace {

namespace fs = std::filesystem;

template <auto free>
struct Free {
  void operator()(auto* pointer) const { free(pointer); }
};
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using File = std::unique_ptr<BIO, Free<BIO_free_all>>;

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

void add_system_store(X509_STORE* store) {
  const auto directory = std::ranges::find_if(directories, is_hashed);
  if (directory != directories.end() && X509_STORE_load_path(store, *directory) == 1) return;
  for (const char* bundle : bundles) {
    std::error_code error;
    if (fs::exists(bundle, error) && X509_STORE_load_file(store, bundle) == 1) return;
  }
  base::log(base::LogLevel::warn, "no CA certificates of the system were found; name a PEM file in AIC_CA_FILE");
}

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
  throw base::Error(base::Errc::invalid_request, fmt::format("the CA file {} {}", path, why));
}

// A file may hold private keys, comments and several certificates; at least one must be there.
void read_certificates(const std::string& path, X509_STORE* store) {
  const File file(BIO_new_file(path.c_str(), "r"));
  if (!file) refuse(path, "cannot be read");
  std::size_t count = 0;
  while (const Certificate certificate{PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr)}) {
    ++count;
    if (store != nullptr && X509_STORE_add_cert(store, certificate.get()) != 1) refuse(path, "cannot be used");
  }
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0) refuse(path, "holds no certificate (PEM is expected)");
  if (!is_at_end) refuse(path, "holds a damaged certificate");
}

}  // namespace

struct TrustStore::Impl {
  Store store;
};

TrustStore::TrustStore(std::span<const std::string> ca_files) : impl_(std::make_unique<Impl>()) {
  impl_->store.reset(X509_STORE_new());
  if (!impl_->store) throw base::Error(base::Errc::internal, "OpenSSL has no memory left");
  add_system_store(impl_->store.get());
  for (const auto& path : ca_files) read_certificates(path, impl_->store.get());
  // An intermediate CA in AIC_CA_FILE is enough, its root need not be there.
  X509_STORE_set_flags(impl_->store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
}

TrustStore::~TrustStore() = default;

void TrustStore::install(void* ssl_ctx) const {
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(ssl_ctx), impl_->store.get());
}

void check_ca_file(const std::string& path) {
  read_certificates(path, nullptr);
}

}  // namespace net
