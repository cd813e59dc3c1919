#include "base/crypto.h"

#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/error.h"

namespace base {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t key_size = 32;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void require(bool ok) {
  if (!ok) throw Error(Errc::internal, "AES-256-GCM failed");
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), &size, EVP_sha256(), nullptr) == 1);
  return digest;
}

std::string seal(const Secret& key, std::string_view plain, std::string_view context) {
  require(key.size() == key_size);
  std::string out(nonce_size + plain.size() + tag_size, '\0');
  require(RAND_bytes(bytes_of(out), nonce_size) == 1);
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int written = 0;
  require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.reveal()), bytes_of(out)) == 1);
  require(EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes_of(context), static_cast<int>(context.size())) == 1);
  require(EVP_EncryptUpdate(cipher.get(), bytes_of(out) + nonce_size, &written, bytes_of(plain),
                            static_cast<int>(plain.size())) == 1);
  require(EVP_EncryptFinal_ex(cipher.get(), bytes_of(out) + nonce_size + plain.size(), &written) == 1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size,
                              bytes_of(out) + nonce_size + plain.size()) == 1);
  return out;
}

std::optional<std::string> open(const Secret& key, std::string_view sealed, std::string_view context) {
  if (key.size() != key_size || sealed.size() < nonce_size + tag_size) return std::nullopt;
  std::string tag(sealed.substr(sealed.size() - tag_size));
  const std::string_view body = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
  std::string plain(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int written = 0;
  require(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.reveal()), bytes_of(sealed)) == 1);
  require(EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes_of(context), static_cast<int>(context.size())) == 1);
  require(EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &written, bytes_of(body), static_cast<int>(body.size())) ==
          1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, bytes_of(tag)) == 1);
  unsigned char rest[tag_size];
  if (EVP_DecryptFinal_ex(cipher.get(), rest, &written) != 1) return std::nullopt;
  return plain;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace base
