#include "mcp/seal.h"

#include "base/crypto.h"
#include "base/encoding.h"

#include <map>

namespace mcp {
namespace {

constexpr std::size_t key_size = 32;
// Longer than any sign-in may take; the person sees the question in that time.
constexpr net::Duration lifetime = std::chrono::minutes(15);
constexpr std::size_t max_open = 10'000;

// The value as text, members in the order of their names: a client may send them in another order the second time.
void append_canonical(std::string& text, const Json& value) {
  if (value.is_array()) {
    text += '[';
    for (const Json& item : value) append_canonical(text.append(","), item);
    text += ']';
  } else if (value.is_object()) {
    std::map<std::string_view, const Json*> members;
    for (const auto& [name, item] : value.items()) members.emplace(name, &item);
    text += '{';
    for (const auto& [name, item] : members) {
      append_canonical(text.append(",").append(base::print_json(name)).append(":"), *item);
    }
    text += '}';
  } else {
    text += base::print_json(value);
  }
}

}  // namespace

std::string Seals::seal(const RequestState& state, std::string_view request) {
  if (key_.empty()) {
    std::string bytes = random_.bytes(key_size);
    key_ = base::Secret::take(bytes);
  }
  forget_expired();
  open_.emplace(++last_, clock_.now() + lifetime);
  const Json payload = {{"number", last_}, {"answers", state.answers}, {"asked", state.asked}};
  return base::base64url(base::seal(key_, base::print_json(payload), request));
}

std::optional<RequestState> Seals::open(std::string_view sealed, std::string_view request) {
  forget_expired();
  const auto bytes = base::base64url_decode(sealed);
  if (!bytes || key_.empty()) return std::nullopt;
  const auto plain = base::open(key_, *bytes, request);
  if (!plain) return std::nullopt;
  const Json payload = base::parse_json(*plain);
  const auto number = payload.at("number").get<std::uint64_t>();
  if (!open_.contains(number)) return std::nullopt;
  return RequestState{number, payload.at("answers"), payload.at("asked")};
}

// Numbers and times rise together, so the oldest states come first.
void Seals::forget_expired() {
  while (!open_.empty() && (open_.begin()->second <= clock_.now() || open_.size() >= max_open)) {
    open_.erase(open_.begin());
  }
}

std::string request_digest(std::string_view person, std::string_view method, std::string_view name,
                           const Json& arguments) {
  std::string text;
  append_canonical(text, {person, method, name});
  append_canonical(text, arguments);
  return base::sha256(text);
}

}  // namespace mcp
