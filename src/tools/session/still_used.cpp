#include "tools/session/still_used.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/altered.h"
#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/paths.h"
#include "aic/places.h"
#include "aic/writing.h"
#include "tools/kit/requests.h"
#include "tools/managed/definitions.h"
#include "tools/references/texts.h"
#include "tools/themes/list.h"

namespace tools::session {
namespace {

using references::Part;

constexpr std::string_view am_part = "/am/json/";
constexpr std::string_view theme_part = "/openidm/config/ui/theme-";

// "alpha" of "/am/json/alpha/…".
std::string realm_of(const std::string& path) {
  const auto rest = path.substr(am_part.size());
  return rest.substr(0, rest.find('/'));
}

// Their `name` members, or other ones, that `left` has and `former` has not.
std::vector<const Json*> new_entries(const Json& former, const Json& left, const char* name) {
  std::vector<const Json*> found;
  if (!left.is_array()) return found;
  for (const Json& one : left) {
    const auto key = base::text_member(one, name);
    const bool is_old = former.is_array() && std::ranges::any_of(former, [&](const Json& other) {
                          return base::is_text(base::member(other, name), key);
                        });
    if (!key.empty() && !is_old) found.push_back(&one);
  }
  return found;
}

Made theme(std::string realm, std::string id, const std::string& name, std::string document) {
  // Links and the default are a matter of the documents themselves, which are compared.
  return {.question = {.kind = references::Kind::theme,
                       .realm = std::move(realm),
                       .id = std::move(id),
                       .name = name,
                       .without = {Part::themes}},
          .title = "the theme " + name,
          .document = std::move(document)};
}

std::vector<Made> themes_in(const Json& former, const Json& left) {
  std::vector<Made> made;
  for (const auto& [key, themes] : base::member(left, "realm").items()) {
    const auto realm = key.substr(key.starts_with('/') ? 1 : 0);
    for (const Json* one : new_entries(base::member(base::member(former, "realm"), key), themes, "_id"))
      made.push_back(theme(realm, base::text_member(*one, "_id"), base::text_member(*one, "name"), ""));
  }
  return made;
}

std::vector<Made> types_in(const Json& former, const Json& left) {
  std::vector<Made> made;
  for (const Json* one : new_entries(base::member(former, "objects"), base::member(left, "objects"), "name")) {
    const auto name = base::text_member(*one, "name");
    made.push_back({.question = {.kind = references::Kind::managed_type, .realm = "alpha", .id = name},
                    .title = "the object type " + name,
                    .document = ""});
  }
  return made;
}

std::optional<Made> am_document(const std::string& path, const Json& left) {
  const bool is_script = path.contains("/scripts/");
  if (!is_script && !aic::is_tree(path)) return std::nullopt;
  const auto id = aic::id_in(path);
  return Made{.question = {.kind = is_script ? references::Kind::script : references::Kind::journey,
                           .realm = realm_of(path),
                           .id = id,
                           .name = is_script ? base::text_member(left, "name") : std::string()},
              .title = aic::name_of_place(path),
              .document = ""};
}

std::optional<Made> idm_document(const std::string& path, const Json& left) {
  if (!path.starts_with(theme_part)) return std::nullopt;
  // "alpha-4f1c…"
  const auto rest = path.substr(theme_part.size());
  const auto at = rest.find('-');
  if (at == std::string::npos) return std::nullopt;
  return theme(rest.substr(0, at), rest.substr(at + 1), base::text_member(left, "name"),
               base::text_member(left, "_id"));
}

// A journey may refer to itself, and what themes say of it stays without effect.
bool counts(const Made& made, const references::Use& use) {
  if (made.question.kind != references::Kind::journey) return true;
  return use.in == "journey" ? use.id != made.question.id : use.in != "theme" && use.node.id.empty();
}

net::Task<std::vector<std::string>> uses_of(Call& call, Made made) {
  std::vector<std::string> uses;
  if (made.question.kind == references::Kind::managed_type)
    co_return co_await managed_definitions::uses_of(call, made.question.id);
  const auto found = co_await references::search(call, made.question);
  for (const auto& use : found.uses) {
    if (counts(made, use)) uses.push_back(described(use));
  }
  for (const auto& gap : found.gaps) {
    if (made.question.kind != references::Kind::journey || gap.part != Part::themes) uses.push_back(described(gap));
  }
  if (made.document.empty()) co_return uses;
  const auto config = co_await aic::attempt(call.tenant().get(aic::theme_config(), idm_request()));
  if (config.failed()) {
    uses.push_back("the default theme and the journeys' themes not checked: " + config.error().message);
    co_return uses;
  }
  references::for_each_text(config.reply().body,
                            [&](const std::string& place, const std::string&, const std::string& text) {
                              if (text == made.document) uses.push_back("themeconfig: " + place);
                            });
  co_return uses;
}

}  // namespace

std::vector<Made> made_in(const std::string& path, const Json& former, const Json& left) {
  if (left.is_null()) return {};
  if (path == aic::managed_config().path()) return types_in(former, left);
  if (path == aic::theme_realms().path()) return themes_in(former, left);
  if (!former.is_null()) return {};
  if (path.starts_with(aic::esv_variables().path() + "/")) {
    const auto id = aic::id_in(path);
    return {{.question = {.kind = references::Kind::esv, .realm = "alpha", .id = id}, .title = id, .document = ""}};
  }
  const auto one = path.starts_with(am_part) ? am_document(path, left) : idm_document(path, left);
  return one ? std::vector<Made>{*one} : std::vector<Made>{};
}

net::Task<std::optional<base::Error>> find_users(Call& call, std::vector<Made> made) {
  Json findings = Json::array();
  std::vector<std::string> titles;
  for (const auto& one : made) {
    const auto uses = co_await uses_of(call, one);
    if (uses.empty()) continue;
    titles.push_back(one.title);
    findings.push_back({{"what", one.title}, {"findings", uses}});
  }
  if (findings.empty()) co_return std::nullopt;
  base::Error error(
      base::Errc::conflict,
      fmt::format("This would delete {}, which is in use, or this could not be checked", fmt::join(titles, ", ")));
  error.detail = {{"usedBy", std::move(findings)}};
  error.next =
      "Put back the later changes that made these uses first, or change these places. To delete it all the same, use "
      "the tool that deletes such things.";
  co_return error;
}

}  // namespace tools::session
