// findReferences: who uses a thing of the tenant (R-REF-01).
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/kit/fields.h"
#include "tools/kit/tool.h"
#include "tools/references/search.h"

namespace tools::references {
namespace {

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  names.reserve(std::size(kind_names));
  for (const auto& kind : kind_names) names.emplace_back(kind.argument);
  return names;
}

const auto kind = text("kind", "What kind of thing it is.").one_of(kinds());
const auto id_or_name =
    text("idOrName",
         "Its _id; for scripts and themes also the name. Examples: esv-mail-host, alpha_user, PageNode, welcome.")
        .between(1, 1000);
const auto skip = integer("skip", "Leave out so many first references.").between(0, 100'000).by_default(0);

Kind kind_of(std::string_view argument) {
  return std::ranges::find(kind_names, argument, &KindName::argument)->kind;
}

// The forms in which settings name a thing stand for its id as well.
std::string plain_id(Kind of, std::string given) {
  const auto without = [&](std::string_view head) {
    if (given.starts_with(head)) given.erase(0, head.size());
  };
  if (of == Kind::email_template) without("emailTemplate/");
  if (of == Kind::managed_type) without("managed/");
  if (of == Kind::esv) {
    without("&{");
    if (given.ends_with('}')) given.pop_back();
    std::ranges::replace(given, '.', '-');
  }
  return given;
}

void check_id(Checking& checking) {
  const auto as = checking.given(kind);
  const auto given = checking.given(id_or_name);
  if (!as || !given || *as != "esv") return;
  if (auto violation = syntax::esv_id.violation(plain_id(Kind::esv, *given)); !violation.empty())
    checking.refuse("idOrName", std::move(violation), short_form(*given));
}

// What no search of settings can find, whatever the tenant answers.
struct Limit {
  std::string_view what, why;
  std::vector<Kind> kinds;
};

const std::vector<Limit>& limits() {
  using enum Kind;
  static const std::vector<Limit> all{
      {"names that a script or an ESV makes at run time",
       "only settings and sources were searched, as they are stored",
       {script, journey, theme, email_template, esv, oauth2_client, saml_entity, social_provider, managed_type}},
      {"agents other than OAuth2 clients", "no tool reads them", {script, esv}},
      {"IDM configuration of other kinds",
       "only what can hold scripts, mappings, templates and hosts was read",
       {email_template, esv, oauth2_client, managed_type}},
      {"objects of the type and what they link to", "queryManagedObjects finds them", {managed_type}},
  };
  return all;
}

Json as_json(const Use& use, bool shows_realm) {
  Json entry = Json::object();
  if (shows_realm && !use.realm.empty()) entry["realm"] = use.realm;
  if (use.in == "journey") {
    entry["journey"] = use.id;
  } else if (use.node.id.empty()) {
    entry["in"] = use.in;
    entry["id"] = use.id;
    if (!use.name.empty() && use.name != use.id) entry["name"] = use.name;
  } else {
    entry["journey"] = nullptr;
  }
  if (!use.node.id.empty()) {
    if (!use.node_name.empty()) entry["node"] = use.node_name;
    entry["nodeId"] = use.node.id;
    entry["nodeType"] = use.node.type;
  }
  if (!use.page_id.empty()) {
    entry["page"] = use.page_name.empty() ? use.page_id : use.page_name;
    entry["pageId"] = use.page_id;
  }
  entry["member"] = use.member;
  return entry;
}

// "scripts" or, where both realms were searched, "scripts (alpha, bravo)".
Json parts_as_json(const std::vector<RealmPart>& parts, bool shows_realm) {
  std::vector<std::pair<Part, std::vector<std::string>>> realms;
  for (const auto& [part, in] : parts) {
    auto entry = std::ranges::find(realms, part, &std::pair<Part, std::vector<std::string>>::first);
    if (entry == realms.end()) entry = realms.insert(entry, {part, {}});
    if (!in.empty()) entry->second.push_back(in);
  }
  Json list = Json::array();
  for (const auto& [part, in] : realms)
    list.push_back(shows_realm && !in.empty() ? fmt::format("{} ({})", name_of(part), fmt::join(in, ", "))
                                              : std::string(name_of(part)));
  return list;
}

Json unsearched_as_json(const Findings& found, bool shows_realm) {
  Json list = Json::array();
  for (const auto& [part, in, error] : found.gaps) {
    const auto what =
        shows_realm && !in.empty() ? fmt::format("{} ({})", name_of(part), in) : std::string(name_of(part));
    list.push_back({{"what", what}, {"why", error.message}});
  }
  for (const auto& limit : limits()) {
    if (std::ranges::find(limit.kinds, found.wanted.kind) != limit.kinds.end())
      list.push_back({{"what", limit.what}, {"why", limit.why}});
  }
  return list;
}

std::vector<std::string> notes_on(const Findings& found, const std::string& in, const std::string& given) {
  std::vector<std::string> notes;
  const auto what = name_of(found.wanted.kind).words;
  if (found.exists == false) {
    auto note =
        fmt::format("There is no {} {} in {}", what, given, is_of_tenant(found.wanted.kind) ? "the tenant" : in);
    if (!found.like_it.empty()) note += fmt::format("; similar: {}", fmt::join(found.like_it, ", "));
    notes.push_back(note + (found.uses.empty() ? "." : ". What names it all the same is in references."));
  }
  if (!found.exists) notes.push_back(fmt::format("Whether the {} exists could not be found out.", what));
  if (!found.is_complete())
    notes.emplace_back("Not everything could be searched, so there may be more references. notSearched says why.");
  return notes;
}

// Leaves out references at the end, and names the call that shows them.
Trim cut_references(std::size_t first) {
  return [first](Json& value, std::size_t room) -> std::optional<Cut> {
    Json& list = value["references"];
    const auto all = list.size();
    const auto told = [&] {
      return Cut{.what = fmt::format("{} of {} references; call again with \"skip\": {} for the next",
                                     all - list.size(), all, first + list.size())};
    };
    for (auto size = printed_size(value); !list.empty() && size + note_of(told()).size() > room;) {
      size -= printed_size(list.back()) + 1;
      list.erase(list.size() - 1);
    }
    if (list.size() == all) return std::nullopt;
    return told();
  };
}

net::Task<Result> find_references(Call& call) {
  const auto as = kind_of(call[kind]);
  const auto given = plain_id(as, call[id_or_name]);
  auto found = co_await search(call, {.kind = as, .realm = call[realm], .id = given});
  // Nothing at all could be read: no answer, but a failure.
  if (found.searched.empty()) throw std::move(found.gaps.front().error);
  const bool shows_realm = is_of_tenant(as);
  Json shown{{"kind", call[kind]}, {"id", found.wanted.id}};
  if (found.exists == true && !found.wanted.name.empty()) shown["name"] = found.wanted.name;
  if (found.exists) shown["exists"] = *found.exists;
  shown["complete"] = found.is_complete();
  shown["count"] = found.uses.size();
  shown["references"] = Json::array();
  const auto first = std::min<std::size_t>(static_cast<std::size_t>(call[skip]), found.uses.size());
  for (std::size_t i = first; i < found.uses.size(); ++i)
    shown["references"].push_back(as_json(found.uses[i], shows_realm));
  shown["searched"] = parts_as_json(found.searched, shows_realm);
  shown["notSearched"] = unsearched_as_json(found, shows_realm);
  auto result = done(std::move(shown), notes_on(found, call[realm], given));
  result.trims = {cut_references(first)};
  co_return result;
}

const std::vector<Tool> family{
    {
        .name = "findReferences",
        .title = "Find references",
        .description = "Finds what uses a script, journey, theme, node type, e-mail template, ESV, OAuth2 client, SAML "
                       "entity, social provider or managed object type, and shows each place. Use it before you delete "
                       "or rename something. It searches settings and sources of scripts, not users, logs or names "
                       "made at run time. If complete is false, there may be more.",
        .scopes = {scope::am, scope::idm, scope::esv_read},
        .hints = reads,
        .params = {realm, kind, id_or_name, skip},
        .run = find_references,
        .check = check_id,
        .output_schema = output_of({{"kind", "string"},
                                    {"id", "string"},
                                    {"complete", "boolean"},
                                    {"count", "integer"},
                                    {"references", "array"},
                                    {"searched", "array"},
                                    {"notSearched", "array"}}),
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::references
