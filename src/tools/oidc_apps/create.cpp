// Creating OIDC applications: the OAuth 2.0 client first, then the application; what cannot be finished is taken back
// (R-OID-04, -05, -10, R-WRT-09 to -11).
#include "tools/kit/tool.h"
#include "tools/oidc_apps/writes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/document.h"
#include "aic/look_again.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "aic/steps.h"
#include "base/encoding.h"
#include "net/loop.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/outcome.h"
#include "tools/oidc_apps/allowed.h"
#include "tools/oidc_apps/client.h"

namespace tools::oidc_apps {

net::Task<aic::Attempt> read_client(Call& call, std::string realm_name, std::string id) {
  co_return co_await aic::attempt(call.tenant().get(aic::oauth2_client(realm_name, id), both_at_am()));
}

std::optional<base::Error> not_as_asked(const std::string& id, const Json& given, const Json& client) {
  const auto missing = oidc_client::not_shown(client, given);
  if (missing.empty()) return std::nullopt;
  base::Error error(base::Errc::partial, fmt::format("The tenant accepted the {} but stored something else: {}",
                                                     client_name(id), fmt::join(missing, ", ")));
  error.next = "Read it with getOidcApp and compare it with your request, then correct it with updateOidcApp.";
  return error;
}

net::Task<std::optional<base::Error>> check_client(Call& call, std::string realm_name, std::string id, Json given,
                                                   Json& shown) {
  if (!shown.is_object() || !oidc_client::not_shown(shown, given).empty()) {
    auto now = co_await aic::read_back(call.tenant().get(aic::oauth2_client(realm_name, id), both_at_am()));
    if (!now.failed()) shown = std::move(now.reply().body);
    if (!shown.is_object()) co_return std::nullopt;
  }
  co_return not_as_asked(id, given, shown);
}

namespace {

using base::Errc;
using base::Error;

const auto client_id = segment("clientId", "Id of the new OAuth 2.0 client.");
const auto owners = list_of("owners",
                            "Users who own the application, by user name or _id, e.g. "
                            "[\"jane.doe\"].",
                            any_value("", ""))
                        .at_least(1);

void check_owners(Checking& checking) {
  const auto given = checking.given(owners);
  const auto in_realm = checking.given(realm);
  if (!given || !in_realm) return;
  const auto prefix = fmt::format("managed/{}_user/", *in_realm);
  for (std::size_t i = 0; i < given->size(); ++i) {
    if ((*given)[i].is_string()) {
      const auto& name = (*given)[i].get_ref<const std::string&>();
      auto rule = name.empty() ? std::string("must be a user name or _id") : syntax::filter_text.violation(name);
      if (name.find('/') != std::string::npos) rule = "must be a user name or _id, without a path";
      if (!rule.empty()) checking.refuse(fmt::format("owners[{}]", i), std::move(rule));
      continue;
    }
    const auto reference = base::text_member((*given)[i], "_ref");
    const bool fits = reference.starts_with(prefix) && base::segment_violation(reference.substr(prefix.size())).empty();
    if (!fits) checking.refuse(fmt::format("owners[{}]._ref", i), fmt::format("must be {}<id>", prefix));
  }
}

}  // namespace

void check_settings(Checking& checking, const Json& settings) {
  if (auto faults = oidc_client::kind_faults(settings, client_settings.name()); !faults.empty())
    return checking.refuse(std::move(faults));
  if (auto violation = oidc_client::redirect_violation(settings))
    checking.refuse("oauth2Client.coreOAuth2ClientConfig", std::move(*violation));
}

namespace {

void check_creation(Checking& checking) {
  check_owners(checking);
  const auto settings = checking.given(client_settings);
  if (!settings) return;
  check_settings(checking, *settings);
}

Error no_single_owner(const std::string& realm_name, const std::string& owner, std::size_t found) {
  const auto name = base::printable(owner, 200);
  Error error(
      found == 0 ? Errc::not_found : Errc::conflict,
      found == 0
          ? fmt::format("There is no user with name or id \"{}\" in {}; nothing was written", name, realm_name)
          : fmt::format("{} users of {} have the name or id \"{}\"; nothing was written", found, realm_name, name));
  error.next =
      fmt::format("Find the user with queryManagedObjects of type {}_user, then call again with the _id.", realm_name);
  return error;
}

// The owners as references. Those given by name or id are looked up, before anything is written.
net::Task<Json> find_owners(Call& call, std::string realm_name, std::vector<Json> given) {
  std::vector<Ask> asks;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!given[i].is_string()) continue;
    const auto name = base::filter_literal(given[i].get<std::string>());
    asks.emplace_back([&call, &realm_name, name] {
      return aic::get_whole(call.tenant(), aic::managed(realm_name + "_user"),
                            {.filter = fmt::format("_id eq {0} or userName eq {0}", name), .fields = "_id"}, both());
    });
    asked.push_back(i);
  }
  auto answers = co_await ask_all(call, "owners", std::move(asks));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (const auto& error = answers[i].error) throw *error;
    Json& owner = given[asked[i]];
    const Json& found = base::member(answers[i].body, "result");
    if (found.size() != 1) throw no_single_owner(realm_name, owner.get<std::string>(), found.size());
    owner = {{"_ref", fmt::format("managed/{}_user/{}", realm_name, base::text_member(found[0], "_id"))}};
  }
  co_return Json(std::move(given));
}

