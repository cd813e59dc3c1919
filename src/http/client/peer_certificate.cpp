#include "http/client/peer_certificate.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <string_view>

#include "base/encoding.h"

namespace http {
namespace {

constexpr std::size_t most_names = 8;

std::string time_text(const std::tm& time) {
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday, time.tm_hour,
                     time.tm_min);
}

std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? time_text(parts) : "?";
}

// This machine's, as OpenSSL compares with it.
std::string text_of_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  return OPENSSL_gmtime(&now, &parts) != nullptr ? time_text(parts) : "?";
}

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string text_of_address(const ASN1_OCTET_STRING* address) {
  constexpr int size_v4 = 4, size_v6 = 16;
  const auto* bytes = ASN1_STRING_get0_data(address);
  if (ASN1_STRING_length(address) == size_v4) {
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  }
  if (ASN1_STRING_length(address) != size_v6) return "?";
  std::string text;
  for (int i = 0; i < size_v6; i += 2) text += fmt::format("{}{:x}", i == 0 ? "" : ":", bytes[i] << 8 | bytes[i + 1]);
  return text;
}

std::string text_of(const GENERAL_NAME& name) {
  if (name.type == GEN_DNS) return base::printable(text_of(name.d.dNSName));
  return name.type == GEN_IPADD ? text_of_address(name.d.iPAddress) : "";
}

std::vector<std::string> names_of(const X509* certificate) {
  const auto free = [](GENERAL_NAMES* list) { GENERAL_NAMES_free(list); };
  const std::unique_ptr<GENERAL_NAMES, decltype(free)> list(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(list.get()); ++i) {
    auto name = text_of(*sk_GENERAL_NAME_value(list.get(), i));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::string part_of_name(const X509_NAME* name, int kind) {
  const int at = X509_NAME_get_index_by_NID(name, kind, -1);
  if (at < 0) return {};
  return base::printable(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))), 200);
}

// "Let's Encrypt (R11)"
std::string issuer_of(const X509* certificate) {
  const X509_NAME* name = X509_get_issuer_name(certificate);
  const auto organization = part_of_name(name, NID_organizationName);
  auto common_name = part_of_name(name, NID_commonName);
  if (organization.empty()) return common_name;
  return common_name.empty() ? organization : fmt::format("{} ({})", organization, common_name);
}

std::int64_t unix_time_of(const ASN1_TIME* time) {
  constexpr std::int64_t day = 24L * 60 * 60;
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0), &ASN1_TIME_free);
  int days = 0, seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return 0;
  return days * day + seconds;
}

// The last certificate of the chain as far as it was built.
std::string anchor_of(X509_STORE_CTX* chain) {
  STACK_OF(X509)* certificates = X509_STORE_CTX_get0_chain(chain);
  if (certificates == nullptr || sk_X509_num(certificates) == 0) return {};
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(sk_X509_value(certificates, sk_X509_num(certificates) - 1), &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

// A place of ours in OpenSSL's SSL_CTX.
int own_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

struct PeerCertificate::Callbacks {
  // Called for each certificate of the chain, the server's own last, and for each problem.
  static int on_verify(int is_good, X509_STORE_CTX* chain) {
    const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* seen = static_cast<PeerCertificate*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), own_index()));
    const X509* certificate = X509_STORE_CTX_get_current_cert(chain);
    if (seen == nullptr || certificate == nullptr) return is_good;
    if (X509_STORE_CTX_get_error_depth(chain) == 0) seen->names_ = names_of(certificate);
    if (is_good == 0) {
      seen->error_ = X509_STORE_CTX_get_error(chain);
      seen->begin_ = time_text(X509_get0_notBefore(certificate));
      seen->end_ = time_text(X509_get0_notAfter(certificate));
    }
    if (seen->seen_) seen->report(chain);
    return is_good;
  }
};

void PeerCertificate::report(void* x509_store_ctx) const {
  auto* chain = static_cast<X509_STORE_CTX*>(x509_store_ctx);
  const X509* own = X509_STORE_CTX_get0_cert(chain);
  if (own == nullptr) return;
  CertificateFacts facts{.is_known = true, .problem = problem(), .issuer = issuer_of(own)};
  facts.names = fmt::format("{}", fmt::join(names_of(own), ", "));
  facts.end_unix_s = unix_time_of(X509_get0_notAfter(own));
  facts.anchor_der = anchor_of(chain);
  seen_->set(std::move(facts));
}

void PeerCertificate::watch(void* ssl_ctx, std::shared_ptr<SeenCertificate> seen) {
  *this = {};
  seen_ = std::move(seen);
  auto* context = static_cast<SSL_CTX*>(ssl_ctx);
  SSL_CTX_set_ex_data(context, own_index(), this);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &Callbacks::on_verify);
}

PeerCertificate::Problem PeerCertificate::problem() const {
  constexpr std::array unknown_ca{
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,       X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,       X509_V_ERR_CERT_UNTRUSTED};
  if (error_ == X509_V_OK) return Problem::none;
  if (error_ == X509_V_ERR_CERT_HAS_EXPIRED) return Problem::expired;
  if (error_ == X509_V_ERR_CERT_NOT_YET_VALID) return Problem::not_yet_valid;
  return std::ranges::count(unknown_ca, error_) > 0 ? Problem::unknown_ca : Problem::other;
}

std::string PeerCertificate::validity() const {
  return fmt::format("valid from {} to {} UTC, and this machine's time is {} UTC", begin_, end_, text_of_now());
}

std::string PeerCertificate::names() const {
  const auto shown = names_.begin() + static_cast<std::ptrdiff_t>(std::min(names_.size(), most_names));
  std::string text = fmt::format("{}", fmt::join(names_.begin(), shown, ", "));
  if (shown != names_.end()) text += fmt::format(" and {} more", names_.end() - shown);
  return text;
}

}  // namespace http
