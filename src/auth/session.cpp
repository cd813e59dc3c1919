#include "auth/session.h"

#include <algorithm>

#include "auth/login.h"
#include "auth/oauth.h"
#include "auth/record_name.h"
#include "auth/tokens.h"
#include "base/error.h"
#include "base/log.h"

namespace auth {
namespace {

constexpr net::Duration removal_limit{3'000};  // clients kill a server about 4 s after they closed its input
constexpr net::Duration revocation_limit{2'000};

// A sign-in whose token is gone at once must not lead to browser windows without end.
constexpr std::uint64_t sign_ins_per_call = 2;

base::Error useless_sign_in() {
  base::Error error(base::Errc::login_failed,
                    "The person signed in, but the token was no longer usable when it was needed.");
  error.next = "Check the lifetime of access tokens in the tenant and the clock of this machine.";
  return error;
}

std::string account_of(const Edges& edges, const Settings& settings) {
  return print_record_name(
      make_record_name(settings.tenant.authority(), this_process(), edges.clock.unix_ms() / 1000, edges.random));
}

net::Task<> remove_dead_records(std::shared_ptr<Vault> vault) {
  co_await vault->remove_dead_records();
}

net::Task<> revoke(std::shared_ptr<OAuth> oauth, std::shared_ptr<const base::Secret> token, std::string_view client,
                   Caller caller) {
  try {
    co_await oauth->revoke(*token, client, std::move(caller));
  } catch (const base::Error& error) {
    base::log(base::LogLevel::warn, "a token of this session stays valid until it expires: {}", error.message);
  }
}

}  // namespace

struct Session::Impl {
  Impl(Edges a_edges, const Settings& settings)
      : edges(std::move(a_edges)),
        vault(std::make_shared<Vault>(edges.loop, edges.clock, edges.store, edges.keychain_thread,
                                      account_of(edges, settings), settings.tenant.authority())),
        tokens(std::make_shared<Tokens>(edges, settings, vault)),
        login(std::make_shared<Login>(edges, settings, vault,
                                      [tokens = tokens, vault = vault, told = settings.on_sign_in] {
                                        tokens->forget_all();
                                        told({.number = vault->number(), .subject = vault->subject()});
                                      })),
        oauth(std::make_shared<OAuth>(edges, settings)),
        revokes(settings.revoke_at_exit),
        on_sign_out(settings.on_sign_out) {}

  // Scoped tokens live on when the login token that they were made of is gone, so each is revoked.
  void begin_revocation(std::shared_ptr<const base::Secret> token, std::string_view client);
  net::Task<> wait_for_revocations();
  Vault::Last last_wish() const { return revokes ? Vault::Last::give_back : Vault::Last::forget; }

  Edges edges;
  // Shared with sign-ins and exchanges, which go on without the call that began them (R-PKC-16, R-TOK-17).
  std::shared_ptr<Vault> vault;
  std::shared_ptr<Tokens> tokens;
  std::shared_ptr<Login> login;
  std::shared_ptr<OAuth> oauth;
  bool revokes;
  std::function<void(const SignIn&)> on_sign_out;
  std::vector<net::Running> revocations;
  std::shared_ptr<net::Condition> revoked = std::make_shared<net::Condition>(edges.loop.executor());
};

Session::Session(Edges edges, Settings settings) : impl_(std::make_unique<Impl>(std::move(edges), settings)) {}

Session::~Session() = default;

void Session::start() {
  impl_->edges.loop.spawn(remove_dead_records(impl_->vault), [](const std::exception_ptr&) {});
}

net::Task<Bearer> Session::bearer(Scopes scopes, Channel& channel, Caller caller) {
  if (scopes.empty()) throw base::Error(base::Errc::internal, "a token was asked for without a scope");
  const auto last_sign_in = impl_->vault->number() + sign_ins_per_call;
  bool was_refused = false;
  while (true) {
    if (auto bearer = impl_->tokens->cached(scopes)) co_return bearer;
    co_await impl_->login->ensure(channel, caller);
    const auto exchanged = co_await impl_->tokens->exchange(scopes, caller);
    // Another person may have signed in between the tenant's answer and this turn of the loop.
    if (exchanged.bearer && exchanged.login_number == impl_->vault->number()) co_return exchanged.bearer;
    // One new sign-in, one more exchange, then report (R-TOK-19).
    if (exchanged.refusal && std::exchange(was_refused, true)) throw base::Error(*exchanged.refusal);
    if (impl_->vault->number() >= last_sign_in) throw useless_sign_in();
  }
}

net::Task<Bearer> Session::bearer_without_sign_in(Scopes scopes, Caller caller) {
  if (auto bearer = impl_->tokens->cached(scopes)) co_return bearer;
  if (!signed_in()) co_return Bearer();
  const auto exchanged = co_await impl_->tokens->exchange(std::move(scopes), std::move(caller));
  co_return exchanged.login_number == impl_->vault->number() ? exchanged.bearer : Bearer();
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

SignIn Session::sign_in() const {
  return {.number = impl_->vault->number(), .subject = impl_->vault->subject()};
}

std::optional<Standing> Session::standing() const {
  const auto& granted = impl_->login->granted();
  if (!signed_in() || !granted) return std::nullopt;
  return Standing{
      .since_unix_ms = granted->unix_ms, .until_unix_ms = impl_->vault->expires_unix_ms(), .granted = granted->scopes};
}

net::Task<SignedOut> Session::sign_out() {
  SignedOut signed_out{.was_signed_in = signed_in()};
  const auto whom = sign_in();
  auto scoped = impl_->tokens->take_all();
  if (impl_->revokes) {
    for (auto& bearer : scoped) impl_->begin_revocation(std::move(bearer), exchange_client);
  }
  auto forgotten = co_await impl_->vault->forget(impl_->last_wish(), removal_limit);
  if (forgotten.token)
    impl_->begin_revocation(std::make_shared<const base::Secret>(std::move(*forgotten.token)), login_client);
  if (signed_out.was_signed_in) impl_->on_sign_out(whom);
  signed_out.revoked = impl_->revokes && signed_out.was_signed_in;
  signed_out.record_may_stay = forgotten.record_may_stay;
  co_return signed_out;
}

void Session::Impl::begin_revocation(std::shared_ptr<const base::Secret> token, std::string_view client) {
  const Caller caller{.transaction_id = edges.random.uuid()};
  revocations.push_back(edges.loop.spawn(revoke(oauth, std::move(token), client, caller),
                                         [revoked = revoked](const std::exception_ptr&) { revoked->pulse(); }));
}

// Some clients kill a server 100 ms after they told it to end (R-CLI-11): what takes long is begun, not waited for.
net::Task<> Session::close() {
  auto scoped = impl_->tokens->take_all();
  if (impl_->revokes) {
    for (auto& bearer : scoped) impl_->begin_revocation(std::move(bearer), exchange_client);
  }
  impl_->login->stop();
  const auto was_signed_in = signed_in() ? std::optional(sign_in()) : std::nullopt;
  auto login = co_await impl_->vault->close(impl_->last_wish(), removal_limit);
  if (login) impl_->begin_revocation(std::make_shared<const base::Secret>(std::move(*login)), login_client);
  if (was_signed_in) impl_->on_sign_out(*was_signed_in);
  co_await impl_->login->wait_for_end();
}

net::Task<> Session::Impl::wait_for_revocations() {
  while (!std::ranges::all_of(revocations, &net::Running::ended)) co_await revoked->wait();
}

net::Task<> Session::finish() {
  const auto& edges = impl_->edges;
  if (co_await edges.loop.within(edges.clock, revocation_limit, impl_->wait_for_revocations())) co_return;
  base::log(base::LogLevel::warn, "the tenant took too long to revoke the tokens of this session");
  for (auto& each : impl_->revocations) each.cancel();
}

}  // namespace auth
