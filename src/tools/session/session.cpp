// Who acts: the sign-in of this process (R-SES-01, R-SES-02).
#include "tools/kit/session.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "aic/places.h"
#include "base/time.h"
#include "tools/kit/changes.h"
#include "tools/kit/secrets.h"
#include "tools/kit/tool.h"
#include "tools/session/undo.h"

namespace tools::session {
namespace {

const auto sign_in = boolean("signIn", "Sign in first if nobody is signed in.").by_default(false);

net::Task<Result> who_am_i(Call& call) {
  co_return done(co_await call.session().who(call[sign_in]));
}

net::Task<Result> sign_out(Call& call) {
  co_return done(co_await call.session().sign_out());
}

const auto tool_name = text("tool", "Name of the tool.");
const auto tool_arguments = any_object("arguments", "Arguments of that call.");

net::Task<Result> preview_change(Call& call) {
  auto preview = co_await call.session().preview(call[tool_name], call[tool_arguments]);
  call.take_secrets(preview.secrets);
  co_return told(std::move(preview));
}

const auto one_change = integer("change", "Number of one change. Default: all.").at_least(1).optional();
const auto which_change = integer("change", "Number of the change.").at_least(1);

Json as_json(const aic::SentWrite& request) {
  Json entry{{"method", request.method}, {"path", request.target}};
  if (request.status != 0)
    entry["status"] = request.status;
  else
    entry["outcome"] = "unknown";
  if (!request.transaction_id.empty()) entry["transactionId"] = request.transaction_id;
  return entry;
}

Json without_secrets(Json document) {
  hide_secrets(document);
  return document;
}

// What one document became.
Json as_json(const std::string& path, const Json& from, const Json& to, std::size_t most) {
  Json entry{{"path", path}, {"what", aic::name_of_place(path)}};
  if (from.is_null() && to.is_null()) {
    entry["note"] = "did not exist before or afterwards";
  } else if (from.is_null()) {
    entry["created"] = without_secrets(to);
  } else if (to.is_null()) {
    entry["deleted"] = without_secrets(from);
  } else {
    auto changes = changes_between(from, to, {.most = most});
    if (auto note = changes.note(); !note.empty()) entry["note"] = std::move(note);
    entry["changes"] = std::move(changes.entries);
  }
  return entry;
}

Json as_json(const aic::Change& change, bool is_own, std::size_t most) {
  Json entry{{"change", change.number},
             {"time", base::iso8601(change.unix_ms)},
             {"tool", change.tool},
             {"person", change.person},
             {"requests", Json::array()}};
  for (const auto& request : change.requests) entry["requests"].push_back(as_json(request));
  if (change.undoes != 0) entry["undoes"] = change.undoes;
  auto prospect = prospect_of(change);
  // Another person may not be allowed to see what this one saw.
  if (!is_own) prospect = {.obstacles = {"another person made it"}, .lost = {}};
  if (is_own) {
    Json documents = Json::array();
    for (const auto& one : change.documents) {
      if (one.before && one.after)
        documents.push_back(as_json(one.path, *one.before, *one.after, most));
      else
        documents.push_back(
            {{"path", one.path}, {"what", aic::name_of_place(one.path)}, {"note", "What changed is not known."}});
    }
    entry["documents"] = std::move(documents);
  }
  entry["undoable"] = prospect.obstacles.empty();
  if (!prospect.obstacles.empty()) entry["why"] = std::move(prospect.obstacles);
  if (!prospect.lost.empty()) entry["notRestored"] = std::move(prospect.lost);
  return entry;
}

base::Error no_such_change(const aic::Journal& journal, std::uint64_t number) {
  const bool was_kept = number <= journal.last();
  base::Error error(base::Errc::not_found, was_kept ? fmt::format("Change {} is no longer kept", number)
                                                    : fmt::format("There is no change {}", number));
  error.next = "Find the number with listChanges.";
  return error;
}

const aic::Change& change_of(const aic::Journal& journal, std::uint64_t number) {
  const auto* found = journal.find(number);
  if (found == nullptr) throw no_such_change(journal, number);
  return *found;
}

net::Task<Result> list_changes(Call& call) {
  const auto& session = call.session();
  const auto& journal = session.journal();
  constexpr std::size_t most_in_list = 20, most_of_one = 200;
  const auto is_own = [&](const aic::Change& change) { return change.signed_in_as == session.signed_in_as(); };
  Json shown = Json::array();
  if (const auto number = call[one_change]) {
    const auto& change = change_of(journal, static_cast<std::uint64_t>(*number));
    shown.push_back(as_json(change, is_own(change), most_of_one));
  } else {
    for (const auto& change : journal.changes() | std::views::reverse)
      shown.push_back(as_json(change, is_own(change), most_in_list));
  }
  Json value{{"changes", std::move(shown)}};
  if (journal.last() > journal.changes().size()) value["forgotten"] = journal.last() - journal.changes().size();
  auto result = done(std::move(value));
  result.trims = {cut_list("/changes", "change", "call again with change")};
  co_return result;
}

net::Task<Result> undo_change(Call& call) {
  const auto& session = call.session();
  const auto number = static_cast<std::uint64_t>(call[which_change]);
  // The journal may drop it while this call waits.
  const aic::Change change = change_of(session.journal(), number);
  // Whoever is signed in by then is the one who counts.
  co_await call.tenant().bearer({scope::idm});
  if (change.signed_in_as != session.signed_in_as())
    co_return refuse(fmt::format("Another person made change {}; nothing was written", number),
                     "Only that person can put it back.");
  const auto prospect = prospect_of(change);
  if (!prospect.obstacles.empty())
    co_return refuse_with({{"why", prospect.obstacles}},
                          fmt::format("Change {} cannot be put back; nothing was written", number),
                          "Change what you need with the other tools.");
  Json documents = Json::array();
  for (const auto& one : co_await put_back(call, change))
    documents.push_back(as_json(one.path, one.left, one.former, 200));
  Json value{{"message", fmt::format("Change {} ({}) was put back.", number, change.tool)},
             {"undone", number},
             {"documents", std::move(documents)}};
  if (!prospect.lost.empty()) value["notRestored"] = prospect.lost;
  auto result = done(std::move(value));
  result.rest = "listChanges with change shows it";
  co_return result;
}

const std::vector<Tool> family{
    {
        .name = "whoAmI",
        .title = "Show person",
        .description = "Shows who is signed in, roles and scopes, what this server offers and what it has done.",
        .scopes = {},
        .hints = reads,
        .params = {sign_in},
        .run = who_am_i,
    },
    {
        .name = "signOut",
        .title = "Sign out",
        .description = "Ends the sign-in and forgets all tokens. The next call signs in again.",
        .scopes = {},
        .hints = {.idempotent = true},
        .params = {},
        .run = sign_out,
    },
    {
        .name = "previewChange",
        .title = "Preview a change",
        .description = "Shows what a call of another tool would change, and changes nothing: each request with "
                       "its differences, warnings and refusals.",
        .scopes = {},
        .hints = reads,
        .params = {tool_name, tool_arguments},
        .run = preview_change,
    },
    {
        .name = "listChanges",
        .title = "List changes",
        .description = "Lists this server's changes since it started, newest first, with differences, and what "
                       "undoChange can put back.",
        .scopes = {},
        .hints = reads,
        .params = {one_change},
        .run = list_changes,
    },
    {
        .name = "undoChange",
        .title = "Undo a change",
        .description = "Puts one change back. Refused if what it changed has been changed since.",
        .scopes = {scope::am, scope::esv_read, scope::esv_update, scope::idm},
        .hints = overwrites,
        .params = {which_change},
        .run = undo_change,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::session
