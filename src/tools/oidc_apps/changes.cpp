// Changing and deleting OIDC applications: two resources in two products, so that every call can stop half-way and says
// so (R-OID-06 to -10, R-WRT-09, -10).
#include "tools/oidc_apps/writes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/paths.h"
#include "aic/pointer.h"
#include "aic/steps.h"
#include "net/loop.h"
#include "tools/kit/advice.h"
#include "tools/kit/outcome.h"
#include "tools/managed/kinds.h"
#include "tools/managed/objects.h"
#include "tools/oidc_apps/allowed.h"
#include "tools/oidc_apps/client.h"
#include "tools/references/guard.h"

namespace tools::oidc_apps {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view lookup_fields = "_id,name,ssoEntities";

const auto app_revision = revision("_rev", "_rev of the application, as getOidcApp shows it.");
const auto operation = text("operation", "What to do with the value at field.").one_of({"add", "remove", "replace"});
const auto field =
    json_pointer("field", "JSON pointer to the property, e.g. /description. Must not be in ssoEntities.");
const auto value = any_value("value", "New value. Required for add and replace.").optional();
const auto operations =
    list_of("operations", "Operations, applied in this order, all or none.", record({operation, field, value}))
        .at_least(1);
const auto force = boolean("force", "Delete it even if it is used or was not checked.").by_default(false);
const auto app_change =
    record("managedApplication", "Changes to the application itself.", {app_revision, operations}).optional();

void check_change(Checking& checking) {
  const auto change = checking.given(app_change);
  const auto settings = checking.given(client_settings);
  if (!change && !settings && !checking.has_refused())
    checking.refuse("arguments", "must contain oauth2Client, managedApplication or both");
  if (settings) check_settings(checking, *settings);
  if (!change) return;
  const auto steps = (*change)[operations];
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto place = fmt::format("managedApplication.operations[{}]", i);
    if (aic::Pointer::parse(steps[i][field]).tokens().front() == "ssoEntities")
      checking.refuse(place + ".field", "must not be in ssoEntities, which links the OAuth 2.0 client");
    if (steps[i][operation] != "remove" && !steps[i][value])
      checking.refuse(place + ".value", "is required for add and replace");
  }
}

Error stale(const std::string& what, const std::string& current, const std::string& expected) {
  Error error(Errc::conflict,
              fmt::format("The {} is now at revision {}, not {}; nothing was written", what, current, expected));
  error.detail = {{"currentRevision", current}};
  error.next = advice::read_again_with("getOidcApp");
  return error;
}

aic::Document client_document(Call& call, const std::string& id, bool may_be_absent = false) {
  return {.title = "the " + client_name(id),
          .target = aic::oauth2_client(call[realm], id),
          .read = both_at_am(),
          .write = both_at_am(),
          .may_be_absent = may_be_absent,
          .conditional = true};
}

// The linked client, kept from other calls' changes. Throws unless it can be changed (R-OID-06).
net::Task<aic::OpenDocument> open_client(Call& call, const Application& app, Json given) {
  const auto id = app.client_id;
  if (id.empty()) {
    Error error(Errc::invalid_request,
                "The application has no linked OAuth 2.0 client (ssoEntities.oidcId); nothing was written");
    error.next = "Leave oauth2Client out.";
    throw error;
  }
  auto client = co_await aic::open(call.tenant(), client_document(call, id));
  client.need_revision();
  const auto expected = aic::bare_revision(base::text_member(given, "_rev"));
  if (!expected.empty() && expected != client.revision()) throw stale(client_name(id), client.revision(), expected);
  co_return client;
}

// What a change rests on besides what it writes: the application, and that it links this client (R-WRT-14).
net::Task<> need_same(Call& call, const Application& app) {
  const auto now = co_await find_one(call, call[realm], call[app_name], std::string(lookup_fields));
  if (now.id == app.id && now.client_id == app.client_id &&
      base::text_member(now.object, "_rev") == base::text_member(app.object, "_rev"))
    co_return;
  Error error(Errc::conflict,
              fmt::format("Somebody else changed the {} in the meantime", application_name(call[app_name])));
  error.next = advice::read_again_with("getOidcApp");
  throw error;
}

// The operations as they are sent, with values of the kinds that the type's schema asks for; null where the call brings
// none.
net::Task<Json> wire_operations(Call& call) {
  const auto change = call[app_change];
  if (!change) co_return nullptr;
  Json body = Json::array();
  for (const Record& one : (*change)[operations]) {
    body.push_back({{"operation", one[operation]}, {"field", one[field]}});
    if (const auto content = one[value]) body.back()["value"] = *content;
  }
  co_await managed::fit_operations(call.tenant(), type_of(call[realm]), body, "managedApplication.operations");
  co_return body;
}

