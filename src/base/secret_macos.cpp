// Not yet run (docs/platforms.md).
#include <malloc/malloc.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/secret_system.h"

// Of ptrace(2), whose header sys/ptrace.h the compiler of ./dev release does not bring (docs/decisions/0021).
extern "C" int ptrace(int request, pid_t pid, caddr_t address, int data);

namespace base {
namespace {
constexpr int deny_attach = 31;  // PT_DENY_ATTACH
}

std::size_t block_size(void* block) {
  return malloc_size(block);
}

bool turn_dumps_off() {
  const rlimit none{0, 0};
  return setrlimit(RLIMIT_CORE, &none) == 0 && ptrace(deny_attach, 0, nullptr, 0) == 0;
}

}  // namespace base
