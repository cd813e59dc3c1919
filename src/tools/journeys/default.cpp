// Which journey a realm starts with, and where a journey can be tried out.
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/document.h"
#include "base/encoding.h"
#include "tools/journeys/tools.h"
#include "tools/kit/outcome.h"

namespace tools::journeys {
namespace {

const auto tried_journey =
    segment("journeyName", "Journey to try. Default: the default journey of the realm.").optional();

// Only what may be the default: known, enabled, not for use inside others only (R-JRN-14).
void refuse_as_default(const Json& tree, const std::string& name) {
  const char* reason = nullptr;
  if (base::is_false(base::member(tree, "enabled"))) reason = "it is disabled";
  if (base::is_true(base::member(tree, "innerTreeOnly"))) reason = "it can only be used inside other journeys";
  if (!reason) return;
  base::Error error(base::Errc::invalid_request,
                    fmt::format("{} cannot be the default journey: {}; nothing was written", name, reason));
  error.next = "Change that with updateJourney first, or choose another journey.";
  throw error;
}

std::optional<aic::Edit> with_default(const Json& settings, const std::string& name) {
  const Json& core = base::member(settings, "core");
  if (base::is_text(base::member(core, "orgConfig"), name)) return std::nullopt;
  const auto admins = base::text_member(core, "adminAuthModule", "Login");
  aic::Edit edit{.after = settings, .body = {{"orgConfig", name}, {"adminAuthModule", admins}}};
  if (!core.is_object()) edit.after["core"] = Json::object();
  edit.after["core"]["orgConfig"] = name;
  edit.after["core"]["adminAuthModule"] = admins;
  return edit;
}

net::Task<> need_journey(aic::Tenant& tenant, std::string in, std::string name) {
  const auto tree = co_await tenant.get(aic::tree(in, name), am_request());
  aic::need_content(aic::tree(in, name).path(), tree.body);
  refuse_as_default(tree.body, name);
}

net::Task<Result> set_default(Call& call) {
  const auto in = call[realm];
  const auto name = call[journey_name];
  aic::Document settings{.title = fmt::format("the authentication configuration of {}", in),
                         .target = aic::realm_authentication(in),
                         .read = am_request(aic::realm_authentication_headers()),
                         .write = am_request(aic::realm_authentication_headers())};
  const auto look = [&] { return need_journey(call.tenant(), in, name); };
  auto opened = co_await aic::open_beside(call.tenant(), aic::open(call.tenant(), settings), look());
  const auto written = co_await opened.save([&](const Json& now) { return with_default(now, name); },
                                            telling(aic::check_exactly), {}, look);
  const auto message = written.changed
                           ? fmt::format("{} is now the default journey of {}.", name, in)
                           : fmt::format("{} is already the default journey of {}; nothing was written.", name, in);
  co_return told({.message = message,
                  .id = name,
                  .about = {{"realm", in}},
                  .revision = written.revision,
                  .changed = changes_between(written.before, written.after),
                  .notes = written.notes,
                  .read_with = "listJourneys shows the default journey"});
}

net::Task<Result> preview_url(Call& call) {
  const auto in = call[realm];
  const auto name = call[tried_journey];
  auto url = fmt::format("{}/am/XUI/?realm=/{}", call.tenant().origin().url(), in);
  if (name) url += "&authIndexType=service&authIndexValue=" + base::percent_encode(*name);
  co_return done({{"realm", in}, {"journeyName", name.value_or("(default)")}, {"previewUrl", url}});
}

const std::vector<Tool> default_journey_tools{
    {
        .name = "setDefaultJourney",
        .title = "Set default journey",
        .description = "Makes a journey the default that the users of a realm sign in with. The journey must be "
                       "enabled and usable "
                       "outside other journeys.",
        .scopes = {scope::am},
        .hints = overwrites_idempotently,
        .params = {realm, journey_name},
        .run = set_default,
    },
    {
        .name = "getJourneyPreviewUrl",
        .title = "Try journey",
        .description = "Returns the URL to try a journey in a browser. Sends nothing to the tenant.",
        .hints = reads_locally,
        .params = {realm, tried_journey},
        .run = preview_url,
    },
};

}  // namespace

std::span<const Tool> default_journey() {
  return default_journey_tools;
}

}  // namespace tools::journeys
