// Relationship properties of managed object types, through the schema endpoint that keeps both ends in step (R-DEF-09).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/difference.h"
#include "aic/paths.h"
#include "base/nearest.h"
#include "tools/kit/outcome.h"
#include "tools/kit/requests.h"
#include "tools/managed/config.h"
#include "tools/managed/definition_rules.h"
#include "tools/managed/definitions.h"

namespace tools::managed_definitions {
namespace {

using base::Errc;
using base::Error;

const auto object_type =
    text("objectType", "Object type that has the property, e.g. alpha_user.").in_form(syntax::object_type);
const auto property_name =
    text("propertyName", "Name of the relationship property, e.g. custom_owner.").in_form(syntax::custom_property);
const auto action = text("action", "add creates the property, update replaces its definition, remove deletes it.")
                        .one_of({"add", "update", "remove"});
const auto property_definition =
    any_object(
        "propertyDefinition",
        "Required for add and update, e.g. {\"type\": \"relationship\", \"resourceCollection\": [{\"path\": "
        "\"managed/car\", \"label\": \"Car\", \"query\": {\"queryFilter\": \"true\", \"fields\": [\"plate\"]}}]}. For "
        "a list: {\"type\": \"array\", \"items\": {…}}, where items is such a relationship.")
        .decoded_by(definitions::decode_property)
        .optional();

// The change that a call asks for.
struct Wish {
  std::string type, property, action;
  Json definition;  // null for remove

