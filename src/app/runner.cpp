#include "app/runner.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "app/approval/approved_run.h"
#include "app/bearers.h"
#include "app/client_channel.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "tools/kit/run.h"

namespace app {
namespace {

using base::Json;

// Logs what a call had changed when it was cut short: nobody gets its result (R-RES-17).
class CutShortLog {
 public:
  CutShortLog(std::string_view tool, const aic::Trace& trace) : tool_(tool), trace_(trace) {}
  CutShortLog(const CutShortLog&) = delete;
  CutShortLog& operator=(const CutShortLog&) = delete;
  ~CutShortLog() {
    if (std::uncaught_exceptions() == already_ || trace_.writes.empty()) return;
    base::log(base::LogLevel::warn, "{} was interrupted after these changes: {} (transaction {})", tool_,
              fmt::join(trace_.writes, "; "), trace_.ids());
  }

 private:
  std::string_view tool_;
  const aic::Trace& trace_;
  int already_ = std::uncaught_exceptions();
};

// Counts what a call did, however it ends.
class CallCount {
 public:
  CallCount(Counters& counters, const aic::Trace& trace) : counters_(counters), trace_(trace) { ++counters_.calls; }
  CallCount(const CallCount&) = delete;
  CallCount& operator=(const CallCount&) = delete;
  ~CallCount() {
    counters_.requests += static_cast<std::uint64_t>(trace_.requests);
    counters_.changes += trace_.writes.size();
  }

