// Tokens, codes and verifiers. Their bytes live in locked pages that no core dump contains, are wiped when
// dropped, and cannot be printed by accident.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// Move-only bytes in OpenSSL's secure heap. While one lives, `redact` hides its text.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view plain);
  // Takes the text over and wipes the string it came in.
  static Secret take(std::string& plain);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // The bytes, for the one place that must send them. Valid as long as this object.
  std::string_view reveal() const { return {bytes_, size_}; }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  Secret clone() const { return Secret(reveal()); }
  // Takes the same time whatever differs; only the lengths may be learned.
  bool equals(std::string_view other) const;

 private:
  void drop();

  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

// Overwrites the string's buffer, then empties it.
void wipe(std::string& text);

// Replaces every occurrence of a living secret (8 bytes or longer), plain or escaped as in JSON, by "[redacted]".
void redact(std::string& text);

// What the operating system granted, for the start-up report.
struct Hardening {
  bool pages_locked = false;
  bool dumps_off = false;
};

// Sets the locked pages up, turns core dumps off and makes the process not dumpable. Call once, first thing in
// main, before any other use of OpenSSL: it also makes OpenSSL overwrite what it frees and read no configuration
// file, whose modules would be somebody's code beside the tokens.
Hardening harden_process();

// An allocator for C libraries that overwrites memory when it is freed or moved.
void* wiping_malloc(std::size_t size);
void* wiping_calloc(std::size_t count, std::size_t size);
void* wiping_realloc(void* old, std::size_t size);
void wiping_free(void* block);

}  // namespace base
