// `requestState` of MCP 2026-07-28 (basic/patterns/mrtr): what a request that comes again must bring along, sealed so
// that a client can neither read nor change it, nor use it for another request, in another process, late or twice.
#pragma once

#include "base/json.h"
#include "base/random.h"
#include "base/secret.h"
#include "net/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

using base::Json;

struct RequestState {
  std::uint64_t number = 0;       // given by `seal`
  Json answers = Json::object();  // what earlier rounds brought: keys and results
  Json asked = Json::object();    // what went out with this state: keys and methods
};

class Seals {
 public:
  Seals(net::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}

  // `request` says what the state belongs to; see `request_digest`.
  std::string seal(const RequestState& state, std::string_view request);
  // Nothing when the state is not the one that was sealed for this request, or is spent.
  std::optional<RequestState> open(std::string_view sealed, std::string_view request);
  // It has served, and will not be opened again.
  void spend(const RequestState& state) { open_.erase(state.number); }

 private:
  void forget_expired();

  net::Clock& clock_;
  base::Random& random_;
  base::Secret key_;  // of this process, made when first needed
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, net::Instant> open_;  // states that may still come, and until when
};

// Equal for requests of one person that ask for the same: method, tool and arguments, whatever the order of the
// members.
std::string request_digest(std::string_view person, std::string_view method, std::string_view name,
                           const Json& arguments);

}  // namespace mcp
