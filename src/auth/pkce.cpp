#include "auth/pkce.h"

#include "base/crypto.h"
#include "base/encoding.h"

namespace auth {
namespace {

constexpr std::size_t verifier_bytes = 32;
constexpr std::size_t state_bytes = 16;

}  // namespace

Pkce make_pkce(base::Random& random) {
  auto bytes = random.bytes(verifier_bytes);
  auto text = base::base64url(bytes);
  base::wipe(bytes);
  auto verifier = base::Secret::take(text);
  auto challenge = base::base64url(base::sha256(verifier.reveal()));
  return {.verifier = std::move(verifier), .challenge = std::move(challenge)};
}

std::string make_state(base::Random& random) {
  auto bytes = random.bytes(state_bytes);
  auto state = base::base64url(bytes);
  base::wipe(bytes);
  return state;
}

}  // namespace auth
