// Creating, changing and deleting scripts (R-SCR-01, -03 to -06, R-ECO-08). A script has no revision: what is written
// is what was read directly before, in its writable members only.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/document.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "net/loop.h"
#include "tools/kit/fields.h"
#include "tools/kit/outcome.h"
#include "tools/kit/requests.h"
#include "tools/references/search.h"
#include "tools/scripts/scripts.h"

namespace tools::scripts {
namespace {

using base::Errc;
using base::Error;

// What the tenant alone decides; everything else of a script is written back (R-SCR-04).
constexpr std::array<std::string_view, 7> set_by_tenant = {
    "_rev", "_type", "default", "createdBy", "creationDate", "lastModifiedBy", "lastModifiedDate"};

// The language of what createScript stores.
constexpr auto javascript = "JAVASCRIPT";

const auto name = text("name", "Name of the script, unique in the realm.").at_least(1);
const auto new_engine = text("evaluatorVersion", "Version of the script engine that the script is written for.")
                            .one_of({"1.0", "2.0"})
                            .by_default(std::string(engine));
const auto new_name = name.optional();
const auto description = text("description", "What the script does.").by_default("");
const auto new_description = text("description", "What the script does.").optional();
const auto source = text("script", "Source as plain JavaScript, not as base64.").at_least(1);
const auto new_source = source.optional();
const auto its_context =
    text("context", "Context of the script. Default: AUTHENTICATION_TREE_DECISION_NODE. Refused if it has another.")
        .in_form(syntax::script_context)
        .optional();
const auto force =
    boolean("force", "Delete the script even if something uses it, or this could not be checked.").by_default(false);

bool is_set_by_tenant(std::string_view member) {
  return std::ranges::find(set_by_tenant, member) != set_by_tenant.end();
}

Json writable(const Json& script) {
  Json body = Json::object();
  for (const auto& [member, value] : script.items()) {
    if (!is_set_by_tenant(member)) body[member] = value;
  }
  return body;
}

// An empty description comes back as none.
bool same_value(const Json& left, const Json& right) {
  return base::same_value(left, right) || (base::is_blank(left) && base::is_blank(right));
}

// The members of `sent` that the stored script shows otherwise. `exports` of a library is worked out anew.
std::vector<std::string> differing(const Json& sent, const Json& stored) {
  std::vector<std::string> members;
  for (const auto& [member, value] : sent.items()) {
    if (!is_set_by_tenant(member) && member != "exports" && !same_value(value, base::member(stored, member)))
      members.push_back(member);
  }
  return members;
}

std::optional<Error> check_stored(const Json&, const Json& wanted, const Json& stored) {
  const auto members = differing(wanted, stored);
  if (members.empty()) return std::nullopt;
  Error error(Errc::partial,
              fmt::format("The tenant accepted the script but stored another {}", fmt::join(members, ", ")));
  error.next = "Read it with getAMScript and compare.";
  return error;
}

// What results say of a script beside its id.
Json described(const Json& script) {
  Json entry = Json::object();
  for (const char* member : {"name", "context", "language"}) entry[member] = base::member(script, member);
  return entry;
}

// How refusals name a script.
Json shown(const Json& script, const std::string& id) {
  Json entry = {{"_id", id}};
  entry.update(described(script));
  return entry;
}

// As people read it: the source as text, no empty description.
Json readable(const Json& script) {
  Json view = script;
  if (auto text = source_of(script)) view["script"] = std::move(*text);
  if (view.is_object() && base::is_blank(base::member(view, "description"))) view.erase("description");
  return view;
}

// The result of a creation of what was `sent`; `script` is what the tenant shows of it.
Result created(const std::string& id, const Json& sent, const Json& script, std::vector<std::string> notes = {}) {
  Json stored = readable(script);
  if (stored.is_object()) stored.erase("_id");
  return told({.message = "The script was created.",
               .id = id,
               .about = described(script),
               .set_by_tenant = stored_otherwise(readable(sent), stored),
               .notes = std::move(notes)});
}

aic::Document script_document(const std::string& in, const std::string& id) {
  return {.title = "the script " + id,
          .target = aic::script(in, id),
          .read = am_request(aic::script_headers()),
          .write = am_request(aic::script_headers())};
}

net::Task<aic::OpenDocument> open_script(Call& call) {
  try {
    co_return co_await aic::open(call.tenant(), script_document(call[realm], call[script_id]));
  } catch (const Error& error) {
    throw explained(error);
  }
}

// Refuses scripts that every tenant comes with, and those of a context that was not asked for (R-SCR-03).
void guard(const Json& script, const std::string& expected) {
  const auto named = base::text_member(script, "name");
  if (base::is_true(base::member(script, "default"))) {
    Error error(Errc::invalid_request,
                fmt::format("The script {} is one that every tenant comes with; nothing was written", named));
    error.next = "Create your own script from its source (getAMScript) and change that one.";
    throw error;
  }
  const auto actual = base::text_member(script, "context");
  if (actual == expected) return;
  Error error(Errc::invalid_request, fmt::format("The script {} has the context {}, not {}; nothing was written", named,
                                                 actual.empty() ? "(none)" : actual, expected));
  if (!actual.empty()) error.next = fmt::format("If this is the script you mean, call again with context: {}.", actual);
  error.detail = shown(script, base::text_member(script, "_id"));
  throw error;
}

// After a creation without an answer: the script of that name, if it is the one that was sent (R-WRT-09).
net::Task<aic::Seen> look_for_created(Call& call, Json sent) {
  const auto named = base::text_member(sent, "name");
  if (base::printable(named, named.size()) != named) co_return aic::Seen{};  // no filter can hold such a name
  const aic::PageQuery by_name{.filter = "name eq " + base::filter_literal(named)};
  auto found = co_await aic::read_back(
      call.tenant().get(aic::with_query(aic::scripts(call[realm]), by_name), am_request(aic::script_headers())));
  const Json list = found.failed() ? Json() : base::member(found.reply().body, "result");
  if (!list.is_array()) co_return aic::Seen{};
  if (list.empty()) co_return aic::Seen{.write = aic::Seen::Write::did_not_happen};
  if (list.size() > 1 || !differing(sent, list[0]).empty()) co_return aic::Seen{};
  co_return aic::Seen{.write = aic::Seen::Write::happened, .now = {.status = 200, .body = list[0]}};
}

// The script as created: the answer, or where that does not hold it, what one look shows (R-WRT-07).
net::Task<Json> created_script(Call& call, std::string id, Json sent, Json answer) {
  if (differing(sent, answer).empty() || !base::segment_violation(id).empty()) co_return answer;
  auto now =
      co_await aic::read_back(call.tenant().get(aic::script(call[realm], id), am_request(aic::script_headers())));
  co_return now.failed() ? std::move(answer) : std::move(now.reply().body);
}

// Beside the arguments of a creation.
std::vector<Ignored> what_deletions_show() {
  std::vector<Ignored> members{{"_id"}, {"exports"}, {"language", javascript}};
  for (const auto member : set_by_tenant) members.push_back({member});
  return members;
}

net::Task<Result> create_script(Call& call) {
  const Json body = {{"context", call[context]},
                     {"name", call[name]},
                     {"description", call[description]},
                     {"language", javascript},
                     {"script", base::base64(call[source])},
                     {"evaluatorVersion", call[new_engine]}};
  auto target = aic::scripts(call[realm]).query("_action", "create");
  auto [made, lost] = co_await aic::settle(
      co_await aic::attempt(call.tenant().post(std::move(target), body, am_request(aic::script_headers()))),
      [&] { return look_for_created(call, body); });
  if (lost) {
    const Json& script = made.reply().body;
    co_return created(base::text_member(script, "_id"), body, script, {aic::found_after_all(*lost)});
  }
  if (made.failed()) throw explained(made.error());

  auto id = base::text_member(made.reply().body, "_id");
  if (id.empty()) {
    const auto location = http::header(made.reply().headers, "location");
    id = base::percent_decode(location.substr(location.find_last_of('/') + 1));
    co_return created(id, body, body, {"The script was created, but the tenant's answer did not show it."});
  }
  const Json script = co_await created_script(call, id, body, made.reply().body);
  if (auto problem = check_stored(nullptr, body, script)) {
    problem->done = Json::array({"script " + id + " created"});
    throw *problem;
  }
  co_return created(id, body, script);
}

void check_update(Checking& checking) {
  if (!checking.given(new_name) && !checking.given(new_description) && !checking.given(new_source) &&
      !checking.has_refused())
    checking.refuse("arguments", "must contain at least one of name, description and script");
}

net::Task<Result> update_script(Call& call) {
  const auto id = call[script_id];
  const auto change = [&](const Json& script) -> std::optional<aic::Edit> {
    guard(script, call[its_context].value_or(std::string(decision_node)));
    Json after = script;
    if (const auto given = call[new_name]) after["name"] = *given;
    if (const auto given = call[new_description]) after["description"] = *given;
    if (const auto given = call[new_source]) after["script"] = base::base64(*given);
    if (differing(after, script).empty()) return std::nullopt;
    return aic::Edit{.after = after, .body = writable(after)};
  };
  auto script = co_await open_script(call);
  aic::Written written;
  try {
    written = co_await script.save(change, telling(check_stored, readable));
  } catch (const Error& error) {
    throw explained(error);
  }
  co_return told({.message = written.changed ? "The script was changed."
                                             : "The script already has these settings; nothing was written.",
                  .id = id,
                  .about = described(written.after),
                  .changed = changes_between(readable(written.before), readable(written.after)),
                  .notes = std::move(written.notes),
                  .read_with = "getAMScript returns the script"});
}

// Whoever uses the script (R-JRN-22); what keeps from deleting it, also that nobody could look (R-WRT-13).
struct Users {
  Json nodes = Json::array();
  std::vector<std::string> others;  // "OAuth2 client shop: …"
  std::string not_checked;
  std::string looked_for;  // the name that was looked for besides the id

