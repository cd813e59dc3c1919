#include "http/client/trust_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <fmt/core.h>

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "http/client/system_trust.h"

namespace http {
namespace {

template <auto free>
struct Free {
  void operator()(auto* pointer) const { free(pointer); }
};
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using File = std::unique_ptr<BIO, Free<BIO_free_all>>;

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
  throw base::Error(base::Errc::invalid_request, fmt::format("the CA file {} {}", path, why));
}

File open(const std::string& path) {
  File file(BIO_new_file(path.c_str(), "r"));
  if (!file) refuse(path, "cannot be read");
  return file;
}

// What PEM_read_bio calls the three kinds of certificate that PEM_read_bio_X509_AUX reads.
bool is_certificate(std::string_view name) {
  return name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD || name == PEM_STRING_X509_TRUSTED;
}

bool is_at_end() {
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return at_end;
}

void add_certificates(const std::string& path, X509_STORE* store) {
  const File file = open(path);
  while (const Certificate certificate{PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) refuse(path, "cannot be used");
  }
  if (!is_at_end()) refuse(path, "contains a damaged certificate");
}

}  // namespace

struct TrustStore::Impl {
  Store store;
};

TrustStore::TrustStore(std::span<const std::string> ca_files, const std::string& setting)
    : impl_(std::make_unique<Impl>()) {
  impl_->store.reset(X509_STORE_new());
  if (!impl_->store) throw base::Error(base::Errc::internal, "OpenSSL has no memory left");
  if (!add_system_trust(impl_->store.get())) {
    base::log(base::LogLevel::warn, "no CA certificates of the system were found{}",
              setting.empty() ? std::string() : fmt::format("; set {} to a PEM file", setting));
  }
  for (const auto& path : ca_files) add_certificates(path, impl_->store.get());
  // An intermediate CA in a file is enough, its root need not be there.
  X509_STORE_set_flags(impl_->store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
}

TrustStore::~TrustStore() = default;

void TrustStore::install(void* ssl_ctx) const {
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(ssl_ctx), impl_->store.get());
}

// A file may hold private keys, comments and several certificates; at least one must be there. Their insides are read
// by add_certificates, as half of OpenSSL has to be set up for that.
void check_ca_file(const std::string& path) {
  const File file = open(path);
  std::size_t count = 0;
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  for (long size = 0; PEM_read_bio(file.get(), &name, &header, &data, &size) == 1;) {
    if (is_certificate(name)) ++count;
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  const bool is_whole = is_at_end();
  if (count == 0) refuse(path, "contains no certificate (PEM is expected)");
  if (!is_whole) refuse(path, "contains a damaged certificate");
}

bool holds_certificate(const std::string& path, std::string_view der) {
  const File file(BIO_new_file(path.c_str(), "r"));
  bool is_held = false;
  while (file && !is_held) {
    const Certificate certificate{PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr)};
    if (!certificate) break;
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate.get(), &bytes);
    if (size <= 0) continue;
    is_held = der == std::string_view(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
  }
  ERR_clear_error();
  return is_held;
}

}  // namespace http
