// Not yet run (docs/platforms.md).
#include <malloc/malloc.h>
#include <sys/types.h>
// Needs sys/types.h before it.
#include <sys/ptrace.h>
#include <sys/resource.h>

#include "base/secret_system.h"

namespace base {

std::size_t block_size(void* block) {
  return malloc_size(block);
}

bool turn_dumps_off() {
  const rlimit none{0, 0};
  return setrlimit(RLIMIT_CORE, &none) == 0 && ptrace(PT_DENY_ATTACH, 0, nullptr, 0) == 0;
}

}  // namespace base
