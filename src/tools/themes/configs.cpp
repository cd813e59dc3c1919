#include "tools/themes/configs.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/difference.h"
#include "aic/document.h"
#include "aic/paths.h"
#include "aic/steps.h"
#include "tools/kit/outcome.h"
#include "tools/kit/requests.h"
#include "tools/kit/tool.h"
#include "tools/themes/list.h"

namespace tools::themes {
namespace {

using base::Errc;
using base::Error;

constexpr auto default_member = "defaultRealmThemeId";
constexpr auto links_member = "linkedTrees";
constexpr auto any_theme = "ui/theme-";

// Absent where the tenant has the other layout.
aic::Document config_document() {
  return {.title = "the configuration of the realms' themes",
          .target = aic::theme_config(),
          .read = idm_request(),
          .write = idm_request(),
          .may_be_absent = true};
}

aic::Document theme_document(std::string_view realm, const std::string& id, bool may_be_absent) {
  return {.title = "theme " + id,
          .target = aic::theme(realm, id),
          .read = idm_request(),
          .write = idm_request(),
          .may_be_absent = may_be_absent};
}

// What the configuration says of the realm; null where it says nothing.
const Json& of_realm(const Json& config, const char* name, std::string_view realm) {
  const Json& realms = base::member(config, name);
  if (!realms.is_null() && !realms.is_object()) throw unknown_form();
  return base::member(realms, key_of(realms, realm));
}

// The same to be changed; made where it is missing.
Json& place_of(Json& config, const char* name, std::string_view realm) {
  Json& realms = config[name];
  if (realms.is_null()) realms = Json::object();
  return realms[key_of(realms, realm)];
}

std::vector<std::string> journeys_of(const Json& config, std::string_view realm, const std::string& config_id) {
  const Json& links = of_realm(config, links_member, realm);
  if (!links.is_null() && !links.is_object()) throw unknown_form();
  std::vector<std::string> journeys;
  for (const auto& [journey, theme] : links.items()) {
    if (base::is_text(theme, config_id)) journeys.push_back(journey);
  }
  return journeys;
}

// The configuration with these journeys, and no others, on the theme.
Json with_journeys(Json config, std::string_view realm, const std::string& config_id,
                   const std::vector<std::string>& journeys) {
  if (journeys == journeys_of(config, realm, config_id)) return config;
  Json& links = place_of(config, links_member, realm);
  Json next = Json::object();
  for (const auto& [journey, theme] : links.items()) {
    if (!base::is_text(theme, config_id)) next[journey] = theme;
  }
  for (const auto& journey : journeys) next[journey] = config_id;
  links = std::move(next);
  return config;
}

// As a theme of the other layout.
Json in_common_form(const Json& document, const Json& config, std::string_view realm) {
  Json theme = document;
  const auto config_id = base::text_member(document, "_id");
  theme["_id"] = config_id.substr(aic::theme_config_id(realm).size());
  theme["isDefault"] = base::is_text(of_realm(config, default_member, realm), config_id);
  theme[links_member] = journeys_of(config, realm, config_id);
  return theme;
}

// The configurations whose name begins so.
net::Task<Json> list_configs(aic::Tenant& tenant, std::string head) {
  auto target = aic::idm_configs().query_component("_queryFilter", "_id sw " + base::filter_literal(head));
  const auto page = co_await tenant.get(std::move(target), idm_request());
  aic::need_content(aic::idm_configs().path(), page.body, "result", "_id");
  Json found = Json::array();
  for (const Json& document : page.body["result"]) {
    if (base::text_member(document, "_id").starts_with(head)) found.push_back(document);
  }
  co_return found;
}

// The realm's themes; nothing where the tenant has not this layout.
net::Task<std::optional<Json>> list_themes(aic::Tenant& tenant, std::string realm, Json config) {
  const bool is_marked = config.contains(default_member) || config.contains(links_member);
  const Json documents = co_await list_configs(tenant, is_marked ? aic::theme_config_id(realm) : any_theme);
  if (!is_marked && documents.empty()) co_return std::nullopt;
  Json themes = Json::array();
  for (const Json& document : documents) {
    if (base::text_member(document, "_id").starts_with(aic::theme_config_id(realm)))
      themes.push_back(in_common_form(document, config, realm));
  }
  co_return themes;
}

Error changed_meanwhile() {
  Error error(Errc::conflict, "Somebody else changed the themes in the meantime; nothing was written");
  error.next = "Read them again with getThemes, then decide again.";
  return error;
}

std::optional<Error> check_theme(const Json& before, const Json& wanted, const Json& stored) {
  if (holds_settings(stored, wanted)) return std::nullopt;
  return aic::check_exactly(before, wanted, stored);
}

// One call's change. `config` stays open meanwhile, so that the themes have one writer at a time (R-WRT-05).
class Configs {
 public:
  // `waits`: Tenant::waits() before any of it was read.
  Configs(Call& call, std::string realm, aic::OpenDocument config, Json themes, Decide decide, aic::LookAgain look,
          int waits)
      : call_(call),
        realm_(std::move(realm)),
        config_(std::move(config)),
        themes_(std::move(themes)),
        decide_(std::move(decide)),
        look_(std::move(look)),
        waits_(waits) {
    config_.looked_since(waits_);
    former_config_ = config_.current();
  }

