#include "app/acting.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/offer.h"
#include "base/time.h"
#include "tools/catalog.h"

namespace app {
namespace {

using base::Json;

Json families(const std::vector<const tools::Tool*>& offered) {
  Json shown{{"offered", Json::array()}, {"notOffered", Json::array()}};
  for (const auto& family : tools::families()) {
    const auto count = std::ranges::count_if(
        family.tools, [&](const auto* tool) { return std::ranges::find(offered, tool) != offered.end(); });
    const auto all = static_cast<std::ptrdiff_t>(family.tools.size());
    std::string name(family.name);
    if (count > 0 && count < all) name += fmt::format(" ({} of {} tools)", count, all);
    shown[count > 0 ? "offered" : "notOffered"].push_back(std::move(name));
  }
  return shown;
}

}  // namespace

std::string signed_in_as(const auth::SignIn& sign_in) {
  return sign_in.subject.empty() ? fmt::format("sign-in {}", sign_in.number) : sign_in.subject;
}

std::string Acting::signed_in_as() const {
  return app::signed_in_as(parts_.bearers.sign_in());
}

net::Task<> Acting::sign_in() {
  co_await parts_.bearers.get({tools::scope::idm});
}

net::Task<Json> Acting::who(bool sign_in) {
  if (sign_in) co_await this->sign_in();
  const auto& options = parts_.options;
  const auto standing = parts_.session.standing();
  Json who{{"signedIn", standing.has_value()}, {"tenant", options.tenant.authority()}};
  who["flow"] = options.flow == auth::Flow::browser ? "browser" : "device";
  if (standing) {
    who["person"] = co_await parts_.persons.describe(parts_.session.sign_in());
    who["signedInAt"] = base::iso8601(standing->since_unix_ms);
    who["secondsLeft"] = std::max<std::int64_t>(0, (standing->until_unix_ms - parts_.edges.clock.unix_ms()) / 1000);
    who["scopes"] = {{"asked", login_scopes()}, {"granted", standing->granted}};
  } else {
    who["next"] =
        "Nobody is signed in. The first call that needs the tenant signs in, as does whoAmI with signIn true.";
  }
  who["families"] = families(parts_.offered);
  who["settings"] = {{"readOnly", options.read_only}, {"approve", to_string(options.approve)}};
  who["serverVersion"] = AIC_VERSION;
  if (!parts_.revision.empty()) who["protocolRevision"] = parts_.revision;
  who["counters"] = {
      {"calls", parts_.counters.calls}, {"requests", parts_.counters.requests}, {"changes", parts_.counters.changes}};
  co_return who;
}

net::Task<Json> Acting::sign_out() {
  const auto came = co_await parts_.session.sign_out();
  Json said{{"wasSignedIn", came.was_signed_in}};
  said["message"] = came.was_signed_in ? "Signed out. The next call that needs the tenant signs in again."
                                       : "Nobody was signed in. The next call that needs the tenant signs in.";
  if (came.was_signed_in) {
    said["tokens"] = came.revoked ? "forgotten, and the tenant is asked to revoke them"
                                  : "forgotten; the tenant accepts them until they expire (AIC_REVOKE_AT_EXIT=true "
                                    "revokes them)";
  }
  if (came.record_may_stay)
    said["warning"] =
        "The keychain did not confirm that the record of this sign-in is deleted. Delete it there by hand.";
  co_return said;
}

net::Task<tools::Preview> Acting::preview(std::string name, Json given) {
  const auto& offered = parts_.offered;
  const auto found = std::ranges::find(offered, name, &tools::Tool::name);
  if (found == offered.end()) {
    const auto* hidden = tools::find_tool(name);
    throw tools::refusal(nullptr,
                         hidden ? fmt::format("The tool {} is not offered, because of {}", name,
                                              fmt::join(left_out_by(*hidden, parts_.options), " and "))
                                : tools::unknown_tool(name),
                         "Call previewChange with a tool of tools/list.");
  }
  const auto& tool = **found;
  if (!tools::changes_tenant(tool))
    throw tools::refusal(nullptr, fmt::format("{} changes nothing in the tenant, so there is nothing to preview", name),
                         fmt::format("Call {} itself.", name));
  const auto [arguments, violations] =
      tools::accept_arguments(tool, std::move(given), parts_.edges.clock.unix_ms(), parts_.unseen);
  if (!violations.empty()) throw tools::violations_error(violations);
  co_return co_await preview(tool, arguments);
}

net::Task<tools::Preview> Acting::preview(const tools::Tool& tool, const Json& arguments) {
  aic::Rehearsal rehearsal(parts_.edges);
  auto tenant = parts_.make_tenant(rehearsal.edges());
  co_return co_await tools::run_preview(tool, arguments, tenant, rehearsal, parts_.progress, this,
                                        [this] { return signed_in_as(); });
}

tools::Scene Acting::scene(std::size_t most_shown) {
  return {.edges = parts_.edges,
          .make_tenant = parts_.make_tenant,
          .surroundings = {parts_.progress, this, most_shown},
          .journal = parts_.journal,
          .signer = [this] {
            const auto sign_in = parts_.bearers.sign_in();
            return tools::Signer{parts_.persons.name_of(sign_in), app::signed_in_as(sign_in)};
          }};
}

}  // namespace app
