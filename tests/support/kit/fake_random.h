// Randomness that counts.
#pragma once

#include <cstdint>

#include "base/random.h"

namespace test {

// The n-th call gives bytes that all differ from those of the other calls: 1, 1, 1…, then 2, 2, 2…
class FakeRandom final : public base::Random {
 public:
  std::string bytes(std::size_t count) override {
    ++calls;
    return std::string(count, static_cast<char>(calls));
  }
  std::uint8_t calls = 0;
};

}  // namespace test
