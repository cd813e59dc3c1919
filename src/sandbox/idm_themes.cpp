// /openidm/ui/theme/?realm=…: the themes of one realm as a queryable collection. They are written as one document,
// /openidm/config/ui/themerealm.

#include "sandbox/idm.h"

namespace sandbox::idm {

ApiReply handle_themes(IdmState& state, const ApiRequest& request) {
  if (request.method != "GET") crest::refuse(405, "Method Not Allowed");
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

}  // namespace sandbox::idm
