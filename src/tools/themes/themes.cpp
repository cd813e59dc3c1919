// Themes: the looks of a realm's journeys and account pages (R-THM). Where they are kept is decided in store.h.
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "net/loop.h"
#include "tools/kit/fields.h"
#include "tools/kit/outcome.h"
#include "tools/kit/tool.h"
#include "tools/themes/fields.h"
#include "tools/themes/list.h"
#include "tools/themes/store.h"
#include "tools/themes/uses.h"

namespace tools::themes {
namespace {

using base::Errc;
using base::Error;

// Texts of a theme that are longer (pictures, markup) go first when a result is above the budget.
constexpr std::size_t long_text = 1000;
constexpr std::string_view or_force = ", or set force: true";

const auto group =
    text("group", "Return only the settings of this group, e.g. journey or journey.card. Default: all.").optional();
const auto identifier = segment("themeIdentifier", "_id or name of the theme.");
const auto theme_data = any_object("themeData",
                                   "Name and settings of the theme, e.g. {\"name\": \"Dark\", \"primaryColor\": "
                                   "\"#324054\"}. getThemeSchema lists the settings.")
                            .decoded_by(decode);
const auto theme_updates =
    any_object("themeUpdates",
               "Settings to replace, e.g. {\"primaryColor\": \"#324054\"}. getThemeSchema lists the settings.")
        .decoded_by(decode);
const auto force = boolean("force", "Store settings even if they break the rules of getThemeSchema.").by_default(false);
const auto force_deletion = boolean("force",
                                    "Delete the theme even if journeys or pages use it, or this could not be checked. "
                                    "They then get the default theme.")
                                .by_default(false);

base::Target in_realm(const std::string& name) {
  return base::Target("/openidm/ui/theme/").query_component("realm", name);
}

// What the result of a write says of the theme; the rest is added by the caller.
Outcome outcome_of(const Match& theme, std::string message, std::vector<std::string> notes) {
  Outcome outcome{.message = std::move(message), .id = theme.id, .about = {{"name", theme.name}}};
  if (!theme.matched_by.empty()) outcome.about["matchedBy"] = theme.matched_by;
  outcome.notes = std::move(notes);
  outcome.read_with = "getTheme returns the theme";
  return outcome;
}

// A theme as createTheme takes it.
Json as_theme_data(Json theme) {
  if (!theme.is_object()) return theme;
  theme.erase("_id");
  theme.erase("isDefault");
  return theme;
}

void check_group(Checking& checking) {
  const auto asked = checking.given(group);
  if (asked && !is_group(*asked))
    checking.refuse("group",
                    fmt::format("must be one of these groups or the beginning of one: {}", fmt::join(groups(), ", ")),
                    short_form(*asked));
}

net::Task<Result> get_schema(Call& call) {
  auto result = done(field_guide(call[group].value_or("")));
  if (!call[group]) result.rest = "call again with one of the names as \"group\"";
  co_return result;
}

net::Task<Result> get_themes(Call& call) {
  const auto in = call[realm];
  auto target = in_realm(in).query_component("_queryFilter", "true").query_component("_fields", "name,isDefault");
  const auto page = co_await find_themes(call, in, std::move(target), {"_id", "name", "isDefault"});
  Json shown{{"realm", in}};
  shown.update(page.themes);
  auto result = done(std::move(shown), page.notes);
  result.trims = {cut_list("/result", "name", "getTheme returns each")};
  co_return result;
}

// Where the theme is not among them, the notes tell what else could not be looked at.
Match match_with_notes(const Json& themes, const Call& call, const std::vector<std::string>& notes) {
  try {
    return match(themes, call[identifier], call[realm]);
  } catch (Error& error) {
    for (const auto& note : notes) error.message += ". " + note;
    throw;
  }
}

net::Task<Result> get_theme(Call& call) {
  const auto wanted = base::filter_literal(call[identifier]);
  auto target = in_realm(call[realm]).query_component("_queryFilter", fmt::format("_id eq {0} or name eq {0}", wanted));
  const auto page = co_await find_themes(call, call[realm], std::move(target));
  const Json& found = base::member(page.themes, "result");
  const Json themes = found.is_array() ? found : Json::array();
  const auto theme = match_with_notes(themes, call, page.notes);
  auto result = done(themes[theme.index]);
  result.notes.push_back(fmt::format("Matched by {}.", theme.matched_by));
  result.trims = {leave_out_texts("", long_text, "a larger AIC_MAX_RESULT_CHARS shows them")};
  co_return result;
}

void check_settings(Checking& checking, const Json& theme, const std::string& place) {
  if (checking.given(force).value_or(false)) return;
  for (auto& fault : faults(theme, place))
    checking.refuse(std::move(fault.path), fault.rule + std::string(or_force), std::move(fault.value));
}

std::vector<std::string> notes_on(const Json& theme) {
  const auto names = unknown_fields(theme);
  if (names.empty()) return {};
  return {fmt::format("Stored as given, although getThemeSchema does not list them: {}.", fmt::join(names, ", "))};
}

void append(std::vector<std::string>& notes, const std::vector<std::string>& more) {
  notes.insert(notes.end(), more.begin(), more.end());
}

net::Task<> note_missing_journeys(Call& call, const Json& theme, std::vector<std::string>& notes) {
  auto note = co_await note_on_journeys(call, call[realm], linked_journeys(theme));
  if (!note.empty()) notes.push_back(std::move(note));
}

void check_new_theme(Checking& checking) {
  const auto theme = checking.given(theme_data);
  if (!theme) return;
  if (auto fault = name_fault(base::member(*theme, "name")); !fault.empty())
    checking.refuse("themeData.name", std::move(fault), short_form(base::member(*theme, "name")));
  if (theme->contains("_id")) checking.refuse("themeData._id", "is set by this tool; leave it out");
  if (!base::member(*theme, "isDefault").is_null() && !base::is_false(theme->at("isDefault")))
    checking.refuse("themeData.isDefault", "must be left out; setDefaultTheme makes a theme the default afterwards");
  check_settings(checking, *theme, "themeData");
}

net::Task<Result> create_theme(Call& call) {
  Json theme = call[theme_data];
  auto notes = notes_on(theme);
  const Match made{.id = call.random().uuid(), .name = theme["name"].get<std::string>()};
  theme["_id"] = made.id;
  theme["isDefault"] = false;
  const auto in = call[realm];
  std::vector<std::string> links, missing;
  auto change = change_themes(call, in, [&](const Json& themes) {
    check_name_is_free(themes, made.name);
    links = notes_on_links(themes, made.id, linked_journeys(theme));
    return Change{.kind = Change::Kind::add, .settings = theme};
  });
  const auto written = co_await net::both(std::move(change), note_missing_journeys(call, theme, missing));
  append(notes, written.notes);
  append(notes, links);
  append(notes, missing);
  auto outcome = outcome_of(made, fmt::format("The theme {} was created in {}.", made.name, in), std::move(notes));
  outcome.set_by_tenant = stored_otherwise(as_theme_data(theme), as_theme_data(written.after));
  co_return told(std::move(outcome));
}

void check_updates(Checking& checking) {
  const auto updates = checking.given(theme_updates);
  if (!updates) return;
  if (updates->contains("_id")) checking.refuse("themeUpdates._id", "cannot be changed; leave it out");
  if (updates->contains("isDefault"))
    checking.refuse("themeUpdates.isDefault", "is changed with setDefaultTheme; leave it out");
  if (updates->contains("name")) {
    if (auto fault = name_fault((*updates)["name"]); !fault.empty())
      checking.refuse("themeUpdates.name", std::move(fault), short_form((*updates)["name"]));
  }
  check_settings(checking, *updates, "themeUpdates");
}

net::Task<Result> update_theme(Call& call) {
  const auto in = call[realm];
  const Json updates = call[theme_updates];
  Match theme;
  std::vector<std::string> links, missing;
  auto change = change_themes(call, in, [&](const Json& themes) {
    theme = match(themes, call[identifier], call[realm]);
    links = notes_on_links(themes, theme.id, linked_journeys(updates));
    if (const auto name = base::text_member(updates, "name", theme.name); name != theme.name)
      check_name_is_free(themes, name, theme.index);
    return Change{.kind = Change::Kind::update, .index = theme.index, .settings = updates};
  });
  const auto written = co_await net::both(std::move(change), note_missing_journeys(call, updates, missing));
  theme.name = base::text_member(updates, "name", theme.name);
  auto notes = notes_on(updates);
  append(notes, written.notes);
  append(notes, links);
  append(notes, missing);
  auto outcome = outcome_of(
      theme,
      written.changed
          ? fmt::format("The theme {} of {} was changed.", theme.name, in)
          : fmt::format("The theme {} of {} already has these settings; nothing was written.", theme.name, in),
      std::move(notes));
  outcome.changed = changes_between(written.before, written.after);
  co_return told(std::move(outcome));
}

// Throws where a theme must stay (R-THM-07).
void check_deletion(const Json& theme, const Match& which, const std::string& in, bool forced) {
  if (is_default(theme)) {
    Error error(Errc::invalid_request,
                fmt::format("{} is the default theme of {}; nothing was written", which.name, in));
    error.next = "Make another theme the default with setDefaultTheme first.";
    throw error;
  }
  const auto journeys = linked_journeys(theme);
  if (journeys.empty() || forced) return;
  Error error(Errc::invalid_request,
              fmt::format("Journeys use {}: {}; nothing was written", which.name, fmt::join(journeys, ", ")));
  error.detail = {{"linkedTrees", journeys}};
  error.next = "Give these journeys another theme, or call again with force: true; they then get the default theme.";
  throw error;
}

// Throws where pages or scripts name the theme, and where that could not be found out (R-WRT-16).
net::Task<> refuse_if_named(Call& call, const Match& theme) {
  const auto uses = co_await other_uses(call, call[realm], theme);
  if (uses.empty()) co_return;
  throw refusal({{"findings", uses}},
                fmt::format("{} was not deleted: {}; nothing was written", theme.name, fmt::join(uses, "; ")),
                "Give these pages another theme in their stage, or call again with force: true.");
}

net::Task<Result> delete_theme(Call& call) {
  const auto in = call[realm];
  Match theme;
  const auto decide = [&](const Json& themes) {
    theme = match(themes, call[identifier], in);
    check_deletion(themes[theme.index], theme, in, call[force_deletion]);
    return Change{.kind = Change::Kind::remove, .index = theme.index};
  };
  aic::LookAgain look;
  if (!call[force_deletion]) look = [&] { return refuse_if_named(call, theme); };
  const auto written = co_await change_themes(call, in, decide, std::move(look));
  auto outcome =
      outcome_of(theme,
                 fmt::format("The theme {} was deleted from {}. createTheme can store it again from deleted, "
                             "under another _id.",
                             theme.name, in),
                 written.notes);
  outcome.deleted = as_theme_data(written.before);
  co_return told(std::move(outcome));
}

net::Task<Result> set_default(Call& call) {
  const auto in = call[realm];
  Match theme;
  const auto written = co_await change_themes(call, in, [&](const Json& themes) {
    theme = match(themes, call[identifier], call[realm]);
    return Change{.kind = Change::Kind::make_default, .index = theme.index};
  });
  auto outcome = outcome_of(
      theme,
      written.changed ? fmt::format("{} is now the default theme of {}.", theme.name, in)
                      : fmt::format("{} is already the default theme of {}; nothing was written.", theme.name, in),
      written.notes);
  outcome.about["isDefault"] = true;
  outcome.changed = changes_between(written.before, written.after);
  outcome.read_with = "getThemes shows which theme is the default";
  co_return told(std::move(outcome));
}

const std::vector<Tool> family{
    {
        .name = "getThemeSchema",
        .title = "Theme settings",
        .description = "Describes all theme settings: type, format, default and purpose. Read it before you create or "
                       "change a theme. Sends nothing to the tenant.",
        .scopes = {},
        .hints = reads_locally,
        .params = {group},
        .run = get_schema,
        .check = check_group,
    },
    {
        .name = "getThemes",
        .title = "List themes",
        .description = "Lists the themes of a realm and shows which one is the default.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {realm},
        .run = get_themes,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getTheme",
        .title = "Read theme",
        .description = "Returns all settings of a theme.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {realm, identifier},
        .run = get_theme,
    },
    {
        .name = "createTheme",
        .title = "Add theme",
        .description = "Creates a theme, but does not make it the default. Never changes an existing theme.",
        .scopes = {scope::idm, scope::am},
        .hints = creates,
        .params = {realm, theme_data, force},
        .run = create_theme,
        .check = check_new_theme,
    },
    {
        .name = "updateTheme",
        .title = "Edit theme",
        .description = "Replaces the given settings of a theme. All other settings stay unchanged. To change the "
                       "default theme, use setDefaultTheme.",
        .scopes = {scope::idm, scope::am},
        .hints = overwrites_idempotently,
        .params = {realm, identifier, theme_updates, force},
        .run = update_theme,
        .check = check_updates,
    },
    {
        .name = "deleteTheme",
        .title = "Delete theme",
        .description = "Deletes a theme. Never deletes the default theme, and without force no theme that journeys or "
                       "pages use. Returns what was deleted.",
        .scopes = {scope::idm, scope::am},
        .hints = overwrites_idempotently,
        .params = {realm, identifier, force_deletion},
        .run = delete_theme,
    },
    {
        .name = "setDefaultTheme",
        .title = "Set default theme",
        .description = "Makes a theme the default of its realm. The former default theme is kept.",
        .scopes = {scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, identifier},
        .run = set_default,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::themes
