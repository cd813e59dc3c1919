#include "tools/kit/run.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace tools {
namespace {

// The one tool whose changes belong to an earlier one.
constexpr std::string_view undoing_tool = "undoChange";

aic::SentWrite sent(const aic::WrittenRequest& request) {
  return {.method = request.method,
          .target = request.target,
          .status = request.status,
          .transaction_id = request.transaction_id,
          .is_action = request.is_action()};
}

class Note {
 public:
  Note(const Tool& tool, const Json& arguments, aic::Tenant& tenant, const Scene& scene, const aic::Writing& writing,
       const aic::NotedRandom& random)
      : tool_(tool), arguments_(arguments), tenant_(tenant), scene_(scene), writing_(writing), random_(random) {}
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;
  ~Note() {
    if (!is_noted_) add_if_possible(false);
  }

  // A change that cannot be noted has happened all the same, and its result must be told. 0 then, too.
  std::uint64_t add_if_possible(bool has_succeeded) {
    try {
      return add(has_succeeded);
    } catch (const std::exception& fault) {
      base::log(base::LogLevel::warn, "what {} changed is missing in the list of changes: {}", tool_.name,
                fault.what());
    }
    return 0;
  }

 private:
  // The number of the change; 0 where nothing was changed.
  std::uint64_t add(bool has_succeeded) {
    is_noted_ = true;
    const auto& written = writing_.written();
    if (std::ranges::none_of(written, &aic::WrittenRequest::may_have_happened)) return 0;
    auto signer = scene_.signer();
    aic::Change change{.unix_ms = tenant_.edges().clock.unix_ms(),
                       .tool = std::string(tool_.name),
                       .person = std::move(signer.name),
                       .signed_in_as = std::move(signer.signed_in_as)};
    change.fingerprint = writing_.fingerprint({.tool = change.tool,
                                               .arguments = arguments_,
                                               .person = change.signed_in_as,
                                               .host = tenant_.origin().authority()},
                                              random_.ids());
    std::ranges::transform(written, std::back_inserter(change.requests), sent);
    change.documents = aic::altered(writing_, random_.ids());
    if (has_succeeded && tool_.name == undoing_tool)
      change.undoes = static_cast<std::uint64_t>(whole_number(base::member(arguments_, "change")).value.value_or(0));
    return tenant_.trace().change_number = scene_.journal.add(std::move(change));
  }

  const Tool& tool_;
  const Json& arguments_;
  aic::Tenant& tenant_;
  const Scene& scene_;
  const aic::Writing& writing_;
  const aic::NotedRandom& random_;
  bool is_noted_ = false;
};

}  // namespace

net::Task<CallOutcome> run_call(const Tool& tool, Json given, std::int64_t now_unix_ms, Reader reader, RunOn run) {
  auto accepted = accept_arguments(tool, std::move(given), now_unix_ms, reader.unseen);
  CallOutcome outcome{.arguments = std::move(accepted.arguments), .is_refused = !accepted.violations.empty()};
  if (outcome.is_refused) {
    outcome.ran.result = failed(violations_error(accepted.violations));
  } else {
    outcome.ran = co_await run(outcome.arguments);
    outcome.ran.context.unseen = &reader.unseen;
  }
  outcome.ran.context.budget = reader.budget;
  co_return outcome;
}

net::Task<Ran> run_noted(const Tool& tool, const Json& arguments, Scene scene, aic::Writing& writing,
                         std::optional<aic::ApprovedWrites::Approval> approval) {
  const auto& edges = scene.edges;
  aic::NotedRandom random(edges.random);
  auto tenant = scene.make_tenant({edges.loop, edges.clock, random, edges.http, edges.shared});
  if (tool.hints.read_only) co_return co_await run_tool(tool, arguments, tenant, scene.surroundings);
  std::optional<aic::ApprovedWrites> guard;
  if (approval) guard.emplace(std::move(*approval), writing, random);
  tenant.watch(guard ? static_cast<aic::Watch*>(&*guard) : &writing);
  Note note(tool, arguments, tenant, scene, writing, random);
  auto ran = co_await run_tool(tool, arguments, tenant, scene.surroundings);
  ran.context.change_number = note.add_if_possible(!ran.result.error);
  co_return ran;
}

}  // namespace tools
