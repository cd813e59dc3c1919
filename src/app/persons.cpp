#include "app/persons.h"

#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "tools/kit/tool.h"

namespace app {
namespace {

using base::Json;

constexpr std::string_view managed = "managed/";
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
  std::string component;    // where the person's own object is: "managed/teammember"
  std::string display_name;
  bool name_was_asked = false;
  Json roles = Json::array();
  bool is_told = false;  // in a note
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
  void note(Person& person, const std::string& now) {
    const auto before = std::exchange(name, now);
    if (std::exchange(person.is_told, true)) return;  // by the word of the token, before the tenant's
    const bool is_known = !person.id.empty() || !person.is_looked_up();
    subject = person.sign_in.subject;
    base::log(base::LogLevel::info, "signed in as {}", now);
    if (before.empty() || before == now) {
      if (is_known) notes.push_back(fmt::format("Signed in as {}.", now));
      return;
    }
    base::log(base::LogLevel::warn, "another person signed in: {}; before: {}", now, before);
    notes.push_back(fmt::format("Signed in as {}; before: {}.", now, before));
  }

  std::string name;     // whom the latest note was about
  std::string subject;  // that their login token names
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
                                        if (person->is_looked_up()) told->note(*person, person->name());
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
    const auto& authorization = base::member(answer.body, "authorization");
    person->roles = base::member(authorization, "roles");
    person->component = base::text_member(authorization, "component");
  } catch (const base::Error& error) {
    person->why_unknown = base::printable(error.message, longest_name);
  }
}

// The person's own object, where it can be read. Asked when somebody wants to know, and once.
net::Task<> Persons::look_up_name(std::shared_ptr<Person> person) {
  if (!person->component.starts_with(managed) || std::exchange(person->name_was_asked, true)) co_return;
  aic::Trace trace(edges_.random.uuid());
  Bearers bearers(session_, person->sign_in.number, trace.own_id());
  aic::Tenant asked(edges_, tenant_, limits_, bearers, trace, 0, [] {}, [](const std::string&) {});
  auto object = aic::managed_object(person->component.substr(managed.size()), person->id);
  object.query("_fields", "givenName,sn,userName");
  const auto answer = co_await aic::read_back(asked.get(std::move(object), {.scopes = {tools::scope::idm}}));
  if (answer.failed()) co_return;  // such a name is a courtesy
  const auto& body = answer.reply().body;
  const auto name = fmt::format("{} {}", base::text_member(body, "givenName"), base::text_member(body, "sn"));
  const auto begin = name.find_first_not_of(' ');
  person->display_name = begin == std::string::npos ? base::text_member(body, "userName")
                                                    : name.substr(begin, name.find_last_not_of(' ') + 1 - begin);
}

net::Task<Json> Persons::describe(auth::SignIn sign_in) {
  const auto person = begin_look_up(sign_in, {tools::scope::idm});
  co_await edges_.loop.within(edges_.clock, longest_wait, person->done.wait());
  Json shown{{"authenticationId", person->name()}};
  if (person->id.empty()) {
    if (!sign_in.subject.empty()) shown["subject"] = base::printable(sign_in.subject, longest_name);
    co_return shown;
  }
  co_await edges_.loop.within(edges_.clock, longest_wait, look_up_name(person));
  if (!person->display_name.empty()) shown["displayName"] = base::printable(person->display_name, longest_name);
  if (person->roles.is_array()) shown["roles"] = person->roles;
  co_return shown;
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

// R-SES-03: the first result after a change of persons says so.
void Persons::note_change() {
  const auto now = session_.sign_in();
  if (now.subject.empty() || told_->name.empty()) return;
  const auto present = persons_.find(now.number);
  if (present == persons_.end() || present->second->is_told || present->second->is_looked_up()) return;
  if (told_->subject.empty() || told_->subject == now.subject) return;
  told_->note(*present->second, base::printable(now.subject, longest_name));
}

net::Task<std::string> Persons::name_when_known(auth::SignIn sign_in) const {
  if (const auto found = persons_.find(sign_in.number); found != persons_.end()) {
    const auto person = found->second;
    co_await edges_.loop.within(edges_.clock, longest_wait, person->done.wait());
  }
  co_return name_of(sign_in);
}

std::vector<std::string> Persons::take_notes() {
  note_change();
  return std::exchange(told_->notes, {});
}

}  // namespace app
