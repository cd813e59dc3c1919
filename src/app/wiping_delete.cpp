// The program's operator new and delete: what is freed is overwritten. Tokens have homes of their own (base/secret.h),
// but a JSON parser's or a string's passing copy of one has none, and would lie in freed memory until something else
// comes to stand there (R-TOK-01).
#include <cstdlib>
#include <new>

#include "base/secret.h"

namespace {

void* allocate(std::size_t size) {
  while (true) {
    if (void* block = base::wiping_malloc(size == 0 ? 1 : size)) return block;
    const auto handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
// A sanitizer brings its own of these two, which do not call those above.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return base::wiping_malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return base::wiping_malloc(size == 0 ? 1 : size);
}
void operator delete(void* block) noexcept {
  base::wiping_free(block);
}
void operator delete[](void* block) noexcept {
  base::wiping_free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  base::wiping_free(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  base::wiping_free(block);
}
