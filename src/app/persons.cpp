#include "app/persons.h"

#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "tools/kit/tool.h"

namespace app {
namespace {

constexpr net::Duration longest_wait{10'000};  // for a look-up that decides whether a call may go on
constexpr std::size_t longest_name = 200;

}  // namespace

// One sign-in's person, as far as known.
struct Persons::Person {
  Person(auth::SignIn a_sign_in, const boost::asio::any_io_executor& executor)
      : sign_in(std::move(a_sign_in)), done(executor) {}

  auth::SignIn sign_in;
  std::string id;           // authenticationId; empty for not known
  std::string why_unknown;  // empty while the look-up goes on
  net::Condition done;
  net::Running running;

  bool is_looked_up() const { return !id.empty() || !why_unknown.empty(); }
  std::string name() const {
    if (!id.empty()) return id;
    return why_unknown.empty() ? "unknown" : fmt::format("unknown ({})", why_unknown);
  }
};

// What results and the log say of sign-ins; shared with look-ups, which may end later than their owner.
struct Persons::Told {
  void note(const std::string& now, bool is_known) {
    const auto before = std::exchange(name, now);
    base::log(base::LogLevel::info, "signed in as {}", now);
    if (before.empty() || before == now) {
      if (is_known) notes.push_back(fmt::format("Signed in as {}.", now));
      return;
    }
    base::log(base::LogLevel::warn, "another person signed in: {}; before: {}", now, before);
    notes.push_back(fmt::format("Signed in as {}; before: {}.", now, before));
  }

  std::string name;  // whom the latest note was about
  std::vector<std::string> notes;
};

// Tokens of one sign-in alone.
class Persons::Bearers final : public aic::Bearers {
 public:
  Bearers(auth::Session& session, std::uint64_t sign_in, std::string transaction_id)
      : session_(session), sign_in_(sign_in), caller_{.call = 0, .transaction_id = std::move(transaction_id)} {}

  net::Task<aic::Bearer> get(aic::Scopes scopes) override {
    auto bearer = co_await session_.bearer_without_sign_in(std::move(scopes), caller_);
    if (!bearer || session_.sign_in().number != sign_in_)
      throw base::Error(base::Errc::login_required, "this sign-in is over");
    co_return bearer;
  }
  void refused(const aic::Scopes& scopes, const aic::Bearer& bearer) override { session_.refused(scopes, bearer); }

 private:
  auth::Session& session_;
  std::uint64_t sign_in_;
  auth::Caller caller_;
};

Persons::Persons(aic::Edges edges, auth::Session& session, base::Origin tenant, aic::TimeLimits limits)
    : edges_(edges), session_(session), tenant_(std::move(tenant)), limits_(limits), told_(std::make_shared<Told>()) {}

Persons::~Persons() {
  for (auto& [number, person] : persons_) person->running.cancel();
}

void Persons::token_was_given(const aic::Scopes& scopes) {
  if (scopes.contains(tools::scope::idm))
    begin_look_up(session_.sign_in(), scopes);  // with the token that is there already
}

std::shared_ptr<Persons::Person> Persons::begin_look_up(const auth::SignIn& sign_in, const aic::Scopes& scopes) {
  auto& person = persons_[sign_in.number];
  if (person) return person;
  person = std::make_shared<Person>(sign_in, edges_.loop.executor());
  person->running = edges_.loop.spawn(look_up(edges_, session_, tenant_, limits_, scopes, person),
                                      [told = told_, person](const std::exception_ptr&) {
                                        if (person->is_looked_up()) told->note(person->name(), !person->id.empty());
                                        person->done.set();
                                      });
  return person;
}

net::Task<> Persons::look_up(aic::Edges edges, auth::Session& session, base::Origin tenant, aic::TimeLimits limits,
                             aic::Scopes scopes, std::shared_ptr<Person> person) {
  aic::Trace trace(edges.random.uuid());
  Bearers bearers(session, person->sign_in.number, trace.own_id());
  aic::Tenant asked(edges, std::move(tenant), limits, bearers, trace, 0, [] {}, [](const std::string&) {});
  try {
    const auto answer =
        co_await asked.get(base::Target("/openidm/info/login"),
                           {.scopes = std::move(scopes), .headers = {{"accept-api-version", "resource=1.0"}}});
    person->id = base::printable(base::text_member(answer.body, "authenticationId"), longest_name);
    if (person->id.empty()) person->why_unknown = "the tenant does not say";
  } catch (const base::Error& error) {
    person->why_unknown = base::printable(error.message, longest_name);
  }
}

net::Task<bool> Persons::same(auth::SignIn before, auth::SignIn now) {
  if (before.number == now.number) co_return true;
  if (!before.subject.empty() && !now.subject.empty()) co_return before.subject == now.subject;
  const auto known = persons_.find(before.number);
  if (known == persons_.end()) co_return false;
  const auto former = known->second;
  const auto present = begin_look_up(now, {tools::scope::idm});
  for (const auto& person : {former, present})
    co_await edges_.loop.within(edges_.clock, longest_wait, person->done.wait());
  co_return !former->id.empty() && former->id == present->id;
}

std::string Persons::name_of(const auth::SignIn& sign_in) const {
  const auto found = persons_.find(sign_in.number);
  if (found != persons_.end() && !found->second->id.empty()) return found->second->id;
  if (!sign_in.subject.empty()) return base::printable(sign_in.subject, longest_name);
  return found == persons_.end() ? "unknown" : found->second->name();
}

std::vector<std::string> Persons::take_notes() {
  return std::exchange(told_->notes, {});
}

}  // namespace app
