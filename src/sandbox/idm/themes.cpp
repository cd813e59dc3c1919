// Themes. /openidm/ui/theme/?realm=… shows those of one realm as a queryable collection; they are written as one
// document, /openidm/config/ui/themerealm. In the newer layout each has a document of its own, which config.cpp
// serves like any other, and that collection is not there.
#include <fmt/format.h>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

ApiReply handle_themes(IdmState& state, const ApiRequest& request) {
  if (request.method != "GET") crest::refuse(405, "Method Not Allowed");
  if (!state.config.contains("ui/themerealm")) crest::refuse(404, "Not Found");
  const std::string realm = request.parameter("realm").value_or("");
  const auto filter = crest::parse_filter(request.parameter("_queryFilter").value_or("true"));
  const Json& realms = base::member(state.config["ui/themerealm"], "realm");
  const Json& themes = realms.contains(realm) ? realms[realm] : base::member(realms, "/" + realm);
  std::vector<Json> found;
  for (const Json& theme : themes) {
    if (filter.matches(theme)) found.push_back(theme);
  }
  const auto fields = crest::parse_fields(request.parameter("_fields").value_or(""));
  Json page = crest::list(std::move(found), request, {});
  for (Json& theme : page["result"]) {
    if (!fields.empty()) theme = crest::project(theme, fields);
  }
  return json_reply(200, page);
}

void split_themes(IdmState& state) {
  Json defaults = Json::object(), links = Json::object();
  for (const auto& [realm, themes] : state.config["ui/themerealm"]["realm"].items()) {
    links[realm] = Json::object();
    for (Json theme : themes) {
      const auto id = fmt::format("ui/theme-{}-{}", realm, base::text_member(theme, "_id"));
      theme["_id"] = id;
      if (base::is_true(theme["isDefault"])) defaults[realm] = id;
      for (const Json& journey : theme["linkedTrees"]) links[realm][journey.get<std::string>()] = id;
      theme.erase("isDefault");
      theme.erase("linkedTrees");
      state.config[id] = std::move(theme);
    }
  }
  // IDM's own settings of the same name stay in it.
  state.config["ui/themeconfig"].update(
      Json{{"_id", "ui/themeconfig"}, {"defaultRealmThemeId", std::move(defaults)}, {"linkedTrees", std::move(links)}});
  state.config.erase("ui/themerealm");
}

}  // namespace sandbox::idm
