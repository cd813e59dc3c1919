#include <dlfcn.h>

#include "auth/security_framework.h"

namespace auth::apple {

// Security links to Core Foundation, so one handle finds the names of both.
const SecurityFramework& security_framework() {
  static const SecurityFramework framework = [] {
    void* const handle =
        dlopen("/System/Library/Frameworks/Security.framework/Security", RTLD_NOW | RTLD_LOCAL);  // never closed
    return find_security_framework(
        [handle](const char* name) { return handle == nullptr ? nullptr : dlsym(handle, name); });
  }();
  return framework;
}

}  // namespace auth::apple
