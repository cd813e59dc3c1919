// Creating, patching and deleting managed objects, finding out what happened when no answer came, and what changed
// (R-MOB-01 to -07, R-WRT-08, -09, R-UND-04).
#include "tools/kit/requests.h"
#include "tools/managed/objects.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/document.h"
#include "aic/look_again.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "aic/pointer.h"
#include "tools/kit/outcome.h"
#include "tools/managed/config.h"
#include "tools/managed/kinds.h"

namespace tools::managed_objects {
namespace {

using base::Errc;
using base::Error;

const auto object_data = any_object("objectData",
                                    "Property values, e.g. {\"userName\": \"jane\", \"sn\": \"Doe\"}. "
                                    "getManagedObjectSchema lists the properties and which are required.");
const auto operation = text("operation",
                            "What to do at field. add appends to a list. move and copy need from; remove may omit "
                            "value; the others need value.")
                           .one_of({"add", "remove", "replace", "increment", "move", "copy", "transform"});
const auto field =
    json_pointer("field", "JSON pointer to the property, e.g. /mail. /list/- appends one value to a list.");
const auto from = json_pointer("from", "JSON pointer to the source. Only for move and copy.").optional();
const auto value =
    any_value("value", "New value, of the property's type. For increment, the number to add. Not for move and copy.")
        .optional();
const auto operations =
    list_of("operations", "Operations, applied in this order.", record({operation, field, from, value})).at_least(1);
const auto read_revision = revision("revision", "_rev of the object as last read.");
const auto expected_revision = revision("revision", "Delete the object only if it still has this _rev.").optional();

// Only policy failures may say more than the tenant's message: other details can repeat what was sent (R-MOB-07).
void keep_values_out(Error& error) {
  if (!base::member(error.detail, "failedPolicyRequirements").is_array()) error.detail = nullptr;
}

// The members that were asked for and that the object does not show so. Passwords and the like it never does.
std::vector<std::string> not_shown(const Json& object, const Json& asked) {
  std::vector<std::string> names;
  for (const auto& [name, wanted] : asked.items()) {
    if (!object.contains(name) || !base::same_value(object[name], wanted)) names.push_back(name);
  }
  return names;
}

// The object that a creation without a proper answer made, or one that somebody else has made meanwhile: they are told
// apart by all that was asked for.
aic::Seen seen_as_asked(const Json& object, const Json& data) {
  const auto missing = not_shown(object, data);
  if (missing.empty()) return {.write = aic::Seen::Write::happened, .now = {.status = 200, .body = object}};
  const auto id = base::text_member(object, "_id");
  return {.known =
              fmt::format("there is an object {}, but it does not show as requested: {}", id, fmt::join(missing, ", ")),
          .detail = {{"_id", id}, {"notShown", missing}},
          .next = "Read it with getManagedObject and find out who created it before you call again."};
}

// After a creation without a proper answer: the new object, by the two properties that no two objects share.
net::Task<aic::Seen> look_for_created(Call& call, std::string type, Json data) {
  const auto id = base::text_member(data, "_id");
  const auto user_name = base::text_member(data, "userName");
  if (!id.empty() && base::segment_violation(id).empty()) {
    const auto object = co_await aic::read_back(call.tenant().get(aic::managed_object(type, id), idm_request()));
    if (object.is_missing()) co_return aic::Seen{.write = aic::Seen::Write::did_not_happen};
    if (!object.failed()) co_return seen_as_asked(object.reply().body, data);
  } else if (!user_name.empty()) {
    const aic::PageQuery query{.filter = "userName eq " + base::filter_literal(user_name), .page_size = 2};
    const auto found =
        co_await aic::read_back(call.tenant().get(aic::with_query(aic::managed(type), query), idm_request()));
    const Json list = found.failed() ? Json() : base::member(found.reply().body, "result");
    if (list.is_array() && list.empty()) co_return aic::Seen{.write = aic::Seen::Write::did_not_happen};
    if (list.size() == 1) co_return seen_as_asked(list[0], data);
  }
  co_return aic::Seen{};
}

// The result of a creation; `object` is what the tenant shows of it. Relationships and passwords it never does.
Result created(const std::string& type, const std::string& id, const Json& data, const aic::Reply& reply,
               std::vector<std::string> notes) {
  Outcome outcome{
      .message = fmt::format("{} was created.", name_of(type, id)), .id = id, .about = {{"objectType", type}}};
  outcome.revision = reply.revision();
  outcome.notes = std::move(notes);
  if (base::text_member(reply.body, "_id").empty()) {
    outcome.notes.emplace_back("The object was created, but the tenant's answer did not show it.");
    return told(std::move(outcome));
  }
  Json sent = Json::object(), stored = reply.body;
  std::vector<std::string> unseen;
  for (const auto& [name, given] : data.items()) {
    if (stored.contains(name))
      sent[name] = given;
    else
      unseen.push_back(name);
  }
  stored.erase("_id");
  sent.erase("_id");
  outcome.set_by_tenant = stored_otherwise(sent, stored);
  if (!unseen.empty())
    outcome.notes.push_back(fmt::format("The tenant's answer does not show {}.", fmt::join(unseen, ", ")));
  outcome.read_with = "getManagedObject returns the object";
  return told(std::move(outcome));
}

Result found_created(const std::string& type, const Json& data, const aic::Settled& seen) {
  const auto& reply = seen.answer.reply();
  std::vector<std::string> notes;
  if (seen.lost) notes.push_back(aic::found_after_all(*seen.lost));
  return created(type, base::text_member(reply.body, "_id"), data, reply, std::move(notes));
}

// What a refused creation means: a duplicate is named as such (R-MOB-05).
void explain_refusal(Error& error, const std::string& type) {
  const bool unique = aic::fails_policy(error, "UNIQUE");
  keep_values_out(error);
  if (error.status != 409 && error.status != 412 && !unique) return;
  error.code = Errc::conflict;
  error.message =
      fmt::format("{}: the {} already exists, or a value that must be unique is already in use", error.message, type);
  error.next = "Find the existing object with queryManagedObjects before you call again.";
}

// No tool could address an object of another _id again.
void check_new_object(Checking& checking) {
  const auto data = checking.given(object_data);
  if (!data || !data->contains("_id")) return;
  const Json& id = (*data)["_id"];
  if (!id.is_string()) return checking.refuse("objectData._id", "must be a string", short_form(id));
  if (auto violation = syntax::segment.violation(id.get_ref<const std::string&>()); !violation.empty())
    checking.refuse("objectData._id", std::move(violation), short_form(id));
}

net::Task<Result> create_object(Call& call) {
  const auto type = call[object_type];
  auto data = call[object_data];
  co_await managed::fit_object(call.tenant(), type, data);
  auto target = aic::managed(type).query("_action", "create");
  const auto look = [&] { return look_for_created(call, type, data); };
  auto [made, lost] =
      co_await aic::settle(co_await aic::attempt(call.tenant().post(std::move(target), data, idm_request())), look);
  if (lost) co_return found_created(type, data, {.answer = std::move(made), .lost = std::move(lost)});
  if (made.is_missing()) throw co_await managed::explain_missing(call.tenant(), made.error(), type, {});
  if (made.failed()) explain_refusal(made.error(), type);

  const auto id = aic::made_id(made.value());
  if (id.empty()) {
    Error unshown(Errc::outcome_unknown, "The tenant's answer does not show the new object");
    unshown.status = made.reply().status;
    unshown.transaction_id = made.reply().transaction_id;
    unshown.may_have_happened = true;
    co_return found_created(type, data, co_await aic::settle(std::move(unshown), look));
  }
  co_return created(type, id, data, made.reply(), {});
}

Json wire_operation(const Record& given) {
  Json sent = {{"operation", given[operation]}, {"field", given[field]}};
  if (const auto source = given[from]) sent["from"] = *source;
  if (const auto content = given[value]) sent["value"] = *content;
  return sent;
}

bool needs_value(const std::string& kind) {
  return kind == "add" || kind == "replace" || kind == "increment" || kind == "transform";
}

bool needs_source(const std::string& kind) {
  return kind == "move" || kind == "copy";
}

void check_operations(Checking& checking) {
  const auto given = checking.given(operations);
  for (std::size_t i = 0; given && i < given->size(); ++i) {
    const Record& one = (*given)[i];
    const auto kind = one[operation];
    if (needs_value(kind) && !one[value])
      checking.refuse(fmt::format("operations[{}].value", i), fmt::format("is required for {}", kind));
    if (needs_source(kind) && !one[from])
      checking.refuse(fmt::format("operations[{}].from", i), fmt::format("is required for {}", kind));
  }
}

// A conflict with the revision that the object has by now (R-MOB-02), where that is known.
Error stale(Error error, const std::string& type, const std::string& id, const std::string& current,
            const std::string& expected) {
  if (!current.empty() && current == expected) {
    error.message += fmt::format("; {} is nevertheless at revision {}", name_of(type, id), current);
  } else if (!current.empty()) {
    error.message = fmt::format("{} is now at revision {}, not {}", name_of(type, id), current, expected);
  }
  if (!current.empty()) error.detail = {{"currentRevision", current}};
  error.next = "Read the object again with getManagedObject, then decide based on its current revision.";
  return error;
}

net::Task<Error> explain_stale(Call& call, Error error, std::string type, std::string id, std::string expected) {
  auto target = aic::managed_object(type, id).query("_fields", "_rev");
  const auto now = co_await aic::read_back(call.tenant().get(std::move(target), idm_request()));
  co_return stale(std::move(error), type, id, now.failed() ? std::string{} : now.reply().revision(), expected);
}

// What a refused change of one object means.
net::Task<Error> explain_change(Call& call, Error error, std::string type, std::string id, std::string expected) {
  if (error.code == Errc::not_found)
    co_return co_await managed::explain_missing(call.tenant(), std::move(error), type,
                                                fmt::format("There is no {}", name_of(type, id)));
  if (error.status == 412) co_return co_await explain_stale(call, std::move(error), type, id, expected);
  keep_values_out(error);
  co_return error;
}

// What a change of an object came to, without what the reading and writing of it have to add.
Outcome outcome_of_patch(const std::string& type, std::string id, const std::string& expected, Patched patched) {
  const bool keeps_values = patched.changed && !patched.changed->any() && patched.notes.empty();
  Outcome outcome{.message = fmt::format("{} {}", name_of(type, id),
                                         patched.revision == expected ? "already has these values; nothing was changed."
                                         : keeps_values               ? "already had these values."
                                                                      : "was changed."),
                  .id = std::move(id),
                  .about = {{"objectType", type}}};
  outcome.revision = patched.revision;
  outcome.changed = std::move(patched.changed);
  outcome.read_with = "getManagedObject returns the object";
  outcome.notes = std::move(patched.notes);
  if (patched.revision.empty())
    outcome.notes.emplace_back("The object was changed, but the tenant's answer did not show its revision.");
  return outcome;
}

net::Task<Result> patch_object(Call& call) {
  const auto type = call[object_type];
  const auto id = call[object_id];
  const auto expected = call[read_revision];
  Json body = Json::array();
  for (const Record& one : call[operations]) body.push_back(wire_operation(one));
  co_await managed::fit_operations(call.tenant(), type, body);

  const auto target = aic::managed_object(type, id);
  Json before;
  std::string unread;  // why there is no `before`
  // Who may write but not read is not kept from it: the revision holds either way.
  const auto look_before = [&](aic::Bearer bearer) -> net::Task<std::optional<Error>> {
    auto how = idm_request();
    how.bearer = std::move(bearer);
    auto now = co_await aic::attempt(call.tenant().get(target, std::move(how)));
    if (now.failed() && now.error().code != Errc::unauthorized) co_return now.error();
    before = now.failed() ? Json() : now.reply().body;
    unread = now.failed() ? now.error().message : std::string();
    const auto current = now.failed() ? std::string() : now.reply().revision();
    if (!current.empty() && current != expected) throw stale(Error(Errc::conflict, {}), type, id, current, expected);
    co_return std::nullopt;
  };
  const auto look = [&]() -> net::Task<aic::Seen> {
    auto seen = co_await see_patched(call.tenant(), target, body, expected, idm_request());
    if (seen.now.status != 0) seen.detail = {{"currentRevision", seen.now.revision()}};
    co_return seen;
  };
  auto [changed, lost] =
      co_await aic::settle(co_await patch_at(call.tenant(), target, body, expected, idm_request(), look_before), look);
  if (changed.failed()) throw co_await explain_change(call, changed.error(), type, id, expected);
  auto outcome = outcome_of_patch(type, id, expected,
                                  co_await compare_patched(call.tenant(), target, std::move(before), body,
                                                           std::move(changed.reply()), idm_request()));
  if (!unread.empty())
    outcome.notes.insert(outcome.notes.begin(), "The object could not be read before the change: " + unread);
  if (lost) outcome.notes.insert(outcome.notes.begin(), aic::found_after_all(*lost));
  co_return told(std::move(outcome));
}

// Reads first: after a lost answer, an object that is not there would else pass for one that this call deleted.
net::Task<aic::OpenDocument> open_to_delete(Call& call, std::string type, std::string id, std::string expected) {
  std::optional<Error> failure;
  try {
    auto object = co_await aic::open(call.tenant(), {.title = name_of(type, id),
                                                     .target = aic::managed_object(type, id),
                                                     .read = idm_request(),
                                                     .write = idm_request(),
                                                     .read_twice = false,
                                                     .conditional = true});
    const auto current = object.revision();
    if (!expected.empty() && !current.empty() && current != expected)
      throw stale(Error(Errc::conflict, {}), type, id, current, expected);
    co_return std::move(object);
  } catch (const Error& error) {
    failure = error;
  }
  throw co_await explain_change(call, std::move(*failure), type, id, expected);
}

// What has a value: of the hundred properties of a user few have one.
Json set_properties(const Json& object) {
  Json set = Json::object();
  for (const auto& [name, property] : object.items()) {
    const bool is_unset = property.is_null() || (property.is_array() && property.empty());
    if (!is_unset) base::append_member(set, name, property);
  }
  return set;
}

net::Task<Result> delete_object(Call& call) {
  const auto type = call[object_type];
  const auto id = call[object_id];
  const auto expected = call[expected_revision].value_or("");
  auto object = co_await open_to_delete(call, type, id, expected);
  auto gone = co_await object.remove();
  Outcome outcome{.message = fmt::format("{} was deleted. deleted shows the properties that had a value, but not its "
                                         "relationships.",
                                         name_of(type, id)),
                  .id = id,
                  .about = {{"objectType", type}}};
  outcome.deleted = set_properties(object.current());
  if (gone.found_gone) {
    outcome.notes.push_back(aic::found_after_all(gone.answer.error()));
  } else if (gone.answer.failed()) {
    throw co_await explain_change(call, gone.answer.error(), type, id, object.revision());
  }
  co_return told(std::move(outcome));
}

// The members that the operations name.
std::set<std::string> named_by(const Json& given) {
  std::set<std::string> names;
  for (const Json& one : given) {
    for (const char* member : {"field", "from"}) {
      const auto tokens = aic::Pointer::parse(base::text_member(one, member)).tokens();
      if (!tokens.empty()) names.insert(tokens.front());
    }
  }
  return names;
}

// Every member that was there before, but for those that may have been removed.
bool shows_whole(const Json& answer, const Json& before, const std::set<std::string>& named) {
  if (!answer.is_object() || base::text_member(answer, "_id").empty()) return false;
  const auto members = before.items();
  return std::ranges::all_of(
      members, [&](const auto& item) { return named.contains(item.key()) || answer.contains(item.key()); });
}

// Throws where the object has another revision by now.
net::Task<> need_revision(aic::Tenant& tenant, base::Target object, std::string revision, aic::RequestOptions options) {
  const auto path = object.path();
  const auto now = co_await tenant.get(object.query("_fields", "_rev"), std::move(options));
  const auto current = now.revision();
  if (current == revision) co_return;
  Error error(Errc::conflict, fmt::format("{} is now at revision {}, not {}; nothing was written", path,
                                          current.empty() ? "(none)" : current, revision));
  error.detail = {{"currentRevision", current}};
  error.next = "Read the object again, then decide based on its current revision.";
  throw error;
}

}  // namespace

bool shows_operations(const Json& object, const Json& sent) {
  return std::ranges::all_of(sent, [&](const Json& one) {
    const auto kind = base::text_member(one, "operation");
    const Json* place = aic::find(object, aic::Pointer::parse(base::text_member(one, "field")));
    if (kind == "replace" || kind == "add") return place && base::same_value(*place, base::member(one, "value"));
    return kind == "remove" && !one.contains("value") && (!place || place->is_null());
  });
}

net::Task<aic::Attempt> patch_at(aic::Tenant& tenant, base::Target object, Json changes, std::string revision,
                                 aic::RequestOptions options, LookBefore look) {
  bool again = false;
  const auto send = [&](aic::Bearer bearer) -> net::Task<aic::Attempt> {
    if (look) {
      if (auto failure = co_await look(bearer)) co_return std::move(*failure);
    } else if (std::exchange(again, true)) {
      co_await need_revision(tenant, object, revision, options);
    }
    auto how = options;
    how.headers.emplace_back("If-Match", revision);
    how.bearer = std::move(bearer);
    co_return co_await aic::attempt(tenant.patch(object, changes, std::move(how)));
  };
  co_return co_await aic::until_done(tenant, options.scopes, send);
}

net::Task<Patched> compare_patched(aic::Tenant& tenant, base::Target object, Json before, Json sent, aic::Reply answer,
                                   aic::RequestOptions options) {
  Patched patched{.revision = answer.revision()};
  if (!before.is_object()) {
    patched.notes.emplace_back("What was stored before is not known, so that this result does not show what changed.");
    co_return patched;
  }
  const auto named = named_by(sent);
  if (!shows_whole(answer.body, before, named)) {
    auto now = co_await aic::read_back(tenant.get(std::move(object), std::move(options)));
    if (now.failed() || !now.reply().body.is_object()) {
      patched.notes.push_back(fmt::format(
          "The tenant's answer does not show the object, and it could not be read back{}, so that this result does not "
          "show what changed.",
          now.failed() ? ": " + now.error().message : ""));
      co_return patched;
    }
    answer = std::move(now.reply());
    if (patched.revision.empty()) patched.revision = answer.revision();
    if (patched.revision != answer.revision())
      patched.notes.emplace_back("Somebody else has changed the object since; changed shows that, too.");
  }
  std::vector<std::string> unseen;
  for (const auto& name : named) {
    if (!before.contains(name) && !answer.body.contains(name)) unseen.push_back(name);
  }
  if (!unseen.empty())
    patched.notes.push_back(fmt::format("The tenant does not show {} with the object, so that changed does not either.",
                                        fmt::join(unseen, ", ")));
  patched.changed = changes_between(before, answer.body);
  co_return patched;
}

net::Task<aic::Seen> see_patched(aic::Tenant& tenant, base::Target object, Json changes, std::string revision,
                                 aic::RequestOptions options) {
  auto now = co_await aic::read_back(tenant.get(std::move(object), std::move(options)));
  if (now.failed()) co_return aic::Seen{};
  aic::Seen seen{.now = std::move(now.reply())};
  if (seen.now.revision() == revision)
    seen.write = aic::Seen::Write::did_not_happen;
  else if (shows_operations(seen.now.body, changes))
    seen.write = aic::Seen::Write::happened;
  co_return seen;
}

namespace {

const std::vector<Tool> writing_tools{
    {
        .name = "createManagedObject",
        .title = "Add object",
        .description = "Creates an object and returns its id and revision. Never overwrites an existing object.",
        .scopes = {scope::idm},
        .hints = creates,
        .params = {object_type, object_data},
        .run = create_object,
        .check = check_new_object,
    },
    {
        .name = "patchManagedObject",
        .title = "Patch object",
        .description = "Changes properties of an object. Either all operations take effect or none. Refused if the "
                       "object has changed since revision was read.",
        .scopes = {scope::idm},
        .hints = overwrites,
        .params = {object_type, object_id, read_revision, operations},
        .run = patch_object,
        .check = check_operations,
    },
    {
        .name = "deleteManagedObject",
        .title = "Delete object",
        .description = "Deletes an object and all relationships to it. Returns the object without its relationships.",
        .scopes = {scope::idm},
        .hints = overwrites_idempotently,
        .params = {object_type, object_id, expected_revision},
        .run = delete_object,
    },
};

}  // namespace

std::span<const Tool> writing() {
  return writing_tools;
}

}  // namespace tools::managed_objects