  net::Task<Changed> make() {
    auto change = decide_(themes_);
    if (change.kind != Change::Kind::add) {
      id_ = id_at(change.index);
      theme_ = themes_[change.index];
      journeys_ = linked_journeys(theme_);
    }
    switch (change.kind) {
      case Change::Kind::add:
        return add(std::move(change.settings));
      case Change::Kind::update:
        return update(std::move(change.settings));
      case Change::Kind::remove:
        return remove();
      case Change::Kind::make_default:
        return make_default();
    }
    throw Error(Errc::internal, "an unknown change of themes");
  }

 private:
  std::string id_at(std::size_t index) const { return base::text_member(themes_[index], "_id"); }

  // Decides anew (R-WRT-14): it must come out for the same theme, and one that is to go must not have got a journey
  // that this call does not know of.
  net::Task<> look_again() {
    const auto config = co_await call_.tenant().get(aic::theme_config(), idm_request());
    const auto themes = co_await list_themes(call_.tenant(), realm_, config.body);
    if (!themes) throw changed_meanwhile();
    const auto change = decide_(*themes);
    if (change.kind == Change::Kind::add) co_return;
    const Json& theme = (*themes)[change.index];
    const auto is_new = [&](const auto& journey) { return std::ranges::find(journeys_, journey) == journeys_.end(); };
    const bool goes_with_more =
        change.kind == Change::Kind::remove && std::ranges::any_of(linked_journeys(theme), is_new);
    if (base::text_member(theme, "_id") != id_ || goes_with_more) throw changed_meanwhile();
    if (look_) co_await look_();
  }

  aic::LookAgain looking() {
    return [this] { return look_again(); };
  }

  // The theme's configuration, which must be as the list has shown it; null for a new one.
  net::Task<aic::OpenDocument> open_theme(std::string id) {
    auto theme = co_await aic::open(call_.tenant(), theme_document(realm_, id, id_.empty()));
    theme.looked_since(waits_);
    const Json& now = theme.current();
    const bool is_same = id_.empty() || base::same_value(in_common_form(now, config_.current(), realm_), theme_);
    if (!is_same) throw changed_meanwhile();
    co_return theme;
  }

  net::Task<aic::Written> rewrite_theme(const std::string& id, aic::Compute compute) {
    auto theme = co_await open_theme(id);
    co_return co_await theme.save(std::move(compute), telling(check_theme), {}, looking());
  }

  net::Task<Changed> add(Json theme) {
    const auto id = base::text_member(theme, "_id");
    const auto journeys = take_journeys(theme);
    theme["_id"] = aic::theme_config_id(realm_, id);
    theme.erase("isDefault");
    const auto compute = [&](const Json& current) -> std::optional<aic::Edit> {
      if (!current.is_null()) throw changed_meanwhile();
      return aic::Edit{.after = theme};
    };
    aic::Steps steps({fmt::format("theme {} stored", id), "its journeys linked"});
    auto written = co_await rewrite_theme(id, compute);
    Changed changed{.notes = std::move(written.notes)};
    steps.done();
    if (journeys) co_await link(id, *journeys, steps, changed);
    changed.after = in_common_form(written.after, config_.current(), realm_);
    co_return changed;
  }

  net::Task<Changed> update(Json settings) {
    const auto journeys = take_journeys(settings);
    const auto compute = [&](const Json& current) -> std::optional<aic::Edit> {
      aic::Edit edit{.after = current};
      edit.after.update(settings);
      if (base::same_value(edit.after, current)) return std::nullopt;
      return edit;
    };
    aic::Steps steps({fmt::format("settings of theme {} stored", id_), "its journeys linked"});
    Changed changed{.changed = false};
    Json before = theme_, after = theme_;
    if (!settings.empty()) {
      auto written = co_await rewrite_theme(id_, compute);
      changed = {.changed = written.changed, .notes = std::move(written.notes)};
      before = std::move(written.before);
      after = std::move(written.after);
      if (changed.changed) steps.done();
    }
    if (journeys) co_await link(id_, *journeys, steps, changed);
    changed.before = in_common_form(before, former_config_, realm_);
    changed.after = in_common_form(after, config_.current(), realm_);
    co_return changed;
  }

