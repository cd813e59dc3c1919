#include "sandbox/seed/seed.h"

#include <fmt/core.h>

#include "base/random.h"
#include "sandbox/am/am.h"
#include "sandbox/esv/esv.h"
#include "sandbox/idm/idm.h"
#include "sandbox/logs/logs.h"

namespace sandbox {

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::string seeded_id(std::uint64_t seed, std::string_view name) {
  static constexpr std::string_view sandbox_namespace = "6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11";
  return base::uuid_from_name(sandbox_namespace, fmt::format("{}/{}", seed, name));
}

Tenant::Tenant(TenantOptions tenant_options)
    : options(std::move(tenant_options)),
      idm(std::make_unique<IdmState>()),
      am(std::make_unique<AmState>()),
      esv(std::make_unique<EsvState>()),
      logs(std::make_unique<LogState>()) {
  if (!options.example_data) return;
  seed_idm(*this);
  seed_am(*this);
  seed_esv(*this);
  seed_logs(*this);
}

Tenant::Tenant(const Tenant& other)
    : options(other.options),
      idm(std::make_unique<IdmState>(*other.idm)),
      am(std::make_unique<AmState>(*other.am)),
      esv(std::make_unique<EsvState>(*other.esv)),
      logs(std::make_unique<LogState>(*other.logs)) {}

Tenant::~Tenant() = default;

}  // namespace sandbox
