// Optional parts of a tenant: IDM features and AI agents. Installing either cannot be undone, so nothing here is
// repeated (R-FEA).
#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/failure.h"
#include "aic/look_again.h"
#include "aic/paths.h"
#include "aic/shared.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/requests.h"
#include "tools/kit/tool.h"

namespace tools::features {
namespace {

using base::Errc;
using base::Error;

// The feature that only the list of AI agents shows, together with its AM half.
constexpr std::string_view ai_feature = "aiagent";
constexpr std::string_view what_shows = "Check with listFeatures what is installed before you call again.";

const auto feature_name =
    text("featureName", "Name of the feature, e.g. am/2fa/profiles. listFeatures lists all.").in_form(syntax::feature);

bool is_installed(const Json& record) {
  return !base::member(record, "installedVersion").is_null();
}

Json shown(const Json& record) {
  return {{"name", base::member(record, "_id")},
          {"type", "idm"},
          {"installed", is_installed(record)},
          {"installedVersion", base::member(record, "installedVersion")},
          {"availableVersions", base::member(record, "availableVersions")}};
}

bool is_configured(const Answer& probe) {
  const Json& enabled = base::member(base::member(probe.body, "aiAgentsConfig"), "aiAgentsEnabled");
  return enabled.is_boolean() && enabled.get<bool>();
}

// What the settings of one realm say about AI agents.
Json finding(const Answer& probe) {
  Json found{{"configured", is_configured(probe)}};
  if (probe.error) found["error"] = failed_entry(*probe.error);
  return found;
}

Json findings(const Answer& alpha, const Answer& bravo) {
  return {{"alpha", finding(alpha)}, {"bravo", finding(bravo)}};
}

Json ai_agents(bool in_idm, const Answer& alpha, const Answer& bravo) {
  const bool complete = !alpha.error && !bravo.error;
  const int parts = int{in_idm} + int{is_configured(alpha)} + int{is_configured(bravo)};
  std::string_view status = "indeterminate";
  std::string_view message = "AI agents are only partly enabled; enableAiAgent can be called again.";
  if (!complete) message = "The settings of a realm could not be read, so this is not certain.";
  if (complete && parts == 3) {
    status = "installed";
    message = "AI agents are enabled.";
  } else if (complete && parts == 0) {
    status = "not_installed";
    message = "AI agents are not enabled.";
  }
  return {{"name", "AI Agents"},
          {"type", "aic"},
          {"installed", status == "installed"},
          {"status", status},
          {"message", message},
          {"details", {{"idm", {{"installed", in_idm}}}, {"am", findings(alpha, bravo)}}}};
}

// The failure of the list of features, with what AM had to say all the same (R-FEA-03).
Error with_findings(Error error, const Answer& alpha, const Answer& bravo) {
  if (error.request.empty() || error.about_token) return error;
  Json detail{{"am", findings(alpha, bravo)}};
  if (!error.detail.is_null()) detail["idm"] = std::move(error.detail);
  error.detail = std::move(detail);
  return error;
}

// All features, or why they cannot be listed.
net::Task<aic::Attempt> read_features(Call& call) {
  auto& tenant = call.tenant();
  std::vector<Ask> asks;
  asks.emplace_back([&] { return tenant.get(aic::features().query("_queryFilter", "true"), idm_request()); });
  asks.emplace_back([&] { return tenant.get(aic::oauth2_provider("alpha"), am_request(aic::am_probe_headers())); });
  asks.emplace_back([&] { return tenant.get(aic::oauth2_provider("bravo"), am_request(aic::am_probe_headers())); });
  auto answers = co_await ask_all(call, "lists", std::move(asks));
  const auto& [list, alpha, bravo] = std::tie(answers[0], answers[1], answers[2]);
  need_body(alpha, aic::oauth2_provider("alpha").path());
  need_body(bravo, aic::oauth2_provider("bravo").path());
  if (!list.error) list.error = aic::missing_content(aic::features().path(), list.body, "result", "_id");
  if (list.error) co_return with_findings(*list.error, alpha, bravo);

  Json all = Json::array();
  bool has_ai = false;
  for (const Json& record : base::member(list.body, "result")) {
    if (base::is_text(base::member(record, "_id"), ai_feature))
      has_ai = is_installed(record);
    else
      all.push_back(shown(record));
  }
  all.push_back(ai_agents(has_ai, alpha, bravo));
  co_return aic::Reply{.status = 200, .body = std::move(all)};
}

net::Task<Result> list_features(Call& call) {
  auto all = co_await read_features(call);
  if (all.failed()) co_return failed(all.error());
  auto result = done({{"features", std::move(all.reply().body)}});
  result.trims = {cut_list("/features", "name", "validateIdmFeature checks each")};
  co_return result;
}

base::Target action(const std::string& name, std::string_view what) {
  return aic::feature(name).query("_action", what);
}

// Whether the feature could be installed; the tenant's answer.
net::Task<Json> validate(aic::Tenant& tenant, std::string name) {
  auto options = idm_request();
  options.read_only_post = true;
  auto asked = co_await aic::attempt(tenant.post(action(name, "validate"), Json::object(), options));
  if (asked.is_missing()) asked.error().next = "Find the feature's name with listFeatures.";
  co_return std::move(asked.value().body);
}

net::Task<Result> validate_feature(Call& call) {
  co_return done(co_await validate(call.tenant(), call[feature_name]));
}

// A one-way change changes the managed object definitions, so no other call of this process may write them meanwhile.
net::Task<aic::DocumentLocks::Guard> lock_definitions(aic::Tenant& tenant) {
  return tenant.edges().shared.locks.lock(aic::managed_config().path());
}

// Such a change, which may take minutes. With a bearer it rests on what was read since that was taken.
net::Task<aic::Attempt> change_for_good(aic::Tenant& tenant, base::Target target, aic::Scopes needed,
                                        aic::Bearer bearer = nullptr) {
  aic::RequestOptions options{.scopes = std::move(needed), .total_limit = tenant.limits().slow_total};
  options.bearer = std::move(bearer);
  co_return co_await aic::attempt(tenant.post(std::move(target), Json::object(), std::move(options)));
}

// Whether the tenant shows what such a change was to do. It can show that it happened, but not that it did not: it may
// still be under way.
aic::Seen seen(bool shows) {
  return {.write = shows ? aic::Seen::Write::happened : aic::Seen::Write::pending, .next = std::string(what_shows)};
}

net::Task<aic::Seen> look_for_idm_feature(Call& call, std::string name) {
  const auto list =
      co_await aic::read_back(call.tenant().get(aic::features().query("_queryFilter", "true"), idm_request()));
  const Json records = list.failed() ? Json() : base::member(list.reply().body, "result");
  co_return seen(std::ranges::any_of(records, [&](const Json& record) {
    return base::is_text(base::member(record, "_id"), name) && is_installed(record);
  }));
}

net::Task<aic::Seen> look_for_ai_agents(Call& call) {
  const auto all = co_await read_features(call);
  co_return seen(!all.failed() && base::is_true(all.reply().body.back()["installed"]));
}

// The result of such a change.
net::Task<Result> outcome(aic::Attempt sent, aic::Look look, Json shown) {
  auto [answer, lost] = co_await aic::settle(std::move(sent), std::move(look));
  shown["apiResponse"] = std::move(answer.value().body);
  if (!lost) co_return done(std::move(shown));
  co_return done(std::move(shown), {aic::found_after_all(*lost)});
}

// Installs what the tenant says can be installed.
net::Task<aic::Attempt> install_checked(aic::Tenant& tenant, const std::string& name, aic::Bearer bearer) {
  const auto verdict = co_await validate(tenant, name);
  aic::need_content(aic::feature(name).path(), verdict);
  if (!base::is_true(base::member(verdict, "success"))) {
    Error error(Errc::invalid_request, fmt::format("{} cannot be installed; nothing was installed", name));
    error.tenant_message = base::text_member(verdict, "message");
    error.next = "Resolve what prevents the installation, then check again with validateIdmFeature.";
    throw error;
  }
  co_return co_await change_for_good(tenant, action(name, "install"), idm_request().scopes, std::move(bearer));
}

net::Task<Result> install_feature(Call& call) {
  const auto name = call[feature_name];
  const auto guard = co_await lock_definitions(call.tenant());
  auto sent = co_await aic::until_done(call.tenant(), idm_request().scopes, [&](aic::Bearer bearer) {
    return install_checked(call.tenant(), name, std::move(bearer));
  });
  co_return co_await outcome(std::move(sent), [&] { return look_for_idm_feature(call, name); },
                             {{"_id", name},
                              {"status", "installed"},
                              {"message", fmt::format("{} is installed. This cannot be undone.", name)}});
}

net::Task<Result> enable_ai_agents(Call& call) {
  const auto guard = co_await lock_definitions(call.tenant());
  auto sent =
      co_await change_for_good(call.tenant(), aic::ai_agents().query("_action", "enable"), {scope::am, scope::idm});
  co_return co_await outcome(
      std::move(sent), [&] { return look_for_ai_agents(call); },
      {{"status", "enabled"}, {"message", "AI agents are enabled in IDM and in both realms. This cannot be undone."}});
}

const std::vector<Tool> family{
    {
        .name = "listFeatures",
        .title = "List features",
        .description = "Lists the tenant's optional features, AI agents included, and shows which are installed.",
        .scopes = {scope::am, scope::idm},
        .hints = reads,
        .run = list_features,
        .output_schema = output_of({{"features", "array"}}),
    },
    {
        .name = "validateIdmFeature",
        .title = "Check feature",
        .description = "Checks whether a feature can be installed. Installs nothing.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {feature_name},
        .run = validate_feature,
    },
    {
        .name = "installIdmFeature",
        .title = "Install feature",
        .description = "Checks whether a feature can be installed, then installs it. Cannot be undone. May take "
                       "several minutes.",
        .scopes = {scope::idm},
        .hints = overwrites,
        .params = {feature_name},
        .run = install_feature,
    },
    {
        .name = "enableAiAgent",
        .title = "Enable AI agents",
        .description = "Enables AI agents in IDM and in both realms. Cannot be undone.",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .run = enable_ai_agents,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::features