  // The links go first: a journey whose theme is gone would be worse than one with the default theme.
  net::Task<Changed> remove() {
    if (look_) co_await look_();
    auto opened = co_await open_theme(id_);
    Changed changed;
    aic::Steps steps({fmt::format("links of {} removed", fmt::join(journeys_, ", ")), "theme " + id_ + " deleted"});
    if (journeys_.empty()) {
      co_await need_same_config();
    } else {
      co_await link(id_, {}, steps, changed);
    }
    std::optional<Error> failure;
    try {
      co_await remove_theme(opened, changed);
    } catch (const Error& error) {
      failure =
          steps.stopped(error, "Call deleteTheme again, or link these journeys to the theme again with updateTheme.");
    }
    if (failure) throw Error(*failure);
    changed.before = in_common_form(opened.current(), former_config_, realm_);
    co_return changed;
  }

  net::Task<> need_same_config() {
    const auto fresh = co_await call_.tenant().get(aic::theme_config(), idm_request());
    if (!aic::differences(config_.current(), fresh.body).empty()) throw changed_meanwhile();
  }

  net::Task<> remove_theme(aic::OpenDocument& theme, Changed& changed) {
    auto gone = co_await theme.remove(looking());
    if (!gone.found_gone) {
      gone.answer.value();
      co_return;
    }
    changed.notes.push_back(aic::found_after_all(gone.answer.error()));
  }

  net::Task<Changed> make_default() {
    const auto config_id = aic::theme_config_id(realm_, id_);
    const auto compute = [&](const Json& current) -> std::optional<aic::Edit> {
      if (base::is_text(of_realm(current, default_member, realm_), config_id)) return std::nullopt;
      aic::Edit edit{.after = current};
      place_of(edit.after, default_member, realm_) = config_id;
      return edit;
    };
    auto written = co_await config_.save(compute, telling(aic::check_exactly), {}, looking());
    co_return Changed{.changed = written.changed,
                      .notes = std::move(written.notes),
                      .before = with_default(written.before),
                      .after = with_default(written.after)};
  }

  // All themes, as far as this configuration tells which one is the default.
  Json with_default(const Json& config) const {
    const Json& chosen = of_realm(config, default_member, realm_);
    Json themes = themes_;
    for (Json& theme : themes)
      theme["isDefault"] = base::is_text(chosen, aic::theme_config_id(realm_, base::text_member(theme, "_id")));
    return themes;
  }

  // The journeys that settings give to the theme, which are kept elsewhere.
  static std::optional<std::vector<std::string>> take_journeys(Json& settings) {
    if (!settings.contains(links_member)) return std::nullopt;
    auto journeys = linked_journeys(settings);
    settings.erase(links_member);
    return journeys;
  }

  // Gives the theme these journeys, as one of `steps`.
  net::Task<> link(const std::string& id, std::vector<std::string> journeys, aic::Steps& steps, Changed& changed) {
    const auto config_id = aic::theme_config_id(realm_, id);
    std::optional<Error> failure;
    try {
      const auto compute = [&](const Json& current) -> std::optional<aic::Edit> {
        aic::Edit edit{.after = with_journeys(current, realm_, config_id, journeys)};
        if (base::same_value(edit.after, current)) return std::nullopt;
        return edit;
      };
      const auto look = id_.empty() ? aic::LookAgain() : looking();  // a new theme is this call's own by now
      const auto written = co_await config_.save(compute, telling(aic::check_exactly), {}, look);
      former_config_ = written.before;
      changed.changed = changed.changed || written.changed;
      changed.notes.insert(changed.notes.end(), written.notes.begin(), written.notes.end());
      steps.done();
    } catch (const Error& error) {
      failure = steps.stopped(error, "Repeat only the links: call updateTheme with linkedTrees.");
    }
    if (failure) throw Error(*failure);
  }

  Call& call_;
  std::string realm_;
  aic::OpenDocument config_;
  Json themes_;
  Decide decide_;
  aic::LookAgain look_;
  int waits_;
  Json former_config_;                 // the configuration, as it was before this call's change
  std::string id_;                     // of the theme that is there already
  Json theme_;                         // as the list has shown it
  std::vector<std::string> journeys_;  // that it has
};

}  // namespace

net::Task<std::optional<Changed>> change_configs(Call& call, std::string realm, Decide decide, aic::LookAgain look) {
  const auto waits = call.tenant().waits();
  auto config = co_await aic::open(call.tenant(), config_document());
  auto themes = co_await list_themes(call.tenant(), realm, config.current());
  if (!themes) co_return std::nullopt;
  if (config.current().is_null()) throw unknown_form();
  Configs configs(call, std::move(realm), std::move(config), std::move(*themes), std::move(decide), std::move(look),
                  waits);
  co_return co_await configs.make();
}

net::Task<std::optional<Json>> read_configs(aic::Tenant& tenant, std::string realm) {
  auto config = co_await aic::attempt(tenant.get(aic::theme_config(), idm_request()));
  Json settings = config.is_missing() ? Json() : std::move(config.value().body);
  co_return co_await list_themes(tenant, std::move(realm), std::move(settings));
}

}  // namespace tools::themes
