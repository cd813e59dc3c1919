#include "tools/scripts/names.h"

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/random.h"
#include "base/text.h"
#include "tools/kit/requests.h"
#include "tools/references/texts.h"
#include "tools/scripts/scripts.h"

namespace tools::scripts {

std::set<std::string> ids_in(const Json& value) {
  std::set<std::string> ids;
  references::for_each_text(value, [&](const std::string& place, const std::string&, const std::string& text) {
    if (base::is_uuid(text) && base::lower_case(place).find("script") != std::string::npos) ids.insert(text);
  });
  return ids;
}

net::Task<Json> names_of(Call& call, std::string realm, std::set<std::string> ids, std::vector<std::string>& notes) {
  Json names = Json::object();
  if (ids.empty()) co_return names;
  auto target = aic::with_query(aic::scripts(realm), {.page_size = -1, .fields = "_id,name"});
  auto list = co_await aic::read_back(call.tenant().get(std::move(target), am_request(aic::script_headers())));
  auto problem = list.failed() ? std::optional(list.error())
                               : aic::missing_content(aic::scripts(realm).path(), list.reply().body, "result", "_id");
  if (problem) {
    notes.push_back("The names of scripts could not be read: " + problem->message);
    co_return names;
  }
  for (const Json& script : list.reply().body["result"]) {
    const auto id = base::text_member(script, "_id");
    if (ids.contains(id) && base::member(script, "name").is_string()) names[id] = script["name"];
  }
  co_return names;
}

}  // namespace tools::scripts
