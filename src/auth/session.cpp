#include "auth/session.h"

#include "auth/login.h"
#include "auth/oauth.h"
#include "auth/record_name.h"
#include "auth/tokens.h"
#include "base/error.h"
#include "base/log.h"
#include "base/process.h"

namespace auth {
namespace {

constexpr net::Duration removal_limit{3'000};  // clients kill a server about 4 s after they closed its input
constexpr net::Duration reading_limit{500};
constexpr net::Duration revocation_limit{2'000};

// A sign-in whose token is gone at once must not lead to browser windows without end.
constexpr std::uint64_t sign_ins_per_call = 2;

base::Error useless_sign_in() {
  base::Error error(base::Errc::login_failed, "The person signed in, but the token was gone before it could be used.");
  error.next = "Check the lifetime of access tokens in the tenant and the clock of this machine.";
  return error;
}

std::string account_of(const World& world, const Settings& settings) {
  return print_record_name(
      make_record_name(settings.tenant.authority(), this_process(), world.clock.unix_ms() / 1000, world.random));
}

net::Task<> remove_dead_records(std::shared_ptr<Vault> vault) {
  base::release_code_pages();  // of the start
  co_await vault->remove_dead_records();
  base::release_code_pages();
}

// Scoped tokens live on when the login token that they were made of is gone, so each is named.
net::Task<> revoke(OAuth& oauth, std::optional<LoginToken> login, std::vector<Bearer> scoped, Caller caller) {
  try {
    if (login) co_await oauth.revoke(login->token, login_client, caller);
    for (const auto& bearer : scoped) co_await oauth.revoke(*bearer, exchange_client, caller);
  } catch (const base::Error& error) {
    base::log(base::LogLevel::warn, "the tokens of this session live on until they expire: {}", error.message);
  }
}

}  // namespace

struct Session::Impl {
  Impl(World a_world, const Settings& settings)
      : world(std::move(a_world)),
        vault(std::make_shared<Vault>(world.loop, world.clock, world.store, account_of(world, settings),
                                      settings.tenant.authority())),
        login(std::make_shared<Login>(world, settings, vault)),
        tokens(std::make_shared<Tokens>(world, settings, vault)),
        oauth(world, settings),
        revokes(settings.revoke_at_exit) {}

  World world;
  // Shared with sign-ins and exchanges, which go on without the call that began them (R-PKC-16, R-TOK-17).
  std::shared_ptr<Vault> vault;
  std::shared_ptr<Login> login;
  std::shared_ptr<Tokens> tokens;
  OAuth oauth;
  bool revokes;
};

Session::Session(World world, Settings settings) : impl_(std::make_unique<Impl>(std::move(world), settings)) {}

Session::~Session() = default;

void Session::start() {
  impl_->world.loop.spawn(remove_dead_records(impl_->vault), [](const std::exception_ptr&) {});
}

net::Task<Bearer> Session::bearer(Scopes scopes, Channel& channel, Caller caller) {
  if (scopes.empty()) throw base::Error(base::Errc::internal, "a token was asked for without a scope");
  const auto last_sign_in = impl_->vault->number() + sign_ins_per_call;
  bool was_refused = false;
  while (true) {
    if (auto bearer = impl_->tokens->cached(scopes)) co_return bearer;
    co_await impl_->login->ensure(channel, caller);
    const auto exchanged = co_await impl_->tokens->exchange(scopes, caller);
    if (exchanged.bearer) co_return exchanged.bearer;
    // One new sign-in, one more exchange, then report (R-TOK-19).
    if (exchanged.refusal && std::exchange(was_refused, true)) throw base::Error(*exchanged.refusal);
    if (impl_->vault->number() >= last_sign_in) throw useless_sign_in();
  }
}

net::Task<Bearer> Session::bearer_without_sign_in(Scopes scopes, Caller caller) {
  if (auto bearer = impl_->tokens->cached(scopes)) co_return bearer;
  if (!signed_in()) co_return Bearer();
  const auto exchanged = co_await impl_->tokens->exchange(std::move(scopes), std::move(caller));
  co_return exchanged.bearer;
}

void Session::refused(const Scopes& scopes, const Bearer& bearer) {
  impl_->tokens->drop(scopes, bearer);
}

Scopes Session::not_granted(const Scopes& scopes) const {
  return impl_->tokens->not_granted(scopes);
}

bool Session::signed_in() const {
  return impl_->vault->holds_token();
}

net::Task<> Session::close() {
  co_await impl_->login->close();
  auto scoped = impl_->tokens->take_all();
  std::optional<LoginToken> login;
  if (impl_->revokes) {
    auto taken = co_await impl_->world.loop.within(impl_->world.clock, reading_limit, impl_->vault->take());
    if (taken) login = std::move(*taken);
  }
  co_await impl_->vault->clear(removal_limit);
  if (!impl_->revokes) co_return;
  const Caller caller{.transaction_id = impl_->world.random.uuid()};
  const bool in_time = co_await impl_->world.loop.within(
      impl_->world.clock, revocation_limit, revoke(impl_->oauth, std::move(login), std::move(scoped), caller));
  if (!in_time) base::log(base::LogLevel::warn, "the tenant took too long to revoke the tokens of this session");
}

}  // namespace auth
