#include "auth/tokens.h"

#include "base/log.h"

namespace auth {

Tokens::Tokens(const Edges& edges, const Settings& settings, std::shared_ptr<Vault> vault)
    : clock_(edges.clock), oauth_(edges, settings), vault_(std::move(vault)), flights_(edges.loop) {}

Bearer Tokens::cached(const Scopes& scopes) const {
  const auto found = cache_.find(scopes);
  if (found == cache_.end()) return nullptr;
  const auto& entry = found->second;
  const bool is_good = clock_.now() < entry.good_until && entry.login_number == vault_->number();
  return is_good ? entry.bearer : nullptr;
}

net::Task<Exchanged> Tokens::exchange(Scopes scopes, Caller caller) {
  auto key = scopes;
  return flights_.run(std::move(key), [self = shared_from_this(), scopes = std::move(scopes),
                                       caller = std::move(caller)] { return exchange_once(self, scopes, caller); });
}

net::Task<Exchanged> Tokens::exchange_once(std::shared_ptr<Tokens> self, Scopes scopes, Caller caller) {
  auto login = co_await self->vault_->take();
  if (!login) co_return Exchanged{};
  const auto asked_at = self->clock_.now();
  const auto is_outdated = [&] { return self->vault_->number() != login->number; };  // somebody signed in meanwhile
  std::optional<base::Error> refusal;
  try {
    auto answer = co_await self->oauth_.exchange(login->token, scopes, std::move(caller));
    if (is_outdated()) co_return Exchanged{};
    self->working_login_ = login->number;
    self->hopeless_.erase(scopes);
    co_return Exchanged{.bearer = self->keep(scopes, std::move(answer), asked_at, login->number),
                        .login_number = login->number};
  } catch (const OAuthError& error) {
    if (is_outdated()) co_return Exchanged{};
    if (!self->blames_login(error, scopes, login->number)) throw;
    refusal = error;
  }
  self->vault_->drop(login->number);
  co_return Exchanged{.refusal = std::move(refusal)};
}

// RFC 8693 §2.2.2 wants invalid_request for a subject token that is not good any more, which a request that the tenant
// never takes gets as well (R-TOK-23).
bool Tokens::blames_login(const OAuthError& refusal, const Scopes& scopes, std::uint64_t login_number) {
  if (blames_login_token(refusal)) return true;
  if (refusal.status != 400 || refusal.error != "invalid_request") return false;
  if (working_login_ == login_number) return !hopeless_.contains(scopes);
  hopeless_.insert(scopes);
  return false;
}

Bearer Tokens::keep(const Scopes& scopes, TokenAnswer answer, net::Instant asked_at, std::uint64_t login_number) {
  auto missing = auth::not_granted(scopes, answer);
  if (!missing.empty()) base::log(base::LogLevel::info, "the tenant left out the scopes {}", join(missing));
  const auto lifetime = answer.lifetime.value_or(scoped_lifetime);
  auto bearer = std::make_shared<const base::Secret>(std::move(answer.token));
  cache_.insert_or_assign(scopes, Entry{.bearer = bearer,
                                        .good_until = asked_at + lifetime - renewal_margin(lifetime),
                                        .login_number = login_number,
                                        .missing = std::move(missing)});
  return bearer;
}

void Tokens::drop(const Scopes& scopes, const Bearer& bearer) {
  const auto found = cache_.find(scopes);
  if (found != cache_.end() && found->second.bearer == bearer) cache_.erase(found);
}

std::vector<Bearer> Tokens::take_all() {
  std::vector<Bearer> all;
  for (auto& [scopes, entry] : std::exchange(cache_, {})) all.push_back(std::move(entry.bearer));
  return all;
}

Scopes Tokens::not_granted(const Scopes& scopes) const {
  const auto found = cache_.find(scopes);
  return found == cache_.end() ? Scopes{} : found->second.missing;
}

}  // namespace auth
