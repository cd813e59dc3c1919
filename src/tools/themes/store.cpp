#include "tools/themes/store.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "tools/kit/requests.h"
#include "tools/themes/configs.h"
#include "tools/themes/document.h"

namespace tools::themes {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view collection = "/openidm/ui/theme/";

// Making the one document would hide the themes of the newer layout (R-THM-03).
Error no_themes(std::string_view consequence) {
  Error error(Errc::not_available, fmt::format("This tenant has neither the theme document ui/themerealm nor a theme "
                                               "in the newer layout with one configuration per theme{}",
                                               consequence));
  error.status = 404;
  error.next = "Look for the themes in the tenant's administration.";
  return error;
}

bool is_empty_page(const Json& page) {
  const Json& found = base::member(page, "result");
  return found.is_array() && found.empty();
}

Json page_of(Json themes, const std::vector<std::string>& members) {
  for (Json& theme : themes) {
    if (members.empty()) break;
    Json part = Json::object();
    for (const auto& name : members) part[name] = base::member(theme, name);
    theme = std::move(part);
  }
  const auto count = themes.size();
  return {{"result", std::move(themes)}, {"resultCount", count}};
}

// The realm's themes in either layout; nothing where it has neither.
net::Task<std::optional<Json>> find_layout(aic::Tenant& tenant, std::string realm) {
  auto themes = co_await read_document(tenant, realm);
  if (!themes) themes = co_await read_configs(tenant, std::move(realm));
  co_return themes;
}

// The newer layout's themes as a second look, whose failure takes nothing from what is known but is told.
net::Task<Json> look_at_configs(aic::Tenant& tenant, std::string realm, std::vector<std::string>& notes) {
  try {
    co_return (co_await read_configs(tenant, std::move(realm))).value_or(Json::array());
  } catch (const Error& error) {
    notes.push_back("It was not checked whether there are themes in the newer layout: " + error.message);
    co_return Json::array();
  }
}

}  // namespace

net::Task<Changed> change_themes(Call& call, std::string realm, Decide decide, aic::LookAgain look) {
  auto changed = co_await change_document(call, realm, decide, look);
  if (!changed) changed = co_await change_configs(call, std::move(realm), std::move(decide), std::move(look));
  if (!changed) throw no_themes("; nothing was written");
  co_return std::move(*changed);
}

net::Task<Page> find_themes(Call& call, std::string realm, base::Target asked, std::vector<std::string> members) {
  auto first = co_await aic::attempt(call.tenant().get(std::move(asked), idm_request()));
  if (first.is_missing()) {
    auto themes = co_await find_layout(call.tenant(), std::move(realm));
    if (!themes) throw no_themes("");
    Page page{.themes = page_of(std::move(*themes), members)};
    if (is_empty_page(page.themes))
      page.notes.push_back(fmt::format("The tenant has no {} (404); its stored themes were read instead.", collection));
    co_return page;
  }
  aic::need_content(collection, first.value().body, "result", "_id");
  if (!is_empty_page(first.reply().body)) co_return Page{.themes = std::move(first.reply().body)};
  Page page;
  auto newer = co_await look_at_configs(call.tenant(), std::move(realm), page.notes);
  page.themes = newer.empty() ? std::move(first.reply().body) : page_of(std::move(newer), members);
  co_return page;
}

net::Task<Json> list_names(Call& call, std::string realm) {
  auto asked = base::Target("/openidm/ui/theme/").query_component("realm", realm);
  asked.query_component("_queryFilter", "true").query_component("_fields", "name");
  auto page = co_await find_themes(call, std::move(realm), std::move(asked), {"_id", "name"});
  co_return std::move(page.themes);
}

net::Task<Json> read_themes(aic::Tenant& tenant, std::string realm) {
  auto themes = co_await find_layout(tenant, std::move(realm));
  if (!themes) throw no_themes("");
  co_return std::move(*themes);
}

}  // namespace tools::themes
