#include "tools/session/undo.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/document.h"
#include "aic/failure.h"
#include "aic/paths.h"
#include "aic/places.h"
#include "aic/pointer.h"
#include "aic/property.h"
#include "tools/kit/changes.h"
#include "tools/session/still_used.h"

namespace tools::session {
namespace {

using aic::Altered;
using base::Errc;
using base::Error;

enum class Kind { object, config, definitions, property, variable, tree, node, script, authentication, client, cors };

// How the documents of one kind are read and written.
struct Rule {
  Kind kind;
  aic::RequestOptions read, write, remove;
  bool is_conditional = false;
  std::string_view lost = {};  // what does not come back with a deleted one
};

aic::RequestOptions asking(const char* scope, http::Headers headers = {}) {
  return {.scopes = {scope}, .headers = std::move(headers)};
}

Rule same_way(Kind kind, const aic::RequestOptions& options, bool is_conditional = false, std::string_view lost = {}) {
  return {.kind = kind,
          .read = options,
          .write = options,
          .remove = options,
          .is_conditional = is_conditional,
          .lost = lost};
}

std::optional<Rule> idm_rule_of(const std::string& path) {
  if (path.starts_with("/openidm/managed/"))
    return same_way(Kind::object, asking(scope::idm), true,
                    "passwords and whatever else the tenant does not show, and relationships");
  if (path == aic::managed_config().path()) {
    auto rule = same_way(Kind::definitions, asking(scope::idm));
    rule.write.headers = {{"If-Match", "*"}};
    return rule;
  }
  if (path.starts_with("/openidm/config/")) return same_way(Kind::config, asking(scope::idm));
  if (!aic::is_property(path)) return std::nullopt;
  auto rule = same_way(Kind::property, asking(scope::idm), false, "the relationships that objects had by it");
  rule.write = rule.remove = asking(scope::idm, aic::managed_property_headers());
  return rule;
}

std::optional<Rule> am_rule_of(const std::string& path) {
  if (aic::is_tree(path)) return same_way(Kind::tree, asking(scope::am, aic::am_headers()));
  if (const auto node = aic::node_place(path))
    return same_way(Kind::node, asking(scope::am, aic::node_headers(node->version)), false, "secrets in its settings");
  if (path.ends_with("/realm-config/authentication"))
    return same_way(Kind::authentication, asking(scope::am, aic::realm_authentication_headers()));
  if (path.contains("/scripts/")) return same_way(Kind::script, asking(scope::am, aic::script_headers()));
  if (path.contains("/realm-config/agents/OAuth2Client/"))
    return same_way(Kind::client, asking(scope::am, aic::am_headers()), true, "its secret");
  if (path.starts_with(aic::cors_policies().path() + "/"))
    return same_way(Kind::cors, asking(scope::am, aic::cors_headers()));
  return std::nullopt;
}

std::optional<Rule> rule_of(const std::string& path) {
  if (path.starts_with("/openidm/")) return idm_rule_of(path);
  if (path.starts_with("/am/json/")) return am_rule_of(path);
  if (!path.starts_with(aic::esv_variables().path() + "/")) return std::nullopt;
  return Rule{.kind = Kind::variable,
              .read = asking(scope::esv_read, aic::esv_headers()),
              .write = asking(scope::esv_update, aic::esv_headers()),
              .remove = asking(scope::esv_update, aic::esv_delete_headers())};
}

// What the tenant alone decides of a script.
constexpr std::array script_metadata{"_rev",         "_type",          "default",          "createdBy",
                                     "creationDate", "lastModifiedBy", "lastModifiedDate", "exports"};
constexpr std::array variable_settings{"description", "valueBase64", "expressionType"};

// The document as far as it is put back and compared.
Json settings_of(Kind kind, const Json& document) {
  if (!document.is_object()) return document;
  Json settings = document;
  const auto drop = [&](auto is_dropped) {
    for (const auto& [name, value] : document.items()) {
      if (is_dropped(name)) settings.erase(name);
    }
  };
  if (kind == Kind::variable) {
    drop([](const std::string& name) {
      return name != "_id" && std::ranges::find(variable_settings, std::string_view(name)) == variable_settings.end();
    });
    if (base::is_blank(base::member(settings, "description"))) settings["description"] = "";
  } else if (kind == Kind::script) {
    drop([](const std::string& name) {
      return std::ranges::find(script_metadata, std::string_view(name)) != script_metadata.end();
    });
  } else if (kind == Kind::node || kind == Kind::tree) {
    drop([](const std::string& name) { return name.starts_with('_') && name != "_id"; });
  } else if (kind == Kind::client || kind == Kind::cors || kind == Kind::authentication) {
    drop([](const std::string& name) { return name.starts_with('_'); });
  } else {
    settings.erase("_rev");
  }
  return settings;
}

// Differences that matter between two states of a document.
Changes difference(Kind kind, const Json& from, const Json& to) {
  const auto either = [&](const Json& one) { return one.is_null() ? Json::object() : settings_of(kind, one); };
  return changes_between(either(from), either(to));
}

bool is_same(Kind kind, const Json& left, const Json& right) {
  return left.is_null() == right.is_null() && !difference(kind, left, right).any();
}

// One document to be put back.
struct Step {
  Rule rule;
  std::string path;
  Json former, left;
  std::vector<Made> made = {};  // what goes with it