// `before` is the application as it was read, with the revision that the change names.
net::Task<Outcome> patch_application(Call& call, std::string id, Json before, Record change, Json body) {
  const auto target = aic::managed_object(type_of(call[realm]), id);
  const auto look = [&] {
    return managed_objects::see_patched(call.tenant(), target, body, change[app_revision], both());
  };
  auto [patched, lost] = co_await aic::settle(
      co_await managed_objects::patch_at(call.tenant(), target, body, change[app_revision], both()), look);
  if (patched.failed_with(412)) patched.error().next = "Read the application again with getOidcApp, then decide again.";
  auto compared = co_await managed_objects::compare_patched(call.tenant(), target, std::move(before), body,
                                                            std::move(patched.value()), both());
  Outcome outcome{.message = fmt::format("The {} was changed.", application_name(call[app_name])), .id = id};
  outcome.revision = compared.revision;
  outcome.changed = std::move(compared.changed);
  outcome.notes = std::move(compared.notes);
  outcome.read_with = "getOidcApp returns the application";
  if (lost) outcome.notes.insert(outcome.notes.begin(), aic::found_after_all(*lost));
  co_return outcome;
}

// The client with the given settings in place of its own; nothing when it is so already.
std::optional<aic::Edit> with_settings(const Json& client, const Json& given) {
  auto merged = oidc_client::merged(client, given);
  if (base::same_value(merged, oidc_client::merged(client, Json::object()))) return std::nullopt;
  aic::Edit edit{.after = client, .body = std::move(merged), .is_hidden = oidc_client::holds_secret(given)};
  edit.after.update(edit.body);
  return edit;
}

// Writes the client half, unless it is so already.
net::Task<Outcome> update_client(Call& call, const Application& app, aic::OpenDocument& client, Json given,
                                 aic::Steps& steps) {
  Outcome outcome{.id = app.client_id};
  std::optional<Error> failure;
  try {
    auto written = co_await client.save([&](const Json& current) { return with_settings(current, given); },
                                        telling([&](const Json&, const Json&, const Json& stored) {
                                          return not_as_asked(app.client_id, given, stored);
                                        }),
                                        aic::bare_revision(base::text_member(given, "_rev")),
                                        [&] { return need_same(call, app); });
    if (written.changed) steps.done();
    outcome.message = fmt::format("The {} {}", client_name(app.client_id),
                                  written.changed ? "was changed." : "already has these settings; it was not written.");
    outcome.notes = std::move(written.notes);
    outcome.revision = written.revision;
    outcome.changed = changes_between(written.before, written.after);
    outcome.read_with = "getOidcApp returns the client";
    if (written.changed && oidc_client::holds_secret(given))
      outcome.notes.emplace_back("The tenant never shows the secrets of a client, so that changed does not either.");
  } catch (const Error& error) {
    failure = error;
  }
  if (!failure) co_return outcome;
  if (failure->status == 412) failure->next = "Read the client again with getOidcApp; somebody else changed it.";
  if (failure->code != Errc::partial) throw std::move(*failure);
  steps.done();
  throw steps.stopped(std::move(*failure), "Compare the client with your request before you do anything else.");
}

// Writes the application half; what the client half came to stays in the failure.
net::Task<Outcome> update_application(Call& call, const Application& app, Record change, Json body,
                                      const std::optional<Outcome>& client, aic::Steps& steps) {
  std::optional<Error> failure;
  try {
    co_return co_await patch_application(call, app.id, app.object, change, std::move(body));
  } catch (const Error& error) {
    failure = error;
  }
  const auto cause = failure->detail;
  *failure =
      steps.stopped(std::move(*failure), "Read it with getOidcApp, then repeat only the change of the application.");
  if (client) failure->detail = {{"oauth2Client", told(*client).value}, {"managedApplication", cause}};
  throw std::move(*failure);
}

net::Task<Result> update_app(Call& call) {
  const auto given = call[client_settings];
  const auto change = call[app_change];
  const auto waits = call.tenant().waits();
  // The whole application where it is to be changed, to tell afterwards what changed.
  auto finding = find_one(call, call[realm], call[app_name], std::string(change ? "*" : lookup_fields));
  auto [body, app] = co_await net::both(
      net::both(wire_operations(call), need_allowed_values(call, given.value_or(Json::object()))), std::move(finding));
  const auto current = base::text_member(app.object, "_rev");
  if (change && !current.empty() && current != (*change)[app_revision])
    throw stale(application_name(call[app_name]), current, (*change)[app_revision]);
  if (current.empty()) app.object = nullptr;
  std::optional<aic::OpenDocument> client;
  if (given) client.emplace(co_await open_client(call, app, *given));
  if (client) client->looked_since(waits);

  std::vector<std::string> planned;
  if (client && given && with_settings(client->current(), *given)) planned.push_back(client_name(app.client_id));
  if (change) planned.push_back(application_name(call[app_name]));
  aic::Steps steps(std::move(planned));
  std::vector<Part> parts;
  std::optional<Outcome> written;
  if (client && given) {
    written = co_await update_client(call, app, *client, *given, steps);
    parts.push_back({"oauth2Client", *written});
  }
  if (change)
    parts.push_back(
        {"managedApplication", co_await update_application(call, app, *change, std::move(body), written, steps)});
  co_return told(std::move(parts));
}