// A creation under way.
struct NewApp {
  Call& call;
  std::string realm, name, client;
  Json owners, settings;
  aic::Steps steps;
  bool made_client = false;   // by this call, seen as 201
  std::string revision = {};  // of the client as it was made
  std::vector<std::string> notes = {};
  Json sent_application = nullptr;
};

// The creation of the client got no proper answer. Whether a client that is there now is this call's cannot be told.
net::Task<Error> unclear_client(NewApp& app, Error failure) {
  const auto now =
      co_await aic::read_back(app.call.tenant().get(aic::oauth2_client(app.realm, app.client), both_at_am()));
  if (now.is_missing()) co_return aic::not_happened(std::move(failure));
  failure.code = Errc::outcome_unknown;
  failure.message += now.failed()
                         ? "; it could not be read back"
                         : fmt::format("; the {} exists now, perhaps created by this call", client_name(app.client));
  failure.message += "; the application was not created";
  failure.next = fmt::format(
      "Check whose client {} is before you call again. If it is yours, link it with createManagedObject of type {} "
      "with name, owners and ssoEntities {{\"oidcId\":\"{}\"}}.",
      app.client, type_of(app.realm), app.client);
  co_return failure;
}

Error client_exists(const NewApp& app) {
  Error error(Errc::conflict,
              fmt::format("An {} already exists in {}; nothing was written", client_name(app.client), app.realm));
  error.next = "Choose another clientId, or change the existing one with updateOidcApp.";
  return error;
}

net::Task<> take_owners(NewApp& app) {
  app.owners = co_await find_owners(app.call, app.realm, app.call[owners]);
}

net::Task<> need_free_name(NewApp& app) {
  const auto twins = co_await find_all(app.call, app.realm, app.name, "_id,name");
  if (twins.empty()) co_return;
  Error error(Errc::conflict,
              fmt::format("An application \"{}\" already exists in {}; nothing was written", app.name, app.realm));
  error.detail = {{"_id", base::member(twins.front(), "_id")}};
  error.next = "Change it with updateOidcApp, or choose another name.";
  throw error;
}

net::Task<> need_free_client(NewApp& app) {
  const auto there = co_await read_client(app.call, app.realm, app.client);
  if (!there.failed()) throw client_exists(app);
  if (!there.is_missing()) throw there.error();
}

// Looks whether both names are free, and at what the application rests on besides.
net::Task<> look(NewApp& app) {
  std::vector<net::Task<>> looks;
  looks.push_back(need_allowed_values(app.call, app.settings));
  looks.push_back(take_owners(app));
  looks.push_back(need_free_name(app));
  looks.push_back(need_free_client(app));
  co_await net::all(std::move(looks));
}

// Looks, then sends the client: not every tenant heeds If-None-Match (R-WRT-15).
net::Task<aic::Attempt> put_new_client(NewApp& app, aic::Bearer bearer) {
  const auto waits = app.call.tenant().waits();
  co_await look(app);
  aic::need_no_wait(app.call.tenant(), waits);
  auto options = both_at_am();
  options.headers.emplace_back("If-None-Match", "*");
  options.bearer = std::move(bearer);
  co_return co_await aic::attempt(app.call.tenant().put(aic::oauth2_client(app.realm, app.client),
                                                        oidc_client::new_client(app.settings, app.name), options));
}