  std::string place() const { return aic::name_of_place(path); }
  base::Target target() const { return base::Target(path); }
};

// Nodes come before the journey that has them, and pages after the nodes in them; what goes, goes the other way round.
constexpr int last_rank = 4;
int rank_of(const Step& step) {
  if (step.rule.kind != Kind::node) return 2;
  const auto node = aic::node_place(step.path);
  const bool is_page = node && node->type == "PageNode";
  if (step.former.is_null()) return is_page ? 3 : 4;
  return is_page ? 1 : 0;
}

std::vector<Step> steps_of(const aic::Change& change) {
  std::vector<Step> all;
  for (const auto& one : change.documents | std::views::reverse) {
    const auto *before = one.before ? &*one.before : nullptr, *after = one.after ? &*one.after : nullptr;
    auto rule = rule_of(one.path);
    if (!rule || before == nullptr || after == nullptr || is_same(rule->kind, *before, *after)) continue;
    all.push_back({.rule = std::move(*rule),
                   .path = one.path,
                   .former = *before,
                   .left = *after,
                   .made = made_in(one.path, *before, *after)});
  }
  // Where the realms' theme settings are put back as well, what they say of a theme is what the change made them say.
  const bool has_theme_settings = std::ranges::find(all, aic::theme_config().path(), &Step::path) != all.end();
  for (auto& step : all) {
    for (auto& one : step.made) {
      if (has_theme_settings) one.document.clear();
    }
  }
  std::vector<Step> steps;
  for (int rank = 0; rank <= last_rank; ++rank) {
    for (const auto& step : all) {
      if (rank_of(step) == rank) steps.push_back(step);
    }
  }
  return steps;
}

// A relationship property is read as a part of the definitions, which an empty answer does not show.
const Json& property_in(const Json& definitions, const std::string& path) {
  aic::need_content(aic::managed_config().path(), definitions, "objects", "name");
  return aic::property_in(definitions, path);
}

net::Task<Json> read_now(aic::Tenant& tenant, Step step) {
  const bool is_property = step.rule.kind == Kind::property;
  auto now = co_await aic::attempt(tenant.get(is_property ? aic::managed_config() : step.target(), step.rule.read));
  if (now.is_missing()) co_return Json();
  if (is_property) co_return property_in(now.value().body, step.path);
  // An empty answer would say that it does not exist.
  aic::need_content(step.path, now.value().body);
  co_return now.value().body;
}

Json conflict_in(const Step& step, const Json& now) {
  Json entry{{"path", step.path}, {"what", step.place()}};
  if (now.is_null() || step.left.is_null()) {
    entry["note"] = now.is_null() ? "does not exist any more" : "exists, although the change left it deleted";
  } else {
    entry["changes"] = difference(step.rule.kind, step.left, now).entries;
  }
  return entry;
}

Error moved_on(std::uint64_t number, Json conflicts) {
  Error error(Errc::conflict, fmt::format("The tenant is no longer as change {} left it", number));
  error.detail = {{"differences", std::move(conflicts)}};
  error.next =
      "If undoChange can put back a later change in listChanges that made these differences, put that one back first. "
      "Otherwise change what you need with the other tools.";
  return error;
}

void need_as_left(const Step& step, const Json& now, std::uint64_t number) {
  if (!is_same(step.rule.kind, step.left, now)) throw moved_on(number, Json::array({conflict_in(step, now)}));
}

std::optional<Error> check(const Step& step, const Json& stored) {
  const auto missed = difference(step.rule.kind, step.former, stored);
  if (!missed.any()) return std::nullopt;
  Error error(Errc::partial,
              fmt::format("The tenant accepted what {} was before but stored something else", step.place()));
  error.detail = {{"differences", missed.entries}};
  error.next = "Read it and compare before you do anything else.";
  return error;
}

std::string pointer_to(const std::string& member) {
  return aic::Pointer(std::vector<std::string>{member}).str();
}

// Operations that make the one object of the other. Times and authors of changes are the tenant's matter.
Json operations_between(const Json& from, const Json& to) {
  Json operations = Json::array();
  const auto part = [](const Json& object, const std::string& name) {
    Json only = Json::object();
    if (object.contains(name)) only[name] = object[name];
    return only;
  };
  const auto stays = [&](const std::string& name) {
    return name.starts_with('_') || !changes_between(part(from, name), part(to, name)).any();
  };
  for (const auto& [name, value] : to.items()) {
    if (stays(name)) continue;
    operations.push_back(
        {{"operation", from.contains(name) ? "replace" : "add"}, {"field", pointer_to(name)}, {"value", value}});
  }
  for (const auto& [name, value] : from.items()) {
    if (!to.contains(name) && !stays(name))
      operations.push_back({{"operation", "remove"}, {"field", pointer_to(name)}});
  }
  return operations;
}

aic::Edit edit_back(const Step& step, const Json& now) {
  const bool patches = step.rule.kind == Kind::object && now.is_object();
  aic::Edit edit{.after = step.former, .body = settings_of(step.rule.kind, step.former), .by_patch = patches};
  if (now.is_object()) {
    // What the tenant alone decides stays as it is.
    edit.after = now;
    const Json replaced = settings_of(step.rule.kind, now);
    for (const auto& [name, value] : replaced.items()) edit.after.erase(name);
    edit.after.update(settings_of(step.rule.kind, step.former));
  }
  if (patches) edit.body = operations_between(now, step.former);
  return edit;
}

// One change that is being put back.
struct Undoing {
  Call& call;
  std::uint64_t number;  // of the change
  int looked;            // Tenant::waits() before it was looked who uses what goes

