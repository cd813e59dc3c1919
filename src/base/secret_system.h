// Inside of base/secret: what differs between the operating systems.
#pragma once

#include <cstddef>

namespace base {

// The size that the allocator really gave, so that the whole block is overwritten.
std::size_t block_size(void* block);

// True when nothing writes this process's memory to a file when it crashes, and others of the same user may not attach.
bool turn_dumps_off();

}  // namespace base
