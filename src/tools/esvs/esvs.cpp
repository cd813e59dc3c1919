// Environment variables and secrets (ESVs): finding both, reading and writing variables. The value of a secret is
// never asked for (R-ESV-07).
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/document.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/esvs/value.h"
#include "tools/kit/fields.h"
#include "tools/kit/outcome.h"
#include "tools/kit/tool.h"
#include "tools/references/guard.h"

namespace tools::esvs {
namespace {

using base::Errc;
using base::Error;

// Values that are longer go from a list before any entry does.
constexpr std::size_t long_value = 500;

const auto kind = text("type", "Whether to list variables or secrets.").one_of({"variable", "secret"});
const auto query_term = text("queryTerm", "List only those whose id contains this text.").at_most(100).optional();
const auto page_size = integer("pageSize", "Variables or secrets per page.").between(1, 100).by_default(50);
const auto sort_keys =
    text("sortKeys",
         "Members to sort by, comma-separated. A leading - sorts in descending order, e.g. -lastChangeDate.")
        .at_most(200)
        .optional();

const auto variable_id = text("variableId", "Id of the variable, e.g. esv-mail-host.").in_form(syntax::esv_id);
const auto value =
    any_value("value",
              "Value of the given type, or a string with it, e.g. \"smtp.example.com\", 42, true or [\"a\", \"b\"]. "
              "Entries of a list must not contain commas. At most 65,535 bytes in base64; must not be empty.");
const auto type =
    text("type", "How the tenant reads the value. Cannot be changed once the variable exists.").one_of(types());
const auto description =
    text("description", "What the variable is for. Default: unchanged; empty for a new variable.").optional();
const auto force = boolean("force", "Delete it even if it is used or was not checked.").by_default(false);
const auto create_only = boolean("createOnly", "Refuse the call if the variable already exists.").by_default(false);

aic::RequestOptions reading() {
  return {.scopes = {scope::esv_read}, .headers = aic::esv_headers()};
}

aic::RequestOptions updating(http::Headers headers) {
  return {.scopes = {scope::esv_update}, .headers = std::move(headers)};
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
  for (Json& secret : secrets["result"]) {
    for (const auto* member : {"value", "valueBase64"}) secret.erase(member);
  }
}

net::Task<Result> query_esvs(Call& call) {
  const bool secrets = call[kind] == "secret";
  aic::PageQuery query{
      .page_size = call[page_size], .cookie = call[cookie].value_or(""), .sort_keys = call[sort_keys].value_or("")};
  if (const auto term = call[query_term].value_or(""); !term.empty())
    query.filter = "/_id co " + base::filter_literal(term);
  const auto list = secrets ? aic::esv_secrets() : aic::esv_variables();
  auto page = co_await call.tenant().get(aic::with_query(list, query), reading());
  aic::need_content(list.path(), page.body, "result", "_id");
  if (secrets) leave_out_values(page.body);
  auto result = done(std::move(page.body));
  result.trims = {leave_out_texts("/result", long_value, "getVariable returns each variable"),
                  leave_out_unset("/result"), cut_page("/result", "pageSize")};
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
    result.notes.emplace_back(
        "valueBase64 is not base64-encoded UTF-8 text, so it is shown as the tenant returned it.");
    co_return result;
  }
  variable.erase("valueBase64");
  const auto its_type = base::text_member(variable, "expressionType", "string");
  auto parsed = parsed_value(its_type, *text);
  if (!parsed && !is_text_type(its_type))
    result.notes.push_back(fmt::format("The value is not a valid {}, so there is no parsedValue.", its_type));
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
constexpr std::array settable{"description", "valueBase64", "expressionType"};

bool is_same_setting(const Json& left, const Json& right) {
  return base::same_value(left, right) || (base::is_blank(left) && base::is_blank(right));
}

bool agree(const Json& stored, const Json& wanted) {
  return std::ranges::all_of(settable, [&](const char* name) {
    return is_same_setting(base::member(stored, name), base::member(wanted, name));
  });
}

std::string on_loading(const Json& variable) {
  const Json& loaded = base::member(variable, "loaded");
  if (!loaded.is_boolean()) return "A change takes effect only after a restart of the environment.";
  return loaded.get<bool>()
             ? "The tenant shows it as loaded; a new value takes effect only after a restart of the environment."
             : "It is not loaded yet; it takes effect only after a restart of the environment.";
}

// As people read it: the value as text, no empty description; whether it is loaded is told beside it.
Json readable(const Json& variable) {
  Json view = variable;
  if (view.is_object()) view.erase("loaded");
  if (auto text = decoded(base::text_member(variable, "valueBase64"))) {
    view.erase("valueBase64");
    view["value"] = std::move(*text);
  }
  if (view.is_object() && base::is_blank(base::member(view, "description"))) view.erase("description");
  return view;
}

// What the result of setVariable says of the variable; the rest is added by the caller.
Outcome outcome_of(const Json& variable, const std::string& id, std::string_view what) {
  Outcome outcome{.message = fmt::format("{} {} {}", id, what, on_loading(variable)), .id = id};
  if (const Json& loaded = base::member(variable, "loaded"); loaded.is_boolean()) outcome.about["loaded"] = loaded;
  outcome.read_with = "getVariable returns the variable";
  return outcome;
}

aic::Document variable_document(const std::string& id, const http::Headers& write_headers, bool may_be_absent) {
  return {.title = id,
          .target = aic::esv_variable(id),
          .read = reading(),
          .write = updating(write_headers),
          .may_be_absent = may_be_absent,
          .read_twice = false};
}

std::optional<Error> check_stored(const Json&, const Json& wanted, const Json& stored) {
  if (!stored.is_null() && agree(stored, wanted)) return std::nullopt;
  Error error(Errc::partial, fmt::format("The tenant accepted {} but does not show it as it was sent",
                                         base::text_member(wanted, "_id", "the variable")));
  error.next = "Read it with getVariable and compare.";
  return error;
}

Error exists_already(const std::string& id) {
  Error error(Errc::conflict, fmt::format("{} already exists; nothing was written", id));
  error.next = "Leave createOnly out to replace its value, or choose another id.";
  return error;
}

// The variable as a call wants it, from what it is; nothing when it is so already.
std::optional<aic::Edit> with_settings(const Json& variable, Call& call) {
  const auto id = call[variable_id];
  const bool exists = !variable.is_null();
  if (exists && call[create_only]) throw exists_already(id);
  const auto old_type = base::text_member(variable, "expressionType");
  if (!old_type.empty() && old_type != call[type])
    throw refusal(nullptr, fmt::format("{} has type {}, which cannot be changed; nothing was written", id, old_type),
                  fmt::format("Call again with type {}, or delete the variable first.", old_type));
  const auto kept = base::text_member(variable, "description");
  aic::Edit edit{.after = exists ? variable : Json{{"_id", id}},
                 .body = {{"_id", id},
                          {"description", call[description].value_or(kept)},
                          {"valueBase64", base::base64(stored_text(call[type], call[value]).text)},
                          {"expressionType", call[type]}}};
  if (exists && agree(variable, edit.body)) return std::nullopt;
  for (const char* name : settable) {
    if (!is_same_setting(base::member(variable, name), edit.body[name])) edit.after[name] = edit.body[name];
  }
  return edit;
}

net::Task<Result> set_variable(Call& call) {
  const auto id = call[variable_id];
  auto variable = co_await aic::open(call.tenant(), variable_document(id, aic::esv_headers(), true));
  Json sent;
  const auto compute = [&](const Json& current) {
    auto edit = with_settings(current, call);
    if (edit) sent = edit->body;
    return edit;
  };
  auto written = co_await variable.save(compute, telling(check_stored, readable));
  const bool is_new = written.changed && written.before.is_null();
  auto outcome = outcome_of(written.after, id,
                            !written.changed ? "already has these settings; nothing was written."
                            : is_new         ? "was created."
                                             : "was changed.");
  if (is_new)
    outcome.set_by_tenant = stored_otherwise(readable(sent), readable(written.after));
  else
    outcome.changed = changes_between(readable(written.before), readable(written.after));
  outcome.notes = std::move(written.notes);
  co_return told(std::move(outcome));
}

// The variable as setVariable takes it, so that it can be put back.
Json as_set(const Json& variable, const std::string& id) {
  const Json view = readable(variable);
  Json set{{"variableId", id}};
  for (const auto& [name, argument] :
       {std::pair{"expressionType", "type"}, {"value", "value"}, {"description", "description"}}) {
    if (!base::is_blank(base::member(view, name)) || std::string_view(name) == "value")
      set[argument] = base::member(view, name);
  }
  // What is no text of its own.
  if (view.contains("valueBase64")) set["valueBase64"] = view["valueBase64"];
  if (set["value"].is_null()) set.erase("value");
  return set;
}

// Reads first: after a lost answer, a variable that is not there would else pass for one that this call deleted.
net::Task<aic::OpenDocument> open_to_delete(aic::Tenant& tenant, std::string id) {
  try {
    co_return co_await aic::open(tenant, variable_document(id, aic::esv_delete_headers(), false));
  } catch (Error& error) {
    if (aic::says_missing(error)) error.next = "Find the variable's id with queryESVs.";
    throw;
  }
}

net::Task<Result> delete_variable(Call& call) {
  const auto id = call[variable_id];
  const auto look = [&]() -> net::Task<> {
    if (!call[force])
      co_await references::need_unused(call, {.kind = references::Kind::esv, .realm = "alpha", .id = id}, id);
  };
  auto variable = co_await aic::open_beside(call.tenant(), open_to_delete(call.tenant(), id), look());
  auto removed = co_await variable.remove(look);
  std::vector<std::string> notes;
  if (removed.found_gone) notes.push_back(aic::found_after_all(removed.answer.error()));
  const Json gone = removed.found_gone ? Json() : std::move(removed.answer.value().body);
  const Json& loaded = base::member(gone.is_null() ? variable.current() : gone, "loaded");
  const bool was_loaded = loaded.is_boolean() && loaded.get<bool>();
  Outcome outcome{.id = id};
  outcome.message =
      fmt::format("{} was deleted. {}The deletion takes effect only after a restart of the environment.", id,
                  !loaded.is_boolean() ? ""
                  : was_loaded         ? "Its value was loaded and stays in use until then. "
                                       : "It was not loaded. ");
  if (loaded.is_boolean()) outcome.about["loaded"] = loaded;
  outcome.deleted = as_set(variable.current(), id);
  outcome.notes = std::move(notes);
  co_return told(std::move(outcome));
}

const std::vector<Tool> family{
    {
        .name = "queryESVs",
        .title = "Find ESVs",
        .description = "Lists environment variables, or secrets without their values, page by page. getVariable "
                       "decodes the value of a variable.",
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
        .description = "Returns an environment variable with its value decoded.",
        .scopes = {scope::esv_read},
        .hints = reads,
        .params = {variable_id},
        .run = get_variable,
    },
    {
        .name = "setVariable",
        .title = "Set variable",
        .description = "Creates an environment variable or replaces its value. The tenant uses the new value only "
                       "after a restart of the environment, which this tool does not start.",
        .scopes = {scope::esv_read, scope::esv_update},
        .hints = overwrites_idempotently,
        .params = {variable_id, value, type, description, create_only},
        .run = set_variable,
        .check = check_value,
    },
    {
        .name = "deleteVariable",
        .title = "Delete variable",
        .description = "Deletes an environment variable. Refused while something uses it, unless force is true. The "
                       "tenant uses a loaded value until the environment is restarted.",
        .scopes = {scope::esv_update, scope::esv_read, scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {variable_id, force},
        .run = delete_variable,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::esvs
