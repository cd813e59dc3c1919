// The secure heap itself is OpenSSL's, which locks it by VirtualLock here.
#include <windows.h>

#include <malloc.h>

#include "base/secret_system.h"

namespace base {

std::size_t block_size(void* block) {
  return _msize(block);
}

// Windows Error Reporting leaves the heap out of its reports when asked to. A debugger of the same user cannot be kept
// out. Looked up at run time, because mingw-w64's header of it does not get through the compiler.
bool turn_dumps_off() {
  using SetFlags = HRESULT(WINAPI*)(DWORD);
  constexpr DWORD no_heap = 1;  // WER_FAULT_REPORTING_FLAG_NOHEAP
  const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
  if (kernel == nullptr) return false;
  const auto set_flags = reinterpret_cast<SetFlags>(reinterpret_cast<void*>(GetProcAddress(kernel, "WerSetFlags")));
  return set_flags != nullptr && set_flags(no_heap) == S_OK;
}

}  // namespace base
