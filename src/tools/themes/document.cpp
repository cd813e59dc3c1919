#include "tools/themes/document.h"

#include <algorithm>
#include <utility>

#include "aic/attempt.h"
#include "aic/document.h"
#include "aic/failure.h"
#include "aic/paths.h"
#include "tools/kit/outcome.h"
#include "tools/kit/requests.h"
#include "tools/kit/tool.h"
#include "tools/themes/list.h"

namespace tools::themes {
namespace {

void make_default(Json& themes, std::size_t index) {
  for (std::size_t i = 0; i < themes.size(); ++i) {
    if (i == index)
      themes[i]["isDefault"] = true;
    else if (is_default(themes[i]))
      themes[i]["isDefault"] = false;
  }
}

void apply(const Change& change, Json& themes) {
  switch (change.kind) {
    case Change::Kind::add:
      themes.push_back(change.settings);
      break;
    case Change::Kind::update:
      themes[change.index].update(change.settings);
      break;
    case Change::Kind::remove:
      themes.erase(change.index);
      break;
    case Change::Kind::make_default:
      make_default(themes, change.index);
      break;
  }
}

// Of the theme to which the tenant may add settings of its own; empty where it may add nothing.
std::string id_of_written(const Change& change, const Json& themes) {
  if (change.kind == Change::Kind::add) return base::text_member(change.settings, "_id");
  if (change.kind == Change::Kind::update) return base::text_member(themes[change.index], "_id");
  return {};
}

// The part of the document that a change is about: the theme with that id, null where it is not there; all themes where
// the id is empty.
Json concerned(const Json& config, std::string_view realm, const std::string& id) {
  const Json& themes = themes_of(config, realm);
  if (id.empty()) return themes;
  const auto found =
      std::ranges::find_if(themes, [&](const Json& theme) { return base::text_member(theme, "_id") == id; });
  return found == themes.end() ? Json() : *found;
}

// Nothing where the tenant has no such document; a 404 to the write would not mean that.
net::Task<std::optional<aic::OpenDocument>> open_document(aic::Tenant& tenant) {
  std::optional<aic::OpenDocument> document;
  try {
    document.emplace(co_await aic::open(tenant, {.title = "the theme configuration",
                                                 .target = aic::theme_realms(),
                                                 .read = idm_request(),
                                                 .write = idm_request()}));
  } catch (const base::Error& error) {
    if (!aic::says_missing(error)) throw;
  }
  co_return document;
}

}  // namespace

net::Task<std::optional<Changed>> change_document(Call& call, std::string realm, Decide decide, aic::LookAgain look) {
  auto document = co_await open_document(call.tenant());
  if (!document) co_return std::nullopt;
  if (look) {
    decide(themes_of(document->current(), realm));
    co_await look();
  }
  // Known before anything is written, as the check of the answer is made from it.
  std::string written_id, concerned_id;
  const auto compute = [&](const Json& config) -> std::optional<aic::Edit> {
    const Json& themes = themes_of(config, realm);
    const auto change = decide(themes);
    written_id = id_of_written(change, themes);
    concerned_id = change.kind == Change::Kind::remove ? base::text_member(themes[change.index], "_id") : written_id;
    aic::Edit edit{.after = config};
    apply(change, edit.after["realm"][key_of(base::member(config, "realm"), realm)]);
    if (base::same_value(edit.after, config)) return std::nullopt;
    return edit;
  };
  const auto check = [&](const Json& before, const Json& wanted, const Json& stored) {
    return written_id.empty() ? aic::check_exactly(before, wanted, stored)
                              : check_stored(realm, written_id)(before, wanted, stored);
  };
  auto written = co_await document->save(compute, telling(check), {}, look);
  co_return Changed{.changed = written.changed,
                    .notes = std::move(written.notes),
                    .before = concerned(written.before, realm, concerned_id),
                    .after = concerned(written.after, realm, concerned_id)};
}

net::Task<std::optional<Json>> read_document(aic::Tenant& tenant, std::string realm) {
  auto found = co_await aic::attempt(tenant.get(aic::theme_realms(), idm_request()));
  if (found.is_missing()) co_return std::nullopt;
  co_return themes_of(found.value().body, realm);
}

}  // namespace tools::themes
