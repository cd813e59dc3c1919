// Randomness, as an interface, so that tests can count.
#pragma once

#include <cstddef>
#include <string>

#include "base/secret.h"

namespace base {

class Random {
 public:
  virtual ~Random() = default;
  // Unpredictable bytes. Throws Error{internal} when the system gives none.
  virtual std::string bytes(std::size_t count) = 0;

  // RFC 4122 version 4, lower case.
  std::string uuid();
  // Evenly from [0, 1).
  double fraction();
};

// The operating system's generator.
class SystemRandom final : public Random {
 public:
  std::string bytes(std::size_t count) override;
};

// RFC 4122 version 5 (SHA-1 of a namespace and a name): the same name gives the same id.
std::string uuid_from_name(std::string_view namespace_uuid, std::string_view name);
bool is_uuid(std::string_view text);  // 8-4-4-4-12 hex, any case

}  // namespace base
