#include "tools/theme_store.h"

#include <optional>
#include <utility>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/failure.h"
#include "tools/theme_configs.h"
#include "tools/theme_document.h"

namespace tools::themes {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view collection = "/openidm/ui/theme/";

bool lacks_document(const Error& error) {
  return error.status == 404 && !aic::is_about_token(error);
}

// Making the one document would hide the themes of the newer layout (R-THM-03).
Error unseen(Error error) {
  error.code = Errc::not_available;
  error.message =
      "This tenant keeps its themes in the newer layout, one configuration per theme, but shows none of them; nothing "
      "was written";
  error.next = "Change themes in the tenant's administration. getThemes and getTheme may still work.";
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

struct NewerLayout {
  std::optional<Json> themes;  // nothing: the tenant has it not
  std::optional<Error> error;
};

net::Task<NewerLayout> attempt_configs(aic::Tenant& tenant, std::string realm) {
  try {
    co_return NewerLayout{.themes = co_await read_configs(tenant, std::move(realm))};
  } catch (const Error& error) {
    co_return NewerLayout{.error = error};
  }
}

}  // namespace

net::Task<Changed> change_themes(Call& call, std::string realm, Decide decide) {
  std::optional<Error> failure;
  try {
    co_return co_await change_document(call, realm, decide);
  } catch (const Error& error) {
    if (!lacks_document(error)) throw;
    failure = error;
  }
  auto changed = co_await change_configs(call, std::move(realm), std::move(decide));
  if (!changed) throw unseen(std::move(*failure));
  co_return std::move(*changed);
}

net::Task<Json> find_themes(Call& call, std::string realm, base::Target asked, std::vector<std::string> members) {
  auto first = co_await aic::attempt(call.tenant().get(std::move(asked), {.scopes = {std::string(scope::idm)}}));
  if (!first.failed()) aic::need_content(collection, first.reply().body);
  if (!first.failed_with(404) && !is_empty_page(first.value().body)) co_return std::move(first.reply().body);
  auto newer = co_await attempt_configs(call.tenant(), std::move(realm));
  if (!newer.error && newer.themes && !newer.themes->empty()) co_return page_of(std::move(*newer.themes), members);
  // An empty list of the tenant's own is an answer, whatever became of the second look.
  if (first.failed() && newer.error) throw Error(*newer.error);
  if (first.failed() && newer.themes) co_return page_of(Json::array(), members);
  co_return std::move(first.value().body);
}

net::Task<Json> read_themes(aic::Tenant& tenant, std::string realm) {
  std::optional<Error> failure;
  try {
    co_return co_await read_document(tenant, realm);
  } catch (const Error& error) {
    if (!lacks_document(error)) throw;
    failure = error;
  }
  auto themes = co_await read_configs(tenant, std::move(realm));
  if (!themes) throw Error(*failure);
  co_return std::move(*themes);
}

}  // namespace tools::themes