net::Task<Json> put_client(NewApp& app) {
  auto made = co_await aic::until_done(app.call.tenant(), both().scopes,
                                       [&](aic::Bearer bearer) { return put_new_client(app, std::move(bearer)); });
  if (made.is_open()) throw co_await unclear_client(app, made.error());
  if (made.failed() && made.error().code == Errc::conflict) {
    const auto exists = client_exists(app);
    made.error().message = exists.message;
    made.error().next = exists.next;
  }
  auto& reply = made.value();
  app.made_client = reply.status == 201;
  app.revision = reply.revision();
  if (!app.made_client)
    app.notes.push_back(
        fmt::format("The tenant answered {} instead of 201: the client may have existed before.", reply.status));
  app.steps.done();
  co_return std::move(reply.body);
}

// Removes the client unless somebody changed it since its creation. Tells why it is still there.
net::Task<std::optional<Error>> remove_again(NewApp& app) {
  try {
    auto client = co_await aic::open(app.call.tenant(), {.title = "the " + client_name(app.client),
                                                         .target = aic::oauth2_client(app.realm, app.client),
                                                         .read = both_at_am(),
                                                         .write = both_at_am(),
                                                         .may_be_absent = true});
    if (client.current().is_null()) co_return std::nullopt;
    if (!app.revision.empty() && client.revision() != app.revision)
      co_return Error(Errc::conflict, "somebody else changed it in the meantime");
    auto gone = co_await client.remove();
    if (gone.answer.failed() && !gone.found_gone && !gone.answer.is_missing()) co_return gone.answer.error();
    co_return std::nullopt;
  } catch (const Error& error) {
    co_return error;
  }
}

// Takes the client back that the application did not follow (R-OID-05).
net::Task<Error> roll_back(NewApp& app, Error cause) {
  const auto left_over = fmt::format(
      "Use another clientId, or delete the {} in the tenant's administration; it is left over, without an application.",
      client_name(app.client));
  if (!app.made_client)
    co_return app.steps.stopped(std::move(cause),
                                fmt::format("Check the {} before you do anything else. It was written and not removed, "
                                            "because it may have existed before and may belong to another application.",
                                            client_name(app.client)));
  if (const auto failure = co_await remove_again(app)) {
    if (failure->may_have_happened) {
      cause.message += fmt::format("; it is not known whether the {} was removed again: {}", client_name(app.client),
                                   failure->message);
      co_return app.steps.stopped(
          std::move(cause),
          fmt::format("Check whether the {} still exists before you call again; it has no application.",
                      client_name(app.client)));
    }
    cause.message += fmt::format("; removing the {} again also failed: {}", client_name(app.client), failure->message);
    co_return app.steps.stopped(std::move(cause), left_over);
  }
  app.steps.undone();
  cause.message += fmt::format("; the {}, which this call created, was removed again", client_name(app.client));
  co_return cause;
}

// After a creation without a proper answer. An application of this name that is not as asked is somebody else's, or
// this call's own that somebody changed.
net::Task<aic::Seen> look_for_application(NewApp& app, Json body) {
  std::vector<Json> found;
  try {
    found = co_await find_all(app.call, app.realm, app.name, "*");
  } catch (const Error&) {
    // The first failure says more than that of the second look.
    co_return aic::Seen{.write = aic::Seen::Write::pending,
                        .next = fmt::format("Check with getOidcApp whether the application exists before you do "
                                            "anything else. The {} stays until then.",
                                            client_name(app.client))};
  }
  if (found.empty()) co_return aic::Seen{.write = aic::Seen::Write::did_not_happen};
  const auto is_own = [&](const Json& one) {
    return std::ranges::all_of(body.items(), [&](const auto& member) {
      return member.key() == "owners" || base::same_value(base::member(one, member.key()), member.value());
    });
  };
  const auto own = std::ranges::find_if(found, is_own);
  if (own != found.end())
    co_return aic::Seen{.write = aic::Seen::Write::happened, .now = {.status = 200, .body = std::move(*own)}};
  Json ids = Json::array();
  for (const Json& one : found) ids.push_back(base::member(one, "_id"));
  co_return aic::Seen{
      .known = fmt::format("an application {} exists, but not as requested", app.name),
      .detail = {{"ids", std::move(ids)}},
      .next = fmt::format("Find out whose application it is before you do anything else. The {} stays until then.",
                          client_name(app.client))};
}

