#include "base/secret.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include <openssl/crypto.h>

#include "base/error.h"
#include "base/secret_system.h"

namespace base {
namespace {

// Room for the tokens of all scope sets in flight, several kilobytes each.
constexpr std::size_t secure_heap = 256 * 1024;
constexpr std::size_t smallest_block = 64;
constexpr std::size_t shortest_redacted = 8;
constexpr std::string_view placeholder = "[redacted]";

// The living secrets, for redaction. Tokens are made on the loop and dropped there or on the HTTP thread.
struct Living {
  std::mutex mutex;
  std::vector<std::string_view> texts;
};

Living& living() {
  static Living* const instance = new Living;  // outlives every static Secret
  return *instance;
}

void enlist(std::string_view text) {
  Living& all = living();
  const std::lock_guard lock(all.mutex);
  all.texts.push_back(text);
}

void discharge(const char* bytes) {
  Living& all = living();
  const std::lock_guard lock(all.mutex);
  for (auto& text : all.texts) {
    if (text.data() != bytes) continue;
    text = all.texts.back();
    all.texts.pop_back();
    return;
  }
}

// OPENSSL_cleanse writes byte by byte, and every freed block comes through here. The barriers keep the compiler from
// leaving the writing out, and from checking it against the size that was asked for: blocks are a little larger.
void overwrite(void* bytes, std::size_t size) {
  asm volatile("" : "+r"(bytes));
  std::memset(bytes, 0, size);
  asm volatile("" : : "r"(bytes) : "memory");
}

char* allocate(std::size_t size) {
  auto* bytes = static_cast<char*>(OPENSSL_secure_malloc(size));
  if (bytes == nullptr) throw Error(Errc::internal, "no locked memory is left for a token");
  return bytes;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// As the text stands in a JSON string, where that differs.
std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void* openssl_malloc(std::size_t size, const char*, int) {
  return wiping_malloc(size);
}
void* openssl_realloc(void* old, std::size_t size, const char*, int) {
  return wiping_realloc(old, size);
}
void openssl_free(void* block, const char*, int) {
  wiping_free(block);
}

}  // namespace

Secret::Secret(std::string_view plain) {
  if (plain.empty()) return;
  bytes_ = allocate(plain.size());
  size_ = plain.size();
  std::memcpy(bytes_, plain.data(), size_);
  enlist(reveal());
}

Secret Secret::take(std::string& plain) {
  Secret secret{std::string_view(plain)};
  wipe(plain);
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  drop();
  bytes_ = std::exchange(other.bytes_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Secret::~Secret() {
  drop();
}

void Secret::drop() {
  if (bytes_ == nullptr) return;
  discharge(bytes_);
  OPENSSL_secure_clear_free(bytes_, size_);
  bytes_ = nullptr;
  size_ = 0;
}

bool Secret::equals(std::string_view other) const {
  return size_ == other.size() && CRYPTO_memcmp(bytes_, other.data(), size_) == 0;
}

void wipe(std::string& text) {
  text.resize(text.capacity());
  overwrite(text.data(), text.size());
  text.clear();
}

void redact(std::string& text) {
  Living& all = living();
  const std::lock_guard lock(all.mutex);
  for (const std::string_view secret : all.texts) {
    if (secret.size() < shortest_redacted) continue;
    replace_all(text, secret, placeholder);
    if (secret.find_first_of("\"\\") != std::string_view::npos) {
      std::string escaped = json_escaped(secret);
      replace_all(text, escaped, placeholder);
      wipe(escaped);
    }
  }
}

Hardening harden_process() {
  Hardening granted;
  CRYPTO_set_mem_functions(&openssl_malloc, &openssl_realloc, &openssl_free);
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  granted.pages_locked = CRYPTO_secure_malloc_init(secure_heap, smallest_block) == 1;
  granted.dumps_off = turn_dumps_off();
  return granted;
}

void* wiping_malloc(std::size_t size) {
  return std::malloc(size);
}
void* wiping_calloc(std::size_t count, std::size_t size) {
  return std::calloc(count, size);
}

void* wiping_realloc(void* old, std::size_t size) {
  if (old == nullptr) return std::malloc(size);
  void* fresh = std::malloc(size);
  if (fresh == nullptr) return nullptr;
  const std::size_t old_size = block_size(old);
  std::memcpy(fresh, old, old_size < size ? old_size : size);
  wiping_free(old);
  return fresh;
}

void wiping_free(void* block) {
  if (block == nullptr) return;
  overwrite(block, block_size(block));
  std::free(block);
}

}  // namespace base
