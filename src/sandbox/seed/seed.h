// What a fresh tenant holds: people, journeys, logs and settings of our own making, the same for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/tenant.h"

namespace sandbox {

// A small generator whose numbers depend on the seed only, on every platform (splitmix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  // From 0 to `bound` - 1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  // True in `percent` of a hundred cases.
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  const base::Json& pick(const base::Json& array) { return array[below(array.size())]; }

 private:
  std::uint64_t state_;
};

// One namespace for all made-up ids: the same name gives the same id in every tenant of one seed.
std::string seeded_id(std::uint64_t seed, std::string_view name);

void seed_idm(Tenant& tenant);   // idm.cpp: definitions, people, organizations, roles, configuration
void seed_am(Tenant& tenant);    // am.cpp: journeys, scripts, clients, settings
void seed_esv(Tenant& tenant);   // esv.cpp: variables and secrets
void seed_logs(Tenant& tenant);  // logs.cpp: the last 24 hours

}  // namespace sandbox
