#include <sys/random.h>

#include <algorithm>

#include "base/error.h"
#include "base/random.h"

namespace base {

// Not OpenSSL's generator: starting that costs a megabyte of pages before anybody has asked for anything.
std::string SystemRandom::bytes(std::size_t count) {
  constexpr std::size_t most_at_once = 256;  // getentropy(3)
  std::string out(count, '\0');
  for (std::size_t done = 0; done < count; done += most_at_once) {
    if (getentropy(out.data() + done, std::min(most_at_once, count - done)) != 0)
      throw Error(Errc::internal, "the system does not provide random bytes");
  }
  return out;
}

}  // namespace base