  bool any() const { return !nodes.empty() || !others.empty() || !not_checked.empty(); }
};

// One entry for each node, with all journeys that it is in.
void add_node(Json& nodes, const references::Use& use) {
  const auto is_it = [argument = journeys::as_argument(use.node)](Json node) {
    node.erase("journeys");
    return base::same_value(node, argument);
  };
  auto entry = std::ranges::find_if(nodes, is_it);
  if (entry == nodes.end()) {
    nodes.push_back(journeys::as_argument(use.node));
    nodes.back()["journeys"] = Json::array();
    entry = nodes.end() - 1;
  }
  Json& journeys = (*entry)["journeys"];
  if (use.in == "journey" && !base::lists_text(journeys, use.id)) journeys.push_back(use.id);
}

// Without a name, the realm's list of scripts tells it.
net::Task<Users> find_users(Call& call, std::string named) {
  if (call[force]) co_return Users{.looked_for = std::move(named)};
  const auto found = co_await references::search(
      call, {.kind = references::Kind::script, .realm = call[realm], .id = call[script_id], .name = std::move(named)});
  Users users{.looked_for = found.wanted.name};
  for (const auto& use : found.uses) {
    if (use.node.id.empty())
      users.others.push_back(references::described(use));
    else
      add_node(users.nodes, use);
  }
  std::vector<std::string> gaps;
  gaps.reserve(found.gaps.size());
  for (const auto& gap : found.gaps) gaps.push_back(references::described(gap));
  users.not_checked = fmt::format("{}", fmt::join(gaps, "; "));
  co_return users;
}

std::string how_used(const Users& users) {
  std::vector<std::string> ways;
  const auto count = users.nodes.size();
  if (count > 0) ways.push_back(fmt::format("{} node{} it", count, count == 1 ? " uses" : "s use"));
  for (const auto& other : users.others) ways.push_back("used by " + other);
  return fmt::format("{}", fmt::join(ways, "; "));
}

Error used_still(const Json& script, const std::string& id, const Users& users) {
  Json findings = {{"script", shown(script, id)}};
  if (!users.nodes.empty()) findings["usedBy"] = users.nodes;
  if (!users.others.empty()) findings["usedElsewhere"] = users.others;
  if (!users.not_checked.empty()) findings["notChecked"] = users.not_checked;
  const bool is_used = !users.nodes.empty() || !users.others.empty();
  const auto why = is_used ? how_used(users) : "it could not be checked whether anything uses it";
  return refusal(std::move(findings),
                 fmt::format("The script {} was not deleted: {}", base::text_member(script, "name", id), why),
                 is_used ? "Give these another script or remove them first, or call again with force: true."
                         : "Call again later, or with force: true to delete it without this check.");
}

// The script, which must be one that may be deleted.
net::Task<aic::OpenDocument> open_own_script(Call& call) {
  auto opened = co_await open_script(call);
  guard(opened.current(), call[its_context].value_or(std::string(decision_node)));
  co_return std::move(opened);
}

net::Task<Result> delete_script(Call& call) {
  const auto id = call[script_id];
  const auto waits = call.tenant().waits();
  auto [opened, users] = co_await net::both(open_own_script(call), find_users(call, {}));
  opened.looked_since(waits);
  const Json script = opened.current();
  const auto named = base::text_member(script, "name");
  // The list showed another name, or did not show the script.
  if (!users.any() && users.looked_for != named) users = co_await find_users(call, named);
  if (users.any()) throw used_still(script, id, users);
  const auto look = [&]() -> net::Task<> {
    const auto now = co_await find_users(call, named);
    if (now.any()) throw used_still(script, id, now);
  };

  auto gone = co_await opened.remove(look);
  std::vector<std::string> notes;
  if (gone.found_gone) {
    notes.push_back(aic::found_after_all(gone.answer.error()));
  } else if (gone.answer.failed()) {
    throw explained(gone.answer.error());
  }
  const bool can_be_stored = base::text_member(script, "language", javascript) == javascript;
  co_return told({.message = can_be_stored
                                 ? "The script was deleted. createScript can store it again, under another _id."
                                 : "The script was deleted. createScript takes no script in its language.",
                  .id = id,
                  .about = described(script),
                  .deleted = readable(writable(script)),
                  .notes = std::move(notes)});
}

const std::vector<Tool> writing_tools{
    {
        .name = "createScript",
        .title = "Add script",
        .description = "Creates a script in JavaScript. Never overwrites an existing script.",
        .scopes = {scope::am},
        .hints = creates,
        .params = {realm, name, description, source, context, new_engine},
        .run = create_script,
        .ignored = what_deletions_show(),
    },
    {
        .name = "updateScript",
        .title = "Edit script",
        .description = "Changes the name, description or source of a script. What is not given stays unchanged. "
                       "Refuses the scripts that every tenant comes with.",
        .scopes = {scope::am},
        .hints = overwrites_idempotently,
        .params = {realm, script_id, new_name, new_description, new_source, its_context},
        .run = update_script,
        .check = check_update,
    },
    {
        .name = "deleteScript",
        .title = "Delete script",
        .description =
            "Deletes a script. Refused while something uses it, unless force is true. Always refused for the "
            "scripts that every tenant comes with. Returns what was deleted.",
        .scopes = {scope::am},
        .hints = overwrites_idempotently,
        .params = {realm, script_id, its_context, force},
        .run = delete_script,
    },
};

}  // namespace

std::span<const Tool> writing() {
  return writing_tools;
}

}  // namespace tools::scripts
