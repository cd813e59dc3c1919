// CORS policies of the tenant: which web pages' scripts may call it and read its answers (R-COR-01 to -07).
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/document.h"
#include "aic/paths.h"
#include "tools/cors/rules.h"
#include "tools/kit/outcome.h"
#include "tools/kit/tool.h"

namespace tools::cors {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view at_once = "this takes effect at once for the whole tenant";

const auto policy_id = segment("policyId", "_id of the policy. listCorsPolicies shows it.");
const auto new_policy_id = segment("policyId", "_id of the new policy. Default: made by the tenant.").optional();
const auto origins =
    list_of("acceptedOrigins",
            "Origins of the web pages that may call the tenant, e.g. https://app.example:8443, or * for all.",
            text().in_form(syntax::origin))
        .optional();
const auto methods = list_of("acceptedMethods", "HTTP methods that these pages may use, e.g. GET, POST.",
                             text().in_form(syntax::http_token))
                         .optional();
const auto headers =
    list_of("acceptedHeaders", "Request headers that these pages may send.", text().in_form(syntax::http_token))
        .optional();
const auto exposed =
    list_of("exposedHeaders", "Response headers that these pages may read.", text().in_form(syntax::http_token))
        .optional();
const auto max_age =
    integer("maxAge", "Time that a browser may cache the permission, in seconds.").at_least(0).optional();
const auto credentials =
    boolean("allowCredentials", "Allow requests with cookies. Must not be true together with origin *.").optional();
const auto enabled = boolean("enabled", "Whether the policy is in effect.").optional();
const auto expected_revision = revision("revision", "Change the policy only if it still has this _rev.").optional();

// The settings among the arguments, in their order on the wire; `read` gives an argument's value.
template <typename Read>
Json given_settings(const Read& read) {
  Json settings = Json::object();
  const auto add = [&](const auto& field) {
    if (const auto value = read(field)) settings[field.name()] = *value;
  };
  add(origins);
  add(methods);
  add(headers);
  add(exposed);
  add(max_age);
  add(credentials);
  add(enabled);
  return settings;
}

Json given_settings(const Call& call) {
  return given_settings([&](const auto& field) { return call[field]; });
}

Json given_settings(const Checking& checking) {
  return given_settings([&](const auto& field) { return checking.given(field); });
}

void check_settings(Checking& checking) {
  const auto settings = given_settings(checking);
  for (const auto& [name, setting] : settings.items()) {
    if (!setting.is_array()) continue;
    if (const auto twice = repeated_entry(name, setting))
      checking.refuse(name, "must not contain duplicates", short_form(*twice));
  }
  if (opens_to_all(settings)) checking.refuse("allowCredentials", "must not be true together with origin *");
}

void check_update(Checking& checking) {
  check_settings(checking);
  if (given_settings(checking).empty() && !checking.has_refused())
    checking.refuse("arguments", fmt::format("must contain at least one of {}", fmt::join(setting_names, ", ")));
}

const aic::RequestOptions& options() {
  static const aic::RequestOptions all{.scopes = {scope::am}, .headers = aic::cors_headers()};
  return all;
}

aic::Document document_of(const std::string& id, bool may_be_absent = false) {
  return {.title = "the CORS policy " + id,
          .target = aic::cors_policy(id),
          .read = options(),
          .write = options(),
          .may_be_absent = may_be_absent};
}

// Names what is missing where there is no such policy.
net::Task<aic::OpenDocument> open_policy(Call& call, std::string id) {
  try {
    co_return co_await aic::open(call.tenant(), document_of(id));
  } catch (Error& error) {
    if (aic::says_missing(error)) {
      error.message = fmt::format("There is no CORS policy {}", id);
      error.next = "Find the policy's id with listCorsPolicies.";
    }
    throw;
  }
}

net::Task<Result> list_policies(Call& call) {
  auto reply = co_await call.tenant().get(aic::cors_policies().query("_queryFilter", "true"), options());
  aic::need_content(aic::cors_policies().path(), reply.body, "result", "_id");
  auto result = done(std::move(reply.body));
  result.trims = {cut_list("/result", "_id", "call getCorsPolicy with the id as \"policyId\"")};
  co_return result;
}

net::Task<Result> get_policy(Call& call) {
  const auto policy = co_await open_policy(call, call[policy_id]);
  co_return done(policy.current());
}

Error exists_already(const std::string& id, const Json& policy) {
  Error error(Errc::conflict, fmt::format("The CORS policy {} already exists; nothing was written", id));
  error.detail = {{"policy", policy}};
  error.next = "Change it with updateCorsPolicy, or choose another policyId.";
  return error;
}

// Says where the policy as stored is not the one that was asked for (R-WRT-07).
std::optional<Error> check_stored(const Json& wanted, const Json& stored) {
  const auto other = differing(wanted, stored, true);
  if (other.empty()) return std::nullopt;
  Error error(Errc::partial, fmt::format("The tenant accepted the policy but stored something else: {}", other));
  error.detail = {{"policy", stored}};
  error.next = "Compare the stored policy with your request, then correct it with updateCorsPolicy.";
  return error;
}

// After a creation that may have happened: the policy, which only its id tells.
net::Task<aic::Seen> look_for_created(Call& call, std::string id, Json wanted) {
  aic::Seen seen{.next = "Check with listCorsPolicies whether the policy exists before you call again."};
  if (id.empty()) co_return seen;
  auto now = co_await aic::read_back(call.tenant().get(aic::cors_policy(id), options()));
  if (now.is_missing()) seen.write = aic::Seen::Write::did_not_happen;
  if (now.failed()) co_return seen;
  seen.now = std::move(now.reply());
  if (const auto other = differing(wanted, seen.now.body, true); !other.empty()) {
    seen.known = fmt::format("the policy {} exists, but not as requested: {}", id, other);
    seen.detail = {{"policy", seen.now.body}};
    seen.next = "Find out whose policy it is before you call again, or choose another policyId.";
  } else {
    seen.write = aic::Seen::Write::happened;
  }
  co_return seen;
}

net::Task<aic::Attempt> send_policy(Call& call, Json body, aic::Bearer bearer) {
  auto how = options();
  how.bearer = std::move(bearer);
  co_return co_await aic::attempt(
      call.tenant().post(aic::cors_policies().query("_action", "create"), std::move(body), std::move(how)));
}

// `place` is where it will stand, found empty; nothing where the tenant chooses it.
net::Task<aic::Reply> post_policy(Call& call, std::string id, aic::OpenDocument* place, Json settings,
                                  std::vector<std::string>& notes) {
  Json body = settings;
  if (place) body["_id"] = id;
  auto sent = place ? co_await place->rest_on([&](aic::Bearer bearer) { return send_policy(call, body, bearer); },
                                              [&](const Json& policy) { throw exists_already(id, policy); })
                    : co_await send_policy(call, body, nullptr);
  auto [made, lost] = co_await aic::settle(std::move(sent), [&] { return look_for_created(call, id, settings); });
  if (lost) notes.push_back(aic::found_after_all(*lost));
  co_return std::move(made.value());
}

net::Task<Result> create_policy(Call& call) {
  auto id = call[new_policy_id].value_or("");
  const auto settings = given_settings(call);
  std::optional<aic::OpenDocument> place;  // keeps other calls from making the same policy
  if (!id.empty()) place.emplace(co_await aic::open(call.tenant(), document_of(id, true)));
  if (place && !place->current().is_null()) throw exists_already(id, place->current());

  std::vector<std::string> notes;
  auto reply = co_await post_policy(call, id, place ? &*place : nullptr, settings, notes);
  if (const auto made = aic::made_id(reply); !made.empty()) id = made;
  if (!differing(settings, reply.body, true).empty() && !id.empty() && base::segment_violation(id).empty()) {
    auto stored = co_await aic::read_back(call.tenant().get(aic::cors_policy(id), options()));
    if (!stored.failed()) reply = std::move(stored.reply());
  }
  if (settings_of(reply.body).empty()) {
    notes.emplace_back("The policy was created, but its settings could not be read back.");
  } else if (auto problem = check_stored(settings, reply.body)) {
    problem->done = Json::array({"CORS policy " + id + " created"});
    throw std::move(*problem);
  }
  if (id.empty()) notes.emplace_back("The tenant did not return the policy's id; listCorsPolicies shows it.");
  Outcome outcome{.message = fmt::format("The CORS policy was created; {}.", at_once), .id = id};
  outcome.revision = reply.revision();
  if (const Json stored = settings_of(reply.body); !stored.empty())
    outcome.set_by_tenant = stored_otherwise(settings, stored);
  outcome.notes = std::move(notes);
  co_return told(std::move(outcome));
}

// The policy with the given settings in place of its own; what is sent holds the seven settings and nothing else.
std::optional<aic::Edit> with_settings(const Json& policy, const Json& given) {
  Json merged = settings_of(policy);
  const Json before = merged;
  merged.update(given);
  aic::Edit edit{.after = policy, .body = Json::object()};
  std::vector<std::string_view> missing;
  for (const auto name : setting_names) {
    if (!merged.contains(name))
      missing.push_back(name);
    else
      edit.body[std::string(name)] = merged[name];
  }
  if (!missing.empty()) {
    Error error(Errc::invalid_request,
                fmt::format("The stored policy has no {}; nothing was written", fmt::join(missing, ", ")));
    error.next = "Call again and include these settings.";
    throw error;
  }
  if (opens_to_all(merged)) {
    Error error(Errc::invalid_request,
                "With this change, the policy would combine origin * with allowCredentials; nothing was written");
    error.detail = {{"settings", before}};
    error.next = "Set allowCredentials to false, or leave * out of acceptedOrigins.";
    throw error;
  }
  if (differing(before, merged, false).empty()) return std::nullopt;
  edit.after.update(edit.body);
  return edit;
}

net::Task<Result> update_policy(Call& call) {
  const auto id = call[policy_id];
  const auto given = given_settings(call);
  auto policy = co_await open_policy(call, id);
  const auto written = co_await policy.save(
      [&](const Json& current) { return with_settings(current, given); },
      telling([](const Json&, const Json& wanted, const Json& stored) { return check_stored(wanted, stored); }),
      call[expected_revision].value_or(""));
  const auto message = written.changed
                           ? fmt::format("The CORS policy {} was changed; {}.", id, at_once)
                           : fmt::format("The CORS policy {} already has these settings; nothing was written.", id);
  co_return told({.message = message,
                  .id = id,
                  .revision = written.revision,
                  .changed = changes_between(written.before, written.after),
                  .notes = written.notes,
                  .read_with = "getCorsPolicy returns the policy"});
}

net::Task<Result> delete_policy(Call& call) {
  const auto id = call[policy_id];
  auto policy = co_await open_policy(call, id);
  auto gone = co_await policy.remove();
  std::vector<std::string> notes;
  if (gone.found_gone) {
    notes.push_back(aic::found_after_all(gone.answer.error()));
  } else {
    gone.answer.value();
  }
  Json deleted{{"policyId", id}};
  deleted.update(settings_of(policy.current()));
  co_return told({.message = fmt::format(
                      "The CORS policy {} was deleted; {}. createCorsPolicy can restore it from deleted.", id, at_once),
                  .id = id,
                  .deleted = std::move(deleted),
                  .notes = std::move(notes)});
}

// The seven settings behind the others, each of them required or none.
std::vector<Param> with_settings(std::vector<Param> params, bool required) {
  for (const Param& setting : {origins.param(), methods.param(), headers.param(), exposed.param(), max_age.param(),
                               credentials.param(), enabled.param()}) {
    params.push_back(setting);
    params.back().required = required;
  }
  return params;
}

const std::vector<Tool> family{
    {
        .name = "listCorsPolicies",
        .title = "List CORS policies",
        .description = "Lists the CORS policies of the tenant, which decide which web pages may call it. All policies "
                       "apply together.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {},
        .run = list_policies,
    },
    {
        .name = "getCorsPolicy",
        .title = "Read CORS policy",
        .description = "Returns one CORS policy with its _rev.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {policy_id},
        .run = get_policy,
    },
    {
        .name = "createCorsPolicy",
        .title = "Add CORS policy",
        .description = "Creates a CORS policy. It takes effect at once for the whole tenant. Never overwrites an "
                       "existing policy. Lists must not contain duplicates.",
        .scopes = {scope::am},
        .hints = creates,
        .params = with_settings({new_policy_id}, true),
        .run = create_policy,
        .check = check_settings,
    },
    {
        .name = "updateCorsPolicy",
        .title = "Edit CORS policy",
        .description =
            "Replaces the given settings of a CORS policy. At least one is required; a given list replaces the "
            "stored list. Takes effect at once for the whole tenant. Lists must not contain duplicates.",
        .scopes = {scope::am},
        .hints = overwrites_idempotently,
        .params = with_settings({policy_id, expected_revision}, false),
        .run = update_policy,
        .check = check_update,
    },
    {
        .name = "deleteCorsPolicy",
        .title = "Delete CORS policy",
        .description = "Deletes a CORS policy and returns its settings. Takes effect at once for the whole tenant.",
        .scopes = {scope::am},
        .hints = overwrites_idempotently,
        .params = {policy_id},
        .run = delete_policy,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::cors