 private:
  Counters& counters_;
  const aic::Trace& trace_;
};

base::Error misconfigured(const std::vector<std::string>& faults) {
  base::Error error(
      base::Errc::configuration,
      fmt::format("This server cannot run any tool until its configuration is corrected: {}", fmt::join(faults, "; ")));
  error.next = "Ask the person to correct this in the configuration of the MCP client and to restart the server there.";
  return error;
}

}  // namespace

Runner::Runner(aic::Edges edges, net::Browser& browser, auth::Session& session, const Options& options,
               std::vector<const tools::Tool*> offered, std::shared_ptr<AuditLog> audit)
    : edges_(edges),
      session_(session),
      options_(options),
      offered_(std::move(offered)),
      first_note_(options.first_note),
      persons_(edges, session, options.tenant, limits()),
      approvals_({edges.loop, edges.clock, edges.random, browser}, options),
      audit_(std::move(audit)) {}

const tools::Tool* Runner::find(std::string_view name) const {
  const auto found = std::ranges::find(offered_, name, [](const tools::Tool* tool) { return tool->name; });
  return found == offered_.end() ? nullptr : *found;
}

aic::TimeLimits Runner::limits() const {
  return {.total = options_.http_timeout, .slow_total = std::max(options_.http_timeout, net::Duration(180'000))};
}

tools::Budget Runner::budget(const mcp::Client& client) const {
  return {.max_chars = options_.max_result_chars, .counts_structure = client.gets_structure()};
}

net::Task<tools::Rendered> Runner::run(const tools::Tool& tool, Json given, Request request) {
  const auto budget = this->budget(*request.client);
  if (is_misconfigured()) {
    co_return tools::render(tools::failed(misconfigured(options_.faults)), {.budget = budget});
  }
  auto outcome = co_await tools::run_call(
      tool, std::move(given), edges_.clock.unix_ms(), {budget, unseen_},
      [&](const Json& arguments) { return carry_out(tool, arguments, request, budget.max_chars); });
  auto& context = outcome.ran.context;
  if (outcome.is_refused) {
    note_refused_arguments(tool, outcome.arguments, *request.client);
  } else {
    for (auto& note : persons_.take_notes()) context.notes.push_back(std::move(note));
    if (!first_note_.empty()) context.notes.push_back(std::exchange(first_note_, {}));
  }
  co_return tools::render(std::move(outcome.ran.result), context);
}

net::Task<tools::Ran> Runner::carry_out(const tools::Tool& tool, const Json& arguments, Request request,
                                        std::size_t most_shown) {
  aic::Trace trace(edges_.random.uuid());
  const CutShortLog cut_short(tool.name, trace);
  std::optional<auth::SignIn> acts_for;  // whose tokens the call has had
  std::string person;
  AuditedCall audited(audit_, tool, trace, edges_.clock, request.client->implementation(),
                      [&] { return person.empty() && acts_for ? persons_.name_of(*acts_for) : person; });
  audited.take_arguments(arguments, true);
  tools::Ran ran;
  try {
    if (const auto refusal = audit_->refusal(tool)) {
      ran.result = tools::failed(*refusal);
    } else {
      ran = co_await act(tool, arguments, std::move(request), most_shown, trace, audited, acts_for);
    }
  } catch (const mcp::InputRequired&) {
    audited.unwinds_with_question();
    throw;
  }
  audited.came_to(ran.result.error ? &*ran.result.error : nullptr);
  if (audit_->is_on() && acts_for) person = co_await persons_.name_when_known(*acts_for);
  if (auto warning = audited.write(); !warning.empty()) ran.context.notes.push_back(std::move(warning));
  co_return ran;
}

void Runner::note_refused_arguments(const tools::Tool& tool, const Json& arguments, const mcp::Client& client) {
  const aic::Trace none{std::string()};
  AuditedCall audited(audit_, tool, none, edges_.clock, client.implementation(),
                      [this] { return session_.signed_in() ? persons_.name_of(session_.sign_in()) : std::string(); });
  audited.take_arguments(arguments, false);
  const base::Error error(base::Errc::invalid_request, "");
  audited.came_to(&error);
}

net::Task<tools::Ran> Runner::act(const tools::Tool& tool, const Json& arguments, Request request,
                                  std::size_t most_shown, aic::Trace& trace, AuditedCall& audited,
                                  std::optional<auth::SignIn>& acts_for) {
  const auto channel = channel_to(request.client);
  CallBearers bearers(session_, persons_, *channel, {request.number, trace.own_id()}, trace, acts_for);
  const aic::OnProgress progress = [client = request.client](std::string message) {
    client->progress(std::move(message));
  };
  const tools::MakeTenant make_tenant = [&](aic::Edges edges) {
    return aic::Tenant(
        edges, options_.tenant, limits(), bearers, trace, request.number,
        [this, &tool, client = request.client] {
          // Sign-in, reads and the person's approval take their time.
          if (const auto refusal = audit_->refusal(tool)) throw base::Error(*refusal);
          client->commit();
        },
        progress);
  };
  base::log(base::LogLevel::debug, "{} begins, transaction {}{}{}", tool.name, trace.own_id(),
            request.trace_parent.empty() ? "" : ", trace ", base::printable(request.trace_parent, 60));
  Acting acting({session_, persons_, options_, offered_, unseen_, counters_, journal_, bearers, make_tenant, edges_,
                 progress, std::string(request.client->revision())});
  const CallCount counted(counters_, trace);
  if (approvals_.needs(tool)) {
    const auto on_approval = [&audited](std::string_view how, const std::string& fingerprint) {
      audited.person_approved(how, fingerprint);
    };
    ApprovedRun approved(
        {acting, approvals_, persons_, session_, *request.client, most_shown, options_.tenant.authority(), on_approval},
        tool, arguments);
    co_return co_await approved.run();
  }
  aic::Writing writing;
  co_return co_await tools::run_noted(tool, arguments, acting.scene(most_shown), writing);
}

net::Task<std::optional<Json>> Runner::read_quietly(const tools::Tool& tool, Json given) {
  if (!tool.hints.read_only || !session_.signed_in()) co_return std::nullopt;
  const auto [arguments, violations] = tools::accept_arguments(tool, std::move(given), edges_.clock.unix_ms(), unseen_);
  if (!violations.empty()) co_return std::nullopt;
  aic::Trace trace(edges_.random.uuid());
  QuietBearers bearers(session_, {0, trace.own_id()});
  const aic::OnProgress silent = [](const std::string&) {};
  aic::Tenant tenant(edges_, options_.tenant, limits(), bearers, trace, 0, [] {}, silent);
  AuditedCall audited(audit_, tool, trace, edges_.clock, nullptr,
                      [this] { return persons_.name_of(session_.sign_in()); });
  audited.take_arguments(arguments, true);
  auto ran = co_await tools::run_tool(tool, arguments, tenant, {.progress = silent});
  audited.came_to(ran.result.error ? &*ran.result.error : nullptr);
  if (ran.result.error) {
    base::log(base::LogLevel::debug, "{} for a list failed: {}", tool.name, ran.result.error->message);
    co_return std::nullopt;
  }
  unseen_.show(ran.result.value);
  co_return std::move(ran.result.value);
}

}  // namespace app