  aic::Tenant& tenant() const { return call.tenant(); }
};

net::Task<> need_unused(Call& call, std::vector<Made> made) {
  if (auto users = co_await find_users(call, std::move(made))) throw Error(*users);
}

// Who uses what goes with the step may have changed while something was waited for (R-WRT-14).
aic::LookAgain looking(const Undoing& undoing, const Step& step) {
  if (step.made.empty()) return {};
  return [&call = undoing.call, made = step.made] { return need_unused(call, made); };
}

// The document of the step, to be written or deleted as `write` says.
net::Task<aic::OpenDocument> open(Undoing undoing, Step step, aic::RequestOptions write) {
  auto document = co_await aic::open(undoing.tenant(), {.title = step.place(),
                                                        .target = step.target(),
                                                        .read = step.rule.read,
                                                        .write = std::move(write),
                                                        .may_be_absent = true,
                                                        .read_twice = false,
                                                        .conditional = step.rule.is_conditional});
  document.looked_since(undoing.looked);
  co_return std::move(document);
}

net::Task<> store(Undoing undoing, Step step) {
  auto document = co_await open(undoing, step, step.rule.write);
  const auto compute = [&](const Json& now) -> std::optional<aic::Edit> {
    need_as_left(step, now, undoing.number);
    return edit_back(step, now);
  };
  co_await document.save(
      compute, [&](const Json&, const Json&, const Json& stored) { return check(step, stored); }, {},
      looking(undoing, step));
}

net::Task<> remove(Undoing undoing, Step step) {
  auto document = co_await open(undoing, step, step.rule.remove);
  // A node goes with its journey.
  if (document.is_missing() && step.rule.kind == Kind::node) co_return;
  if (!document.is_missing()) aic::need_content(step.path, document.current());
  need_as_left(step, document.current(), undoing.number);
  auto removed = co_await document.remove(looking(undoing, step));
  if (!removed.found_gone) removed.answer.value();
}

net::Task<aic::Seen> look_for_property(aic::Tenant& tenant, Step step) {
  const auto now = co_await aic::read_back(tenant.get(aic::managed_config(), step.rule.read));
  if (now.failed() || aic::missing_content(step.path, now.reply().body, "objects", "name")) co_return aic::Seen{};
  const Json& stored = property_in(now.reply().body, step.path);
  using Write = aic::Seen::Write;
  co_return aic::Seen{.write = is_same(Kind::property, stored, step.former) ? Write::happened
                               : is_same(Kind::property, stored, step.left) ? Write::did_not_happen
                                                                            : Write::unclear,
                      .now = {.status = 200, .body = stored}};
}

net::Task<> store_property(Undoing undoing, Step step) {
  auto& tenant = undoing.tenant();
  auto definitions = co_await aic::open(tenant, {.title = "the managed object definitions",
                                                 .target = aic::managed_config(),
                                                 .read = step.rule.read,
                                                 .write = asking(scope::idm)});
  need_as_left(step, property_in(definitions.current(), step.path), undoing.number);
  const auto send = [&](aic::Bearer bearer) -> net::Task<aic::Attempt> {
    auto options = step.rule.write;
    options.bearer = std::move(bearer);
    co_return co_await aic::attempt(step.former.is_null() ? tenant.remove(step.target(), std::move(options))
                                                          : tenant.put(step.target(), step.former, std::move(options)));
  };
  const auto accept = [&](const Json& fresh) { need_as_left(step, property_in(fresh, step.path), undoing.number); };
  auto settled =
      co_await aic::settle(co_await definitions.rest_on(send, accept), [&] { return look_for_property(tenant, step); });
  settled.answer.value();
  const auto now = co_await look_for_property(tenant, step);
  if (now.write == aic::Seen::Write::happened) co_return;
  if (auto problem = check(step, now.now.body)) throw std::move(*problem);
}

net::Task<> take(const Undoing& undoing, Step step) {
  if (step.rule.kind == Kind::property) return store_property(undoing, std::move(step));
  if (step.former.is_null()) return remove(undoing, std::move(step));
  return store(undoing, std::move(step));
}

std::vector<Made> made_by(const std::vector<Step>& steps) {
  std::vector<Made> all;
  for (const auto& step : steps) std::ranges::copy(step.made, std::back_inserter(all));
  return all;
}

std::string in_words(const Step& step) {
  if (step.former.is_null()) return fmt::format("deleted {}", step.place());
  if (step.left.is_null()) return fmt::format("created {} again", step.place());
  return fmt::format("put {} back", step.place());
}

Error stopped(Error error, const std::vector<Step>& steps, std::size_t done) {
  if (done == 0) {
    if (error.code == Errc::conflict) error.message += "; nothing was written";
    return error;
  }
  error.code = Errc::partial;
  error.message = fmt::format("The change was put back in part only: {}", error.message);
  error.done = Json::array();
  error.not_done = Json::array();
  for (std::size_t i = 0; i < steps.size(); ++i) (i < done ? error.done : error.not_done).push_back(in_words(steps[i]));
  error.next = "listChanges shows what was put back as a change of its own. Read the rest before you go on.";
  return error;
}

std::string obstacle_of_action(const aic::SentWrite& request) {
  if (request.target.starts_with("/openidm/feature/")) return "an installed feature cannot be removed";
  if (request.target.starts_with(aic::ai_agents().path())) return "AI agents cannot be switched off again";
  return fmt::format("{} {} cannot be taken back", request.method, request.target);
}

void judge(const Altered& document, Prospect& prospect) {
  const auto place = aic::name_of_place(document.path);
  const auto rule = rule_of(document.path);
  if (!rule) {
    prospect.obstacles.push_back(fmt::format("this server does not know how to put back {}", place));
  } else if (!document.before) {
    prospect.obstacles.push_back(fmt::format("it is not known what {} was before", place));
  } else if (!document.after) {
    prospect.obstacles.push_back(fmt::format("it is not known what the change left of {}", place));
  } else if (document.after->is_null()) {
    if (!document.before->is_null() && !rule->lost.empty())
      prospect.lost.push_back(fmt::format("{}: {}", place, rule->lost));
  } else if (!document.before->is_null() && !document.hidden.empty()) {
    const auto what = fmt::format("{} of {}, which the tenant does not show", fmt::join(document.hidden, ", "), place);
    if (is_same(rule->kind, *document.before, *document.after))
      prospect.obstacles.push_back("the change was of " + what);
    else
      prospect.lost.push_back(what);
  }
}

}  // namespace

Prospect prospect_of(const aic::Change& change) {
  Prospect prospect;
  if (change.undone_by != 0) prospect.obstacles.push_back(fmt::format("change {} has put it back", change.undone_by));
  for (const auto& request : change.requests) {
    if (request.is_action && request.status < 300) prospect.obstacles.push_back(obstacle_of_action(request));
  }
  if (change.is_too_large)
    prospect.obstacles.emplace_back("its documents are too large to be kept");
  else
    for (const auto& document : change.documents) judge(document, prospect);
  if (prospect.obstacles.empty() && steps_of(change).empty())
    prospect.obstacles.emplace_back("it left everything as it was");
  return prospect;
}

net::Task<std::vector<PutBack>> put_back(Call& call, aic::Change change) {
  auto& tenant = call.tenant();
  const auto steps = steps_of(change);
  Json conflicts = Json::array();
  for (const auto& step : steps) {
    const Json now = co_await read_now(tenant, step);
    if (!is_same(step.rule.kind, step.left, now)) conflicts.push_back(conflict_in(step, now));
  }
  if (!conflicts.empty()) throw stopped(moved_on(change.number, std::move(conflicts)), steps, 0);

  const Undoing undoing{.call = call, .number = change.number, .looked = tenant.waits()};
  if (auto users = co_await find_users(call, made_by(steps))) throw stopped(std::move(*users), steps, 0);

  std::vector<PutBack> done;
  for (const auto& step : steps) {
    std::optional<Error> failure;
    try {
      co_await take(undoing, step);
    } catch (const Error& error) {
      failure = error;
    }
    if (failure) throw stopped(std::move(*failure), steps, done.size());
    done.push_back({.path = step.path, .left = step.left, .former = step.former});
  }
  co_return done;
}

}  // namespace tools::session
