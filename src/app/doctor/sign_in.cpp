#include "app/doctor/sign_in.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paths.h"
#include "aic/shared.h"
#include "aic/tenant.h"
#include "app/audit/audit.h"
#include "app/program.h"
#include "base/encoding.h"
#include "base/error.h"
#include "tools/catalog.h"

namespace app {
namespace {

namespace scope = tools::scope;

// A terminal: the sign-in writes the URL on stderr by itself, and there is nobody else to ask.
class Terminal final : public auth::Channel {
 public:
  bool shows_urls() const override { return false; }
  bool shows_forms() const override { return false; }
  bool has_answer(const std::string&) const override { return false; }
  std::shared_ptr<auth::Shown> show(auth::Prompt, std::function<void(auth::Answer)>) override {
    throw base::Error(base::Errc::login_required, "a terminal shows no prompts");
  }
  bool reports_progress() const override { return true; }  // waits for as long as a sign-in may take
  void progress(std::string) override {}
};

class SessionBearers final : public aic::Bearers {
 public:
  SessionBearers(auth::Session& session, auth::Channel& channel, auth::Caller caller)
      : session_(session), channel_(channel), caller_(std::move(caller)) {}
  net::Task<aic::Bearer> get(aic::Scopes scopes) override { return session_.bearer(scopes, channel_, caller_); }
  void refused(const aic::Scopes& scopes, const aic::Bearer& bearer) override { session_.refused(scopes, bearer); }

 private:
  auth::Session& session_;
  auth::Channel& channel_;
  auth::Caller caller_;
};

struct Reading {
  const char* what = nullptr;
  base::Target target;
  http::Headers headers;
};

// Something small that a token with these scopes may read; nothing for scopes that only allow to change something.
std::optional<Reading> reading_for(const auth::Scopes& scopes) {
  if (scopes.contains(scope::idm))
    return Reading{"who is signed in", base::Target("/openidm/info/login"), {{"accept-api-version", "resource=1.0"}}};
  if (scopes.contains(scope::am))
    return Reading{"a script of alpha", aic::scripts("alpha").query("_queryFilter", "true").query("_pageSize", "1"),
                   aic::script_headers()};
  if (scopes.contains(scope::logs)) return Reading{"the sources of logs", base::Target("/monitoring/logs/sources"), {}};
  if (scopes.contains(scope::esv_read))
    return Reading{"an environment variable", aic::esv_variables().query("_pageSize", "1"), {}};
  return std::nullopt;
}

Finding failed(std::string check, std::string_view what, const base::Error& error) {
  Finding finding{.check = std::move(check), .verdict = Verdict::fail, .remedy = error.next};
  finding.cause = fmt::format("{}{}{}", what, what.empty() ? "" : ": ", error.message);
  if (!error.transaction_id.empty()) finding.cause += fmt::format(" (transaction {})", error.transaction_id);
  if (finding.remedy.empty()) finding.remedy = "Ask an administrator of the tenant for the roles that this needs.";
  return finding;
}

struct Examination {
  Examination(Patient a_patient, auth::Session& a_session)
      : patient(std::move(a_patient)),
        session(a_session),
        shared(patient.edges.loop),
        trace(patient.edges.random.uuid()),
        bearers(session, terminal, {0, trace.own_id()}),
        tenant(
            {patient.edges.loop, patient.edges.clock, patient.edges.random, patient.edges.http, shared},
            patient.options.tenant, {.total = patient.options.http_timeout}, bearers, trace, 0, [] {},
            [](const std::string&) {}) {}

  Patient patient;
  auth::Session& session;
  Terminal terminal;
  aic::Shared shared;
  aic::Trace trace;
  SessionBearers bearers;
  aic::Tenant tenant;
  std::string person;
};

net::Task<Finding> try_scopes(Examination& at, auth::Scopes scopes) {
  Finding finding{.check = "token"};
  const auto name = fmt::format("{}", fmt::join(scopes, " "));
  try {
    const auto reading = reading_for(scopes);
    if (!reading) {
      co_await at.tenant.bearer(scopes);
      finding.cause = fmt::format("{}: exchanged; nothing can be read with it", name);
      co_return finding;
    }
    const auto reply = co_await at.tenant.get(reading->target, {.scopes = scopes, .headers = reading->headers});
    if (scopes.contains(scope::idm))
      at.person = base::printable(base::text_member(reply.body, "authenticationId"), 200);
    finding.cause = fmt::format("{}: exchanged, and read {}", name, reading->what);
  } catch (const base::Error& error) {
    co_return failed("token", name, error);
  }
  co_return finding;
}

net::Task<> sign_in_and_read(Examination& at, OnFinding on_finding) {
  const bool by_device = at.patient.options.flow == auth::Flow::device;
  const auto sets = scope_sets();
  try {
    co_await at.session.bearer(sets.front(), at.terminal, {0, at.trace.own_id()});
  } catch (const base::Error& error) {
    co_return on_finding(failed("sign-in", "", error));
  }
  on_finding({.check = "sign-in", .cause = by_device ? "signed in by device code" : "signed in by browser"});
  for (const auto& scopes : sets) on_finding(co_await try_scopes(at, scopes));
  if (at.person.empty()) {
    on_finding({.check = "person", .verdict = Verdict::warn, .cause = "the tenant does not say who is signed in"});
  } else {
    on_finding({.check = "person", .cause = fmt::format("signed in as {}", at.person)});
  }
}

}  // namespace

std::vector<auth::Scopes> scope_sets() {
  std::vector<auth::Scopes> sets;
  for (const tools::Tool* tool : tools::catalog()) {
    const auth::Scopes scopes(tool->scopes.begin(), tool->scopes.end());
    if (!scopes.empty() && std::ranges::find(sets, scopes) == sets.end()) sets.push_back(scopes);
  }
  return sets;
}

net::Task<Findings> try_sign_in(Patient patient, OnFinding on_finding, std::function<void()>& cancel) {
  Findings findings;
  const OnFinding note = [&](Finding finding) {
    on_finding(finding);
    findings.push_back(std::move(finding));
  };
  const auto audit = std::make_shared<AuditLog>(patient.options, patient.edges.clock, patient.edges.random);
  auth::Session session(patient.edges, audited(session_settings(patient.options, patient.redirect_port), audit));
  Examination examination(patient, session);
  // Beside this coroutine, which is not cancelled with it: what was signed in is signed out.
  net::Condition done(patient.edges.loop.executor());
  std::exception_ptr fault;
  auto running = patient.edges.loop.spawn(sign_in_and_read(examination, note), [&](const std::exception_ptr& error) {
    fault = error;
    done.set();
  });
  cancel = [&running] { running.cancel(); };
  co_await done.wait();
  cancel = [] {};
  const bool was_signed_in = session.signed_in();
  co_await session.close();
  co_await session.finish();
  if (fault) std::rethrow_exception(fault);
  if (was_signed_in) note({.check = "sign-out", .cause = "the tokens are dropped, the keychain record is deleted"});
  co_return findings;
}

}  // namespace app
