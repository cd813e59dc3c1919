// The certificates that Windows trusts to vouch for servers: the current user's view of the ROOT store, which contains
// the machine's and those of group policies.
#include <windows.h>
// Needs windows.h before it, and OpenSSL's headers after it.
#include <wincrypt.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "http/client/system_trust.h"

namespace http {
namespace {

struct CloseStore {
  void operator()(void* store) const { CertCloseStore(store, 0); }
};
using SystemStore = std::unique_ptr<void, CloseStore>;

SystemStore open_system_store(const wchar_t* name) {
  return SystemStore(
      CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                    CERT_SYSTEM_STORE_CURRENT_USER | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG, name));
}

// An administrator can restrict a root to some uses; one without a list is good for all.
bool may_vouch_for_servers(const CERT_CONTEXT* certificate) {
  DWORD size = 0;
  if (CertGetEnhancedKeyUsage(certificate, 0, nullptr, &size) == 0) return GetLastError() == DWORD(CRYPT_E_NOT_FOUND);
  std::vector<std::max_align_t> memory(size / sizeof(std::max_align_t) + 1);
  auto* usage = reinterpret_cast<CERT_ENHKEY_USAGE*>(memory.data());
  if (CertGetEnhancedKeyUsage(certificate, 0, usage, &size) == 0) return false;
  if (usage->cUsageIdentifier == 0) return GetLastError() == DWORD(CRYPT_E_NOT_FOUND);
  for (DWORD i = 0; i < usage->cUsageIdentifier; ++i) {
    if (std::string_view(usage->rgpszUsageIdentifier[i]) == szOID_PKIX_KP_SERVER_AUTH) return true;
  }
  return false;
}

bool is_disallowed(void* disallowed, const CERT_CONTEXT* certificate) {
  if (disallowed == nullptr) return false;
  const auto* found =
      CertFindCertificateInStore(disallowed, X509_ASN_ENCODING, 0, CERT_FIND_EXISTING, certificate, nullptr);
  if (found == nullptr) return false;
  CertFreeCertificateContext(found);
  return true;
}

bool add_certificate(X509_STORE* store, const CERT_CONTEXT* certificate) {
  const unsigned char* bytes = certificate->pbCertEncoded;
  const std::unique_ptr<X509, decltype(&X509_free)> parsed(
      d2i_X509(nullptr, &bytes, static_cast<long>(certificate->cbCertEncoded)), &X509_free);
  return parsed && X509_STORE_add_cert(store, parsed.get()) == 1;
}

}  // namespace

bool add_system_trust(void* x509_store) {
  const auto roots = open_system_store(L"ROOT");
  if (!roots) return false;
  const auto disallowed = open_system_store(L"Disallowed");
  bool found = false;
  const CERT_CONTEXT* each = nullptr;
  while ((each = CertEnumCertificatesInStore(roots.get(), each)) != nullptr) {
    if (!may_vouch_for_servers(each) || is_disallowed(disallowed.get(), each)) continue;
    found = add_certificate(static_cast<X509_STORE*>(x509_store), each) || found;
  }
  ERR_clear_error();  // a root that OpenSSL cannot read is none for us
  return found;
}

}  // namespace http