// Deletes one part. What there was, or null where it was gone already.
net::Task<Json> remove_part(aic::OpenDocument& part, aic::LookAgain look_again) {
  if (part.current().is_null()) co_return nullptr;
  auto gone = co_await part.remove(std::move(look_again));
  if (gone.answer.is_missing()) co_return nullptr;
  if (!gone.found_gone) gone.answer.value();
  co_return part.current();
}

// The application links to its client: that goes with it.
net::Task<> need_unused_client(Call& call, const Application& app) {
  co_await references::need_unused(
      call, {.kind = references::Kind::oauth2_client, .realm = call[realm], .id = app.client_id},
      fmt::format("The {}", application_name(call[app_name])),
      [&](const references::Use& use) { return use.in == "application" && use.id == app.id; });
}

net::Task<Json> remove_client(Call& call, const Application& app, aic::OpenDocument& client, aic::LookAgain look) {
  co_return co_await remove_part(client, [&]() -> net::Task<> {
    co_await need_same(call, app);
    co_await look();
  });
}

// The application as it was found; its client may be gone by now.
net::Task<Json> remove_application(Call& call, const Application& app) {
  auto object = co_await aic::open(call.tenant(), {.title = "the " + application_name(call[app_name]),
                                                   .target = aic::managed_object(type_of(call[realm]), app.id),
                                                   .read = both(),
                                                   .write = both(),
                                                   .may_be_absent = true,
                                                   .read_twice = false,
                                                   .conditional = true});
  const auto found = base::text_member(app.object, "_rev");
  if (!object.current().is_null() && !found.empty() && object.revision() != found)
    throw stale(application_name(call[app_name]), object.revision(), found);
  co_return co_await remove_part(object, {});
}

// One part of a deletion as the result shows it.
Outcome deletion_of(const std::string& what, const std::string& id, Json former) {
  Outcome outcome{.message = fmt::format("The {} was {}.", what, former.is_null() ? "already gone" : "deleted"),
                  .id = id};
  outcome.deleted = std::move(former);
  return outcome;
}

net::Task<Result> delete_app(Call& call) {
  const auto waits = call.tenant().waits();
  const auto app = co_await find_one(call, call[realm], call[app_name], std::string(lookup_fields));
  const auto client = client_name(app.client_id);
  const auto application = fmt::format("{} ({})", application_name(call[app_name]), app.id);
  std::vector<std::string> planned{application};
  if (!app.client_id.empty()) planned.insert(planned.begin(), client);
  aic::Steps steps(std::move(planned));
  std::vector<Part> parts;
  const auto note = [&](const char* name, const std::string& what, const std::string& id, Json former) {
    steps.done(former.is_null() ? what + ": already gone" : what);
    parts.push_back({name, deletion_of(what, id, std::move(former))});
  };
  const auto look = [&]() -> net::Task<> {
    if (!call[force] && !app.client_id.empty()) co_await need_unused_client(call, app);
  };
  if (!app.client_id.empty()) {
    auto opened = co_await aic::open_beside(
        call.tenant(), aic::open(call.tenant(), client_document(call, app.client_id, true)), look());
    opened.looked_since(waits);
    note("oauth2Client", client, app.client_id, co_await remove_client(call, app, opened, look));
  }
  std::optional<Error> failure;
  try {
    note("managedApplication", application, app.id, co_await remove_application(call, app));
  } catch (const Error& error) {
    failure = error;
  }
  if (failure) throw steps.stopped(std::move(*failure), "Call deleteOidcApp again to delete the application.");
  co_return told(std::move(parts));
}

const std::vector<Tool> changes_tools{
    {
        .name = "updateOidcApp",
        .title = "Edit OIDC app",
        .description = "Changes the OAuth 2.0 client of an application, the application itself, or both. The client "
                       "is written first. What is not given stays unchanged.",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, app_name, client_settings, app_change},
        .run = update_app,
        .check = check_change,
    },
    {
        .name = "deleteOidcApp",
        .title = "Delete OIDC app",
        .description = "Deletes the OAuth 2.0 client of an application, then the application. Refused while something "
                       "else uses the client, unless force is true. Returns both, without secrets.",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, app_name, force},
        .run = delete_app,
    },
};

}  // namespace

std::span<const Tool> changes() {
  return changes_tools;
}

}  // namespace tools::oidc_apps
