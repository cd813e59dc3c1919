#include "app/approval/approved_run.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/approved_writes.h"
#include "aic/writing.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

namespace app {
namespace {

using base::Errc;
using base::Error;
using base::Json;

constexpr int most_questions = 2;
constexpr int most_tries = 4;  // those that had nothing to ask included

std::string words_for(const Json& person) {
  const auto id = base::text_member(person, "authenticationId"), name = base::text_member(person, "displayName");
  return name.empty() ? id : fmt::format("{} ({})", name, id);
}

// What the second question says beforehand.
std::string what_moved(const tools::Preview& before, const tools::Preview& now) {
  std::vector<std::string> moved;
  for (std::size_t i = 0; i < now.requests.size(); ++i) {
    if (std::ranges::find(before.digests, now.digests[i]) == before.digests.end())
      moved.push_back(tools::in_words(now.requests[i]));
  }
  const std::string since = "The tenant has changed since you were asked, and so has this change.";
  return moved.empty() ? since : fmt::format("{} Not the same as before: {}", since, fmt::join(moved, " "));
}

Error keeps_moving() {
  Error error(Errc::conflict,
              "What this call would change became another change twice while the person was asked; nothing was sent");
  error.next = "Read the current state, then decide again together with the person.";
  return error;
}

// Some approved writes were sent before one that was not approved.
Error stopped(const std::vector<aic::WrittenRequest>& written) {
  std::vector<std::string> sent;
  for (const auto& one : written) {
    if (one.may_have_happened()) sent.push_back(fmt::format("{} {}", one.method, one.target));
  }
  Error error(Errc::partial,
              fmt::format("The next step of this call is not one that the person approved, so it was not sent. Sent "
                          "before: {}",
                          fmt::join(sent, "; ")));
  error.next = "Read the current state, then complete or undo what was sent, together with the person.";
  return error;
}

bool has_sent(const aic::Writing& writing) {
  return std::ranges::any_of(writing.written(), &aic::WrittenRequest::may_have_happened);
}

}  // namespace

net::Task<tools::Ran> ApprovedRun::run() {
  try {
    co_await parts_.acting.sign_in();
    co_return co_await ask_and_run();
  } catch (const Error& failure) {
    co_return tools::Ran{tools::failed(failure), {}};
  }
}

net::Task<tools::Ran> ApprovedRun::ask_and_run() {
  for (int tries = 0; tries < most_tries && asked_ < most_questions; ++tries) {
    auto preview = co_await parts_.acting.preview(tool_, arguments_);
    if (preview.outcome.error && preview.requests.empty()) co_return tools::Ran{std::move(preview.outcome), {}};
    const auto person = parts_.session.sign_in();
    const auto how = co_await ask(preview, person);
    if (auto ran = co_await run_guarded(preview, person)) {
      if (how) ran->context.notes.push_back(fmt::format("This change was {}.", to_string(*how)));
      co_return std::move(*ran);
    }
    former_ = std::move(preview);
  }
  throw keeps_moving();
}

// Nothing where the call would change nothing.
net::Task<std::optional<Approvals::How>> ApprovedRun::ask(const tools::Preview& preview, const auth::SignIn& person) {
  if (preview.requests.empty() && preview.is_complete) co_return std::nullopt;
  const auto name = words_for(co_await parts_.persons.describe(person));
  auto question = make_question(tool_, preview, name, parts_.tenant);
  question.sign_in = person.number;
  if (former_) question.moved = what_moved(*former_, preview);
  ++asked_;
  const auto how = co_await parts_.approvals.ask(std::move(question), parts_.client);
  base::log(base::LogLevel::info, "{}: {}", tool_.name, to_string(how));
  parts_.on_approval(to_string(how), preview.fingerprint);
  co_return how;
}

// One more step, which the preview could not foresee.
net::Task<bool> ApprovedRun::ask_further(aic::WrittenRequest request, auth::SignIn person) {
  tools::Preview step{.tool = std::string(tool_.name)};
  step.fingerprint = base::hex(base::sha256(
      fmt::format("{} {} {} {}", request.method, request.target, base::print_json(request.body), request.revision)));
  step.requests.push_back(std::move(request));
  try {
    const auto name = words_for(co_await parts_.persons.describe(person));
    auto question = make_question(tool_, step, name, parts_.tenant);
    question.sign_in = person.number;
    question.moved = "This is a further step of a change that you approved.";
    co_await parts_.approvals.ask(std::move(question), parts_.client);
    co_return true;
  } catch (const Error& refusal) {
    base::log(base::LogLevel::info, "{}: a further step was not approved: {}", tool_.name, refusal.message);
  } catch (const mcp::CannotAsk&) {
    base::log(base::LogLevel::info, "{}: the client cannot ask about a further step", tool_.name);
  }
  co_return false;
}

// Nothing where its first write was not one of those that were shown, so that none was sent.
net::Task<std::optional<tools::Ran>> ApprovedRun::run_guarded(const tools::Preview& preview,
                                                              const auth::SignIn& person) {
  aic::Writing writing;
  const std::function<net::Task<bool>(const aic::WrittenRequest&)> further =
      [this, person](const aic::WrittenRequest& request) { return ask_further(request, person); };
  aic::ApprovedWrites::Approval approval{
      .digests = preview.digests,
      .ask_further = preview.is_complete ? nullptr : further,
      .is_same_person = [this, person] { return parts_.persons.same(person, parts_.session.sign_in()); }};
  try {
    co_return co_await tools::run_noted(tool_, arguments_, parts_.acting.scene(parts_.most_shown), writing,
                                        std::move(approval));
  } catch (const aic::NotApproved&) {
    if (has_sent(writing))
      co_return tools::Ran{tools::failed(stopped(writing.written())),
                           {.change_number = parts_.acting.journal().last()}};
  }
  co_return std::nullopt;
}

}  // namespace app