  base::Target target() const { return aic::managed_property(type, property); }
  std::string name() const { return type + "." + property; }
};

void check_wish(Checking& checking) {
  const auto what = checking.given(action);
  const auto definition = checking.given(property_definition);
  if (!what || *what == "remove") return;
  if (!definition) {
    checking.refuse("propertyDefinition", fmt::format("is required for {}", *what));
    return;
  }
  if (auto faults = definitions::property_kind_faults(*definition, "propertyDefinition"); !faults.empty())
    return checking.refuse(std::move(faults));
  for (auto& fault : definitions::relationship_faults(*definition))
    checking.refuse("propertyDefinition", std::move(fault));
}

Error refusal(Errc code, std::string message, std::string next) {
  Error error(code, std::move(message));
  error.next = std::move(next);
  return error;
}

const Json& stored_property(const Json& config, const Wish& wish) {
  const Json& schema = base::member(managed::definition_of(config, wish.type), "schema");
  return base::member(base::member(schema, "properties"), wish.property);
}

// Throws where the definitions as they are do not allow the wish.
void check_against(const Json& config, const Wish& wish) {
  if (!managed::index_of(config, wish.type)) throw managed::unknown_type(wish.type, config);
  for (const auto& path : definitions::related_paths(wish.definition)) {
    if (!path.starts_with("internal/") && !managed::index_of(config, path)) throw managed::unknown_type(path, config);
  }
  const Json& stored = stored_property(config, wish);
  if (wish.action == "add" && !stored.is_null())
    throw refusal(Errc::conflict, fmt::format("{} already exists", wish.name()), "Use action update to change it.");
  if (wish.action != "add" && stored.is_null())
    throw refusal(Errc::not_found, fmt::format("There is no property {}", wish.name()),
                  "Find the property with getManagedObjectSchema.");
  if (wish.action != "add" && !definitions::is_relationship(stored))
    throw refusal(Errc::invalid_request, fmt::format("{} is not a relationship", wish.name()),
                  "Use patchManagedObjectDefinition to change other properties.");
}

// True when the property, which was `former` before, shows the wish as fulfilled.
bool fulfils(const Json& property, const Wish& wish, const Json& former) {
  return wish.action == "remove" ? property.is_null() : definitions::shows_change(former, wish.definition, property);
}

// The answer holds the property as it is now, or as it was until its removal.
bool shows_success(const Json& answer, const Wish& wish, const Json& former) {
  return wish.action == "remove" ? definitions::is_relationship(answer) : fulfils(answer, wish, former);
}

net::Task<aic::Attempt> send(aic::Tenant& tenant, const Wish& wish, aic::Bearer bearer) {
  auto options = idm_request();
  options.headers = aic::managed_property_headers();
  options.bearer = std::move(bearer);
  auto request = wish.action == "remove" ? tenant.remove(wish.target(), options)
                                         : tenant.put(wish.target(), wish.definition, options);
  co_return co_await aic::attempt(std::move(request));
}

// Sends the wish as long as the property is the one that it was found to fit (R-WRT-14).
net::Task<aic::Attempt> send_safely(aic::Tenant& tenant, aic::OpenDocument& config, const Wish& wish) {
  const Json former = stored_property(config.current(), wish);
  co_return co_await config.rest_on(
      [&](aic::Bearer bearer) { return send(tenant, wish, std::move(bearer)); },
      [&](const Json& fresh) {
        if (!base::same_value(stored_property(fresh, wish), former))
          throw refusal(Errc::conflict,
                        fmt::format("Somebody else changed {} in the meantime; nothing was written", wish.name()),
                        "Read the type again with getManagedObjectSchema, then decide again.");
        check_against(fresh, wish);
      });
}

Error not_as_asked(const Wish& wish, const Json& stored) {
  auto error =
      refusal(Errc::partial, fmt::format("The tenant accepted the change of {} but does not show it", wish.name()),
              "Read the type with getManagedObjectSchema before you do anything else.");
  if (wish.action != "remove" && !stored.is_null()) {
    error.message = fmt::format("The tenant accepted the change of {} but stored something else", wish.name());
    error.detail = {{"definition", stored}};
  }
  return error;
}

net::Task<aic::Attempt> read_definitions(aic::Tenant& tenant) {
  auto now = co_await aic::read_back(tenant.get(aic::managed_config(), idm_request()));
  if (now.failed()) co_return now;
  if (auto problem = aic::missing_content(aic::managed_config().path(), now.reply().body))
    co_return aic::Attempt(std::move(*problem));
  co_return now;
}

// After a write without a proper answer: the property where it is stored as asked, else that nothing happened, or what
// is there instead.
net::Task<aic::Seen> look_for_change(aic::Tenant& tenant, const Wish& wish, const Json& before) {
  const auto now = co_await read_definitions(tenant);
  if (now.failed()) co_return aic::Seen{};
  const Json& stored = stored_property(now.reply().body, wish);
  if (fulfils(stored, wish, stored_property(before, wish)))
    co_return aic::Seen{.write = aic::Seen::Write::happened, .now = {.status = 200, .body = stored}};
  if (aic::differences(before, now.reply().body).empty())
    co_return aic::Seen{.write = aic::Seen::Write::did_not_happen};
  aic::Seen seen{.known = stored.is_null() ? fmt::format("there is no {}", wish.name())
                                           : fmt::format("{} exists, but not as requested", wish.name())};
  if (!stored.is_null()) seen.detail = {{"definition", stored}};
  co_return seen;
}

// Reads the definitions after a write whose answer did not show the property. `shown` becomes the property as it is
// stored.
net::Task<std::vector<std::string>> confirm(aic::Tenant& tenant, const Wish& wish, const Json& former, Json& shown) {
  const auto now = co_await read_definitions(tenant);
  if (now.failed())
    co_return std::vector<std::string>{
        "The change could not be read back to check it, so that this result shows what was sent: " +
        now.error().message};
  shown = stored_property(now.reply().body, wish);
  if (!fulfils(shown, wish, former)) throw not_as_asked(wish, shown);
  co_return std::vector<std::string>{};
}

std::string_view past(const std::string& what) {
  if (what == "add") return "added";
  return what == "update" ? "changed" : "removed";
}

net::Task<Result> patch_relationship(Call& call) {
  const auto definition = call[property_definition];
  const auto what = call[action];
  const Wish wish{call[object_type], call[property_name], what,
                  what == "remove" ? Json() : definition.value_or(Json())};
  // Held open so that no other call changes the definitions meanwhile (R-WRT-05).
  auto config = co_await aic::open(call.tenant(), config_document());
  check_against(config.current(), wish);
  const Json former = stored_property(config.current(), wish);
  Outcome outcome{.message = fmt::format("{} was {}.", wish.name(), past(what)),
                  .id = wish.name(),
                  .about = {{"objectType", wish.type}, {"propertyName", wish.property}}};
  outcome.read_with = "getManagedObjectSchema with properties: [names]";
  if (what == "update" && base::same_value(former, wish.definition)) {
    outcome.message = fmt::format("{} already has this definition; nothing was written.", wish.name());
    outcome.changed = Changes();
    co_return told(std::move(outcome));
  }

  auto [sent, lost] = co_await aic::settle(co_await send_safely(call.tenant(), config, wish),
                                           [&] { return look_for_change(call.tenant(), wish, config.current()); });
  Json stored = std::move(sent.value().body);
  if (lost) {
    outcome.notes.push_back(aic::found_after_all(*lost));
  } else if (!shows_success(stored, wish, former)) {
    outcome.notes = co_await confirm(call.tenant(), wish, former, stored);
    if (!outcome.notes.empty()) stored = wish.definition;  // as the note says
  }
  if (what == "remove")
    outcome.deleted = former;
  else if (what == "update")
    outcome.changed = changes_between(former, stored);
  else
    outcome.set_by_tenant = stored_otherwise(wish.definition, stored);
  co_return told(std::move(outcome));
}

const std::vector<Tool> relationships_tools{
    {
        .name = "patchManagedObjectRelationship",
        .title = "Edit relationship",
        .description =
            "Adds, replaces or removes a custom relationship property of an object type. Removing the property also "
            "removes all its relationships.",
        .scopes = {scope::idm},
        .hints = overwrites_idempotently,
        .params = {object_type, property_name, action, property_definition},
        .run = patch_relationship,
        .check = check_wish,
    },
};

}  // namespace

std::span<const Tool> relationships() {
  return relationships_tools;
}

}  // namespace tools::managed_definitions
