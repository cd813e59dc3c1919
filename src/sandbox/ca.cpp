#include "sandbox/ca.h"

#include <memory>
#include <string_view>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/error.h"

namespace sandbox {
namespace {

constexpr long seconds_before = 60L * 60;  // clocks differ, those of containers above all
constexpr long lifetime = 30L * 24 * 60 * 60;

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Memory = std::unique_ptr<BIO, Freeing<BIO_free_all>>;

void require(bool done) {
  if (!done) throw base::Error(base::Errc::internal, "OpenSSL could not make the sandbox's certificate");
}

template <typename Write>
std::string to_pem(Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(memory && write(memory.get()) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void set_random_serial(X509* certificate) {
  unsigned char bytes[16];
  require(RAND_bytes(bytes, sizeof bytes) == 1);
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive and 16 bytes long
  const std::unique_ptr<BIGNUM, Freeing<BN_free>> number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate blank_certificate(const std::string& common_name, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_random_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -seconds_before);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), lifetime);
  require(X509_set_pubkey(certificate.get(), key) == 1);
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.c_str());
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, name, -1, -1, 0) ==
          1);
  return certificate;
}

void sign(X509* certificate, const X509* issuer, EVP_PKEY* key) {
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
  require(X509_sign(certificate, key, EVP_sha256()) > 0);
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text = "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1";
  for (const auto& name : names) {
    const std::unique_ptr<ASN1_OCTET_STRING, Freeing<ASN1_OCTET_STRING_free>> address(a2i_IPADDRESS(name.c_str()));
    text += (address ? ",IP:" : ",DNS:") + name;
  }
  return text;
}

void expire(X509* certificate) {
  constexpr long day = 24L * 60 * 60;
  X509_gmtime_adj(X509_getm_notBefore(certificate), -lifetime);
  X509_gmtime_adj(X509_getm_notAfter(certificate), -day);
}

std::string public_key_digest(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(key, &bytes);
  require(size > 0);
  const std::string digest = base::sha256({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  OPENSSL_free(bytes);
  return base::base64(digest);
}

}  // namespace

Authority make_authority(const std::vector<std::string>& names, CertificateFault fault) {
  const Key ca_key(EVP_EC_gen("P-256"));
  const Key server_key(EVP_EC_gen("P-256"));
  require(ca_key && server_key);

  const Certificate ca = blank_certificate("AIC sandbox (this run only)", ca_key.get());
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  sign(ca.get(), ca.get(), ca_key.get());

  const Certificate server = blank_certificate("localhost", server_key.get());
  add_extension(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(server.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(server.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  const bool is_self_signed = fault == CertificateFault::self_signed;
  add_extension(server.get(), ca.get(), NID_subject_alt_name,
                fault == CertificateFault::wrong_name ? "DNS:other.example.com" : alternative_names(names));
  if (fault == CertificateFault::expired) expire(server.get());
  if (!is_self_signed) add_extension(server.get(), ca.get(), NID_authority_key_identifier, "keyid");
  sign(server.get(), is_self_signed ? server.get() : ca.get(), is_self_signed ? server_key.get() : ca_key.get());

  const auto certificate_pem = [](X509* each) {
    return to_pem([each](BIO* out) { return PEM_write_bio_X509(out, each); });
  };
  const auto key_pem = to_pem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, server_key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  return {certificate_pem(ca.get()), {certificate_pem(server.get()), key_pem}, public_key_digest(server_key.get())};
}

}  // namespace sandbox
