#include <openssl/rand.h>

#include "base/error.h"
#include "base/random.h"

namespace base {

std::string SystemRandom::bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1)
    throw Error(Errc::internal, "the system does not provide random bytes");
  return out;
}

}  // namespace base
