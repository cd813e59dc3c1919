// OIDC applications: listing and reading them, and what their settings look like (R-OID-01 to -03).
#include "tools/oidc_apps/oidc_apps.h"
#include "tools/kit/requests.h"
#include "tools/oidc_apps/allowed.h"
#include "tools/scripts/names.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/kit/fan_out.h"
#include "tools/managed/config.h"

namespace tools::oidc_apps {
namespace {

using base::Error;

constexpr std::string_view listed_fields = "name,ssoEntities,templateName,authoritative,_id";

const auto query_filter =
    text("queryFilter", "CREST filter, e.g. name sw \"a\". Default: all applications.").at_most(2000).optional();
const auto page_size = integer("pageSize", "Applications per page.").between(1, 250).by_default(100);
const auto include_all = boolean("includeAll", "Also list applications without an OAuth 2.0 client.").by_default(false);

const auto summary =
    boolean("summary",
            "Return only the title, type and allowed values (enum) of each setting. false returns whole schemas.")
        .by_default(true);
const auto sections =
    list_of("sections", "Sections of the client's settings to return, e.g. coreOAuth2ClientConfig. Default: all.",
            text())
        .optional();
const auto include_defaults =
    boolean("includeDefaults", "Also return the default values. Only with summary false.").by_default(false);

void explain_bad_filter(Error& error) {
  if (error.status != 400) return;
  error.message = "The tenant could not parse the query (queryFilter or pagedResultsCookie)";
  error.next =
      "Correct the query: put strings in double quotes and property names without quotes, e.g. name co \"shop\".";
}

net::Task<Result> list_apps(Call& call) {
  const auto filter = call[query_filter].value_or("");
  auto target = aic::managed(type_of(call[realm]));
  target.query_component("_queryFilter", filter.empty() ? "true" : filter).query_component("_fields", listed_fields);
  target.query("_pageSize", std::to_string(call[page_size]));
  if (const auto page = call[cookie].value_or(""); !page.empty())
    target.query("_pagedResultsCookie", aic::plain_cookie(page));
  auto page = co_await aic::attempt(call.tenant().get(std::move(target), idm_request()));
  if (page.failed()) explain_bad_filter(page.error());
  aic::need_content(aic::managed(type_of(call[realm])).path(), page.value().body, "result", "_id");

  auto result = done(std::move(page.value().body));
  result.trims = {cut_page("/result", "pageSize")};
  const Json& all = base::member(result.value, "result");
  if (call[include_all]) co_return result;
  Json linked = Json::array();
  for (const Json& app : all) {
    if (!linked_client(app).empty()) linked.push_back(app);
  }
  if (const auto others = all.size() - linked.size(); others > 0) {
    result.notes.push_back(
        fmt::format("{} without an OAuth 2.0 client left out of this page; includeAll: true lists all.",
                    others == 1 ? "One application" : fmt::format("{} applications", others)));
    result.value["resultCount"] = linked.size();
    result.value["result"] = std::move(linked);
  }
  co_return result;
}

using LinkedClient = std::variant<aic::Reply, Error>;

net::Task<LinkedClient> read_client(Call& call, const std::string& id) {
  if (const auto violation = base::segment_violation(id); !violation.empty()) {
    Error error(base::Errc::not_available,
                fmt::format("The id of the linked OAuth 2.0 client cannot be used in a URL: it {}", violation));
    error.next = "Correct ssoEntities.oidcId of the application in the tenant's administration.";
    co_return LinkedClient{std::move(error)};
  }
  const auto target = aic::oauth2_client(call[realm], id);
  auto client = co_await aic::attempt(call.tenant().get(target, both_at_am()));
  if (client.failed()) co_return LinkedClient{client.error()};
  if (auto missing = aic::missing_content(target.path(), client.reply().body)) {
    co_return LinkedClient{std::move(*missing)};
  }
  co_return LinkedClient{std::move(client.reply())};
}

// What became of the client: it, or why there is none. Throws what is no plain absence, with the application in it
// (R-OID-03).
net::Task<Result> with_client(Call& call, Application app) {
  Json shown{{"oauth2Client", nullptr}, {"managedApplication", app.object}};
  if (app.client_id.empty()) {
    shown["reason"] = "The application has no linked OAuth 2.0 client (ssoEntities.oidcId).";
    co_return done(std::move(shown));
  }
  auto client = co_await read_client(call, app.client_id);
  if (auto* reply = std::get_if<aic::Reply>(&client)) {
    std::vector<std::string> notes;
    Json names = co_await scripts::names_of(call, call[realm], scripts::ids_in(reply->body), notes);
    shown["oauth2Client"] = std::move(reply->body);
    if (!names.empty()) shown["scriptNames"] = std::move(names);
    co_return done(std::move(shown), std::move(notes));
  }
  auto& failure = std::get<Error>(client);
  if (aic::says_missing(failure)) {
    shown["reason"] =
        fmt::format("The linked OAuth 2.0 client {} does not exist.", base::printable(app.client_id, 200));
    co_return done(std::move(shown));
  }
  failure.detail = {{"managedApplication", app.object}, {"tenantDetail", failure.detail}};
  if (failure.detail["tenantDetail"].is_null()) failure.detail.erase("tenantDetail");
  co_return failed(std::move(failure));
}

net::Task<Result> get_app(Call& call) {
  auto app = co_await find_one(call, call[realm], call[app_name], "*");
  co_return co_await with_client(call, std::move(app));
}

// {title, type, enum} of one client setting, whether its value is wrapped or not.
Json summarise_setting(const Json& setting) {
  const Json& value = base::member(base::member(setting, "properties"), "value");
  Json line = Json::object();
  for (const auto* member : {"title", "type", "enum"}) {
    const bool in_value = std::string_view(member) != "title" && !base::member(value, member).is_null();
    const Json& found = base::member(in_value ? value : setting, member);
    if (!found.is_null()) line[member] = found;
  }
  const Json& items = base::member(base::member(value.is_null() ? setting : value, "items"), "enum");
  if (!items.is_null()) line["items"] = {{"enum", items}};
  return line;
}

Json summarise_client(const Json& schema) {
  Json lines = Json::object();
  const Json& all = base::member(schema, "properties");
  if (!all.is_object()) return lines;
  for (const auto& [section, content] : all.items()) {
    Json& line = lines[section] = Json::object();
    const Json& settings = base::member(content, "properties");
    if (!settings.is_object()) continue;
    for (const auto& [setting, one] : settings.items()) line[setting] = summarise_setting(one);
  }
  return lines;
}

// Keeps the named sections; the names that are none come back.
std::vector<std::string> select_sections(Json& schema, const std::vector<std::string>& names) {
  std::vector<std::string> unknown;
  const Json all = base::member(schema, "properties");
  if (names.empty() || !all.is_object()) return unknown;
  Json selected = Json::object();
  for (const auto& section : names) {
    if (all.contains(section))
      selected[section] = all[section];
    else
      unknown.push_back(base::printable(section, 100));
  }
  schema["properties"] = std::move(selected);
  return unknown;
}

// The application's own settings; null when the tenant has no such type.
Json application_schema(const Json& config, const std::string& realm_name, bool in_short) {
  const Json& definition = managed::definition_of(config, type_of(realm_name));
  if (definition.is_null()) return nullptr;
  const Json& schema = base::member(definition, "schema");
  Json properties = base::member(schema, "properties").is_object() ? schema["properties"] : Json::object();
  properties.erase("ssoEntities");
  const Json required = base::member(schema, "required").is_array() ? schema["required"] : Json::array();
  if (!in_short) return {{"properties", std::move(properties)}, {"required", required}};
  for (auto& [property, content] : properties.items()) {
    const bool is_required = base::lists_text(required, property);
    content = Json{{"type", base::member(content, "type")}, {"required", is_required}};
  }
  return properties;
}

// How createOidcApp and updateOidcApp want what the schemas describe.
Json how_to_send() {
  return {{"oauth2Client", {{"coreOAuth2ClientConfig", {{"scopes", {"openid"}}}}}},
          {"publicClient",
           {{"coreOAuth2ClientConfig",
             {{"clientType", "Public"},
              {"redirectionUris", {"https://app.example/callback"}},
              {"scopes", {"openid", "profile"}}}},
            {"advancedOAuth2ClientConfig",
             {{"tokenEndpointAuthMethod", "none"},
              {"grantTypes", {"authorization_code", "refresh_token"}},
              {"responseTypes", {"code"}}}}}},
          {"owners", {"user name or _id"}}};
}

std::vector<Ask> schema_asks(Call& call, bool with_defaults) {
  std::vector<Ask> asks{schema_ask(call, "schema"),
                        [&call] { return call.tenant().get(aic::managed_config(), both()); }, provider_ask(call)};
  if (with_defaults) asks.push_back(schema_ask(call, "template"));
  return asks;
}

void tell_allowed_values(Result& result, const Answer& client_schema, const Answer& provider) {
  Json& allowed = result.value["allowedValues"] = told_values(client_schema.body, provider.body);
  auto usual = add_usual_values(allowed);
  std::erase(usual, "tokenEndpointAuthMethod");  // the same in every realm
  result.notes.emplace_back(
      "Send plain values, as \"send\" shows. An entry of responseTypes is one of the allowed values, or several with a "
      "blank between them.");
  if (!usual.empty())
    result.notes.push_back(
        fmt::format("The {} that the realm allows could not be read{}; those shown are the vendor's.",
                    fmt::join(usual, " and "), provider.error ? fmt::format(" ({})", provider.error->message) : ""));
}

net::Task<Result> get_schema(Call& call) {
  const bool in_short = call[summary];
  const bool with_defaults = !in_short && call[include_defaults];
  auto answers = co_await ask_all(call, "schemas", schema_asks(call, with_defaults));
  for (Answer& answer : answers) need_body(answer, "the schemas");
  const Answer& managed_config = answers.at(1);
  const Answer& provider = answers.at(2);
  const bool none = answers.front().error && managed_config.error;
  if (const auto& error = answers.front().error; error && none) throw *error;

  auto result = done({{"oauth2Client", Json::object()}, {"managedApplication", Json::object()}});
  const auto put = [&](const char* half, const char* part, const Answer& answer, auto&& make) {
    if (answer.error)
      result.value["errors"][half][part] = failed_entry(*answer.error);
    else
      result.value[half][part] = make(answer.body);
  };
  put("oauth2Client", "schema", answers.front(), [&](Json schema) {
    const auto unknown = select_sections(schema, call[sections].value_or(std::vector<std::string>{}));
    if (!unknown.empty()) result.notes.push_back(fmt::format("No such section: {}.", fmt::join(unknown, ", ")));
    return in_short ? summarise_client(schema) : schema;
  });
  if (with_defaults) put("oauth2Client", "template", answers.at(3), [](const Json& body) { return body; });
  put("managedApplication", "schema", managed_config,
      [&](const Json& config) { return application_schema(config, call[realm], in_short); });
  result.value["managedApplication"]["required"] = {"name", "owners"};
  result.value["send"] = how_to_send();
  tell_allowed_values(result, answers.front(), provider);
  result.trims = {
      leave_out("/oauth2Client/template", "call again without includeDefaults, or with one section in \"sections\""),
      cut_members(in_short ? "/oauth2Client/schema" : "/oauth2Client/schema/properties",
                  "call again with some of these in \"sections\"")};
  co_return result;
}

const std::vector<Tool> reading_tools{
    {
        .name = "getOidcAppSchema",
        .title = "OIDC app settings",
        .description = "Returns the settings that createOidcApp and updateOidcApp take, by section, the allowed values "
                       "of grant types, response types and client authentication, and what a public client needs. Send "
                       "plain values, even where the schema shows inherited and value.",
        .scopes = {scope::am, scope::idm},
        .hints = reads,
        .params = {realm, summary, sections, include_defaults},
        .run = get_schema,
    },
    {
        .name = "listOidcApps",
        .title = "List OIDC apps",
        .description = "Lists the applications of a realm that have an OAuth 2.0 client, page by page.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {realm, query_filter, page_size, cookie, include_all},
        .run = list_apps,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getOidcApp",
        .title = "Read OIDC app",
        .description =
            "Returns an application and its OAuth 2.0 client, each with its _rev. The client shows settings as "
            "{\"inherited\": …, \"value\": …}.",
        .scopes = {scope::am, scope::idm},
        .hints = reads,
        .params = {realm, app_name},
        .run = get_app,
    },
};

}  // namespace

std::span<const Tool> reading() {
  return reading_tools;
}

}  // namespace tools::oidc_apps
