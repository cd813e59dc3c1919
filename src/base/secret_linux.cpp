#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/secret_system.h"

namespace base {

std::size_t block_size(void* block) {
  return malloc_usable_size(block);
}

bool turn_dumps_off() {
  const rlimit none{0, 0};
  return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

}  // namespace base
