// Environment variables and secrets (ESVs): finding both, reading and writing variables. The value of a secret is
// never asked for (R-ESV-07).
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/pages.h"
#include "aic/paths.h"
#include "aic/shared.h"
#include "base/encoding.h"
#include "tools/catalog.h"
#include "tools/esv_value.h"
#include "tools/tool.h"

namespace tools::esvs {
namespace {

using base::Errc;
using base::Error;

// Values that are longer go from a list before any entry does.
constexpr std::size_t long_value = 500;

const auto kind = text("type", "Which to list").one_of({"variable", "secret"});
const auto query_term = text("queryTerm", "Only those whose id contains this").at_most(100).optional();
const auto page_size = integer("pageSize", "Entries per page").between(1, 100).by_default(50);
const auto cookie = text("pagedResultsCookie", "From the previous page; not for the first").optional();
const auto sort_keys =
    text("sortKeys", "Fields to sort by, comma-separated; - before one sorts downwards, e.g. -lastChangeDate")
        .at_most(200)
        .optional();

const auto variable_id = text("variableId", "E.g. esv-mail-host").in_form(syntax::esv_id);
const auto value = any_value(
    "value",
    "A value of that type, or its text; entries of a list hold no commas; 65535 bytes at most when base64-encoded");
const auto type = text("type", "How the tenant reads the value; fixed once the variable exists").one_of(types());
const auto description = text("description", "What it is for; default: as before, or none").optional();
const auto create_only = boolean("createOnly", "Refuse if the variable exists already").by_default(false);

aic::Options reading() {
  return {.scopes = {std::string(scope::esv_read)}, .headers = aic::esv_headers()};
}

aic::Options updating(net::Headers headers) {
  return {.scopes = {std::string(scope::esv_update)}, .headers = std::move(headers)};
}

bool can_be_quoted(const std::string& term) {
  try {
    base::filter_literal(term);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void check_query(Checking& checking) {
  const auto term = checking.given(query_term);
  if (term && !can_be_quoted(*term))
    checking.refuse("queryTerm", "must not contain control characters", short_form(*term));
}

void leave_out_values(Json& secrets) {
  if (!base::member(secrets, "result").is_array()) return;
  for (Json& secret : secrets["result"]) {
    for (const auto* member : {"value", "valueBase64"}) {
      if (secret.is_object()) secret.erase(member);
    }
  }
}

net::Task<Result> query_esvs(Call& call) {
  const bool secrets = call[kind] == "secret";
  aic::PageQuery query{
      .page_size = call[page_size], .cookie = call[cookie].value_or(""), .sort_keys = call[sort_keys].value_or("")};
  if (const auto term = call[query_term].value_or(""); !term.empty())
    query.filter = "/_id co " + base::filter_literal(term);
  auto page = co_await call.tenant().get(aic::with_query(secrets ? aic::esv_secrets() : aic::esv_variables(), query),
                                         reading());
  if (secrets) leave_out_values(page.body);
  auto result = done(std::move(page.body));
  result.trims = {leave_out_texts("/result", long_value, "getVariable shows each"), leave_out_unset("/result"),
                  cut_page("/result", "pageSize")};
  co_return result;
}

net::Task<Result> get_variable(Call& call) {
  auto reply = co_await call.tenant().get(aic::esv_variable(call[variable_id]), reading());
  auto result = done(std::move(reply.body));
  Json& variable = result.value;
  const Json& encoded = base::member(variable, "valueBase64");
  if (!encoded.is_string()) co_return result;
  auto text = decoded(encoded.get_ref<const std::string&>());
  if (!text) {
    result.notes.emplace_back("valueBase64 is no base64 of UTF-8 text, so it is shown as the tenant gave it.");
    co_return result;
  }
  variable.erase("valueBase64");
  const auto its_type = base::text_member(variable, "expressionType", "string");
  auto parsed = parsed_value(its_type, *text);
  if (!parsed && !is_text_type(its_type))
    result.notes.push_back(fmt::format("The value is no valid {}, so there is no parsedValue.", its_type));
  variable["value"] = std::move(*text);
  if (parsed) variable["parsedValue"] = std::move(*parsed);
  co_return result;
}

void check_value(Checking& checking) {
  const auto given = checking.given(value);
  const auto as = checking.given(type);
  if (!given || !as) return;
  if (auto stored = stored_text(*as, *given); !stored.violation.empty())
    checking.refuse("value", std::move(stored.violation), short_form(*given));
}

// The members of a variable that a call can set.
bool agree(const Json& stored, const Json& wanted) {
  return std::ranges::all_of(std::array{"description", "valueBase64", "expressionType"}, [&](const char* name) {
    const Json& held = base::member(stored, name);
    const Json& asked = base::member(wanted, name);
    return held == asked || (held.is_null() && asked == "");
  });
}

std::string on_loading(const Json& variable) {
  const Json& loaded = base::member(variable, "loaded");
  if (!loaded.is_boolean()) return "A change becomes live only after a restart of the environment.";
  return loaded.get<bool>() ? "The tenant shows it as loaded; a new value becomes live only after a restart of the "
                              "environment."
                            : "It is not loaded yet: it becomes live only after a restart of the environment.";
}

Result told(const Json& variable, const std::string& id, std::string_view what, std::vector<std::string> notes = {}) {
  Json shown{{"_id", id}, {"message", fmt::format("{} {} {}", id, what, on_loading(variable))}};
  if (const Json& loaded = base::member(variable, "loaded"); loaded.is_boolean()) shown["loaded"] = loaded;
  return done(std::move(shown), std::move(notes));
}

// The variable as it is; null when there is none. Any other failure stops the call.
net::Task<Json> read_variable(aic::Tenant& tenant, std::string id) {
  auto asked = co_await aic::attempt(tenant.get(aic::esv_variable(id), reading()));
  if (asked.failed_with(404)) co_return Json();
  auto& body = asked.value().body;
  aic::need_content(aic::esv_variable(id).path(), body);
  co_return std::move(body);
}

// A write, and what the tenant held before it.
struct Change {
  std::string id;
  Json before;  // null for none
  Json wanted;  // null for a deletion
};

bool is_done(const Change& change, const Json& now) {
  return change.wanted.is_null() ? now.is_null() : !now.is_null() && agree(now, change.wanted);
}

bool is_untouched(const Change& change, const Json& now) {
  if (change.wanted.is_null()) return !now.is_null();
  if (change.before.is_null() || now.is_null()) return change.before.is_null() && now.is_null();
  const Json& date = base::member(now, "lastChangeDate");
  return agree(now, change.before) && date == base::member(change.before, "lastChangeDate");
}

// After a write without a proper answer the variable itself tells (R-WRT-09).
net::Task<Json> find_out(aic::Tenant& tenant, const Change& change, Error failure) {
  auto asked = co_await aic::attempt(tenant.get(aic::esv_variable(change.id), reading()));
  if (asked.failed() && !asked.failed_with(404)) throw aic::unclear(failure);
  if (!asked.failed() && !asked.reply().body.is_object()) throw aic::unclear(failure);
  auto now = asked.failed() ? Json() : std::move(asked.reply().body);
  if (is_done(change, now)) co_return now;
  if (is_untouched(change, now)) throw aic::not_happened(failure);
  throw aic::unclear(failure);
}

std::string late_proof(const Error& failure) {
  return fmt::format("The write got no proper answer ({}), but reading back shows that it happened.", failure.message);
}

Error not_as_sent(const std::string& id) {
  Error error(Errc::partial, fmt::format("The tenant took {}, but does not show it as it was sent", id));
  error.done = Json::array({id + " written"});
  error.next = "Read it with getVariable and compare.";
  return error;
}

// What the tenant holds after the PUT: its answer, or else what reading back shows (R-WRT-07, -08).
net::Task<Json> written(aic::Tenant& tenant, const Change& change, aic::Attempt sent, std::vector<std::string>& notes) {
  if (sent.failed()) {
    notes.push_back(late_proof(sent.error()));
    co_return co_await find_out(tenant, change, sent.error());
  }
  Json stored = std::move(sent.reply().body);
  if (stored.is_object() && agree(stored, change.wanted)) co_return stored;
  const bool was_shown = base::member(stored, "valueBase64").is_string();
  if (!was_shown) notes.emplace_back("The tenant's answer did not hold the variable.");
  auto asked = co_await aic::attempt(tenant.get(aic::esv_variable(change.id), reading()));
  if (asked.failed() && !asked.failed_with(404) && !was_shown) {
    notes.push_back("It could not be read back to check it: " + asked.error().message);
    co_return Json();
  }
  if (asked.failed() || !agree(asked.reply().body, change.wanted)) throw not_as_sent(change.id);
  co_return std::move(asked.reply().body);
}

Error exists_already(const std::string& id) {
  Error error(Errc::conflict, fmt::format("{} exists already; nothing was written", id));
  error.next = "Leave createOnly out to replace its value, or choose another id.";
  return error;
}

net::Task<Result> set_variable(Call& call) {
  auto& tenant = call.tenant();
  const auto id = call[variable_id];
  const auto guard = co_await tenant.world().shared.locks.lock(aic::esv_variable(id).path());
  Change change{.id = id, .before = co_await read_variable(tenant, id)};
  const bool exists = !change.before.is_null();
  if (exists && call[create_only]) throw exists_already(id);
  const auto old_type = base::text_member(change.before, "expressionType");
  if (!old_type.empty() && old_type != call[type])
    co_return refuse(fmt::format("{} has type {}, which cannot change; nothing was written", id, old_type),
                     fmt::format("Call again with type {}, or delete the variable first.", old_type));
  const auto kept = base::text_member(change.before, "description");
  change.wanted = {{"_id", id},
                   {"description", call[description].value_or(kept)},
                   {"valueBase64", base::base64(stored_text(call[type], call[value]).text)},
                   {"expressionType", call[type]}};
  if (exists && agree(change.before, change.wanted))
    co_return told(change.before, id, "is so already; nothing was written.");

  auto sent = co_await aic::attempt(tenant.put(aic::esv_variable(id), change.wanted, updating(aic::esv_headers())));
  if (sent.failed() && !sent.is_open()) throw sent.error();
  std::vector<std::string> notes;
  const auto stored = co_await written(tenant, change, std::move(sent), notes);
  co_return told(stored, id, exists ? "is changed." : "is created.", std::move(notes));
}

net::Task<Result> delete_variable(Call& call) {
  auto& tenant = call.tenant();
  const auto id = call[variable_id];
  const auto guard = co_await tenant.world().shared.locks.lock(aic::esv_variable(id).path());
  auto sent = co_await aic::attempt(tenant.remove(aic::esv_variable(id), updating(aic::esv_delete_headers())));
  if (sent.failed_with(404)) sent.error().next = "queryESVs lists what exists.";
  if (sent.failed() && !sent.is_open()) throw sent.error();
  std::vector<std::string> notes;
  if (sent.failed()) {
    co_await find_out(tenant, {.id = id}, sent.error());
    notes.push_back(late_proof(sent.error()));
  }
  const Json gone = sent.failed() ? Json() : std::move(sent.reply().body);
  Json shown{{"_id", id}};
  const Json& loaded = base::member(gone, "loaded");
  const bool was_loaded = loaded.is_boolean() && loaded.get<bool>();
  shown["message"] =
      fmt::format("{} is deleted. {}The deletion becomes live only after a restart of the environment.", id,
                  !loaded.is_boolean() ? ""
                  : was_loaded         ? "Its value was loaded and stays in use until then. "
                                       : "It was not loaded. ");
  if (loaded.is_boolean()) shown["loaded"] = loaded;
  co_return done(std::move(shown), std::move(notes));
}

const std::vector<Tool> family{
    {
        .name = "queryESVs",
        .title = "Find ESVs",
        .description = "Lists environment variables (ESVs), or secrets without their values, page by page.",
        .scopes = {scope::esv_read},
        .hints = reads,
        .params = {kind, query_term, page_size, cookie, sort_keys},
        .run = query_esvs,
        .check = check_query,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getVariable",
        .title = "Read variable",
        .description = "Reads an environment variable, decoded.",
        .scopes = {scope::esv_read},
        .hints = reads,
        .params = {variable_id},
        .run = get_variable,
    },
    {
        .name = "setVariable",
        .title = "Set variable",
        .description = "Creates an environment variable or replaces its value. The tenant uses it only after a "
                       "restart, which this tool does not start.",
        .scopes = {scope::esv_read, scope::esv_update},
        .hints = overwrites_idempotently,
        .params = {variable_id, value, type, description, create_only},
        .run = set_variable,
        .check = check_value,
    },
    {
        .name = "deleteVariable",
        .title = "Delete variable",
        .description = "Deletes an environment variable. The tenant forgets it only after a restart, which this tool "
                       "does not start.",
        .scopes = {scope::esv_update, scope::esv_read},
        .hints = overwrites_idempotently,
        .params = {variable_id},
        .run = delete_variable,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::esvs