// What the creation of the application came to. Where there is none, the client is taken back; where that cannot be
// told, it stays.
net::Task<aic::Settled> send_application(NewApp& app, const Json& body) {
  std::optional<Error> failure;
  try {
    auto made = co_await aic::settle(co_await aic::attempt(app.call.tenant().post(
                                         aic::managed(type_of(app.realm)).query("_action", "create"), body, both())),
                                     [&] { return look_for_application(app, body); });
    if (!made.answer.failed()) co_return made;
    failure = std::move(made.answer.error());
  } catch (const Error& error) {
    failure = error;
  }
  if (failure->may_have_happened) {
    auto next = failure->next;
    throw app.steps.stopped(std::move(*failure), std::move(next));
  }
  throw co_await roll_back(app, std::move(*failure));
}

net::Task<Json> post_application(NewApp& app) {
  const Json body{{"name", app.name},
                  {"owners", app.owners},
                  {"ssoEntities", {{"oidcId", app.client}}},
                  {"templateName", "custom"},
                  {"templateVersion", "1.0"}};
  app.sent_application = body;
  auto [made, lost] = co_await send_application(app, body);
  app.steps.done();
  if (lost) app.notes.push_back(aic::found_after_all(*lost));
  if (made.reply().body.is_object()) co_return std::move(made.reply().body);
  app.notes.emplace_back("The application was created; the tenant's answer contains its id, but not the application.");
  co_return Json{{"_id", aic::made_id(made.reply())}, {"name", app.name}};
}

net::Task<Result> create_app(Call& call) {
  NewApp app{.call = call,
             .realm = call[realm],
             .name = call[app_name],
             .client = call[client_id],
             .owners = nullptr,
             .settings = call[client_settings].value_or(Json::object()),
             .steps = aic::Steps({client_name(call[client_id]), application_name(call[app_name])})};
  auto client = co_await put_client(app);
  auto application = co_await post_application(app);
  if (auto problem = co_await check_client(call, app.realm, app.client, app.settings, client)) {
    problem->done = {client_name(app.client), application_name(app.name)};
    throw std::move(*problem);
  }
  Outcome made_client{.id = base::text_member(client, "_id", app.client)};
  made_client.revision = base::text_member(client, "_rev", app.revision);
  Outcome made_application{.id = base::text_member(application, "_id"), .about = {{"name", app.name}}};
  made_application.revision = base::text_member(application, "_rev");
  // Relationships are never shown with the object, and the id stands above.
  app.sent_application.erase("owners");
  application.erase("_id");
  if (application.size() > 1) made_application.set_by_tenant = stored_otherwise(app.sent_application, application);
  made_client.message =
      fmt::format("The {} was created. getOidcApp returns all its settings.", client_name(app.client));
  made_application.message = fmt::format("The {} was created.", application_name(app.name));
  auto result = told({{"oauth2Client", std::move(made_client)}, {"managedApplication", std::move(made_application)}});
  result.notes.insert(result.notes.begin(), app.notes.begin(), app.notes.end());
  co_return result;
}

const std::vector<Tool> creation_tools{
    {
        .name = "createOidcApp",
        .title = "Add OIDC app",
        .description =
            "Creates an OAuth 2.0 client and the application that is linked to it. Never overwrites existing "
            "ones. If the "
            "application cannot be created, the new client is removed again.",
        .scopes = {scope::am, scope::idm},
        .hints = creates,
        .params = {realm, app_name, client_id, owners,
                   client_settings.described(
                       "Settings by section as plain values, e.g. {\"coreOAuth2ClientConfig\": {\"redirectionUris\": "
                       "[\"https://app.example/callback\"]}}. getOidcAppSchema lists them and shows a public client. "
                       "Redirect URIs must be absolute, without a fragment.")},
        .run = create_app,
        .check = check_creation,
    },
};

}  // namespace

std::span<const Tool> creation() {
  return creation_tools;
}

}  // namespace tools::oidc_apps
