// Defining, changing and removing managed object types, and their relationship properties (R-DEF). All of them change
// one document, /openidm/config/managed, one call of this process at a time.
#include "tools/managed/definitions.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/text.h"
#include "net/loop.h"
#include "tools/kit/advice.h"
#include "tools/kit/outcome.h"
#include "tools/kit/requests.h"
#include "tools/managed/config.h"
#include "tools/managed/definition_rules.h"
#include "tools/references/search.h"

namespace tools::managed_definitions {

aic::Document config_document() {
  aic::Document document{
      .title = "the managed object configuration", .target = aic::managed_config(), .read = idm_request()};
  document.write = idm_request();
  document.write.headers = {{"If-Match", "*"}};
  return document;
}

namespace {

using base::Errc;
using base::Error;

constexpr std::string_view relationship_tool = "Use patchManagedObjectRelationship to change relationship properties.";

const auto object_name = text("objectName", "Name of the object type, e.g. car.").in_form(syntax::definition_name);
const auto object_definition =
    any_object("objectDefinition",
               "Definition with a schema, e.g. {\"schema\": {\"title\": \"Car\", \"type\": \"object\", \"properties\": "
               "{\"plate\": {\"type\": \"string\"}}, \"required\": [\"plate\"], \"order\": [\"plate\"]}}. Must not "
               "contain relationships.")
        .decoded_by(definitions::decode);
const auto operation = text("operation", "What to do with the value at field.").one_of({"add", "remove", "replace"});
const auto field = json_pointer("field", "JSON pointer within the definition, e.g. /schema/properties/color.");
const auto value =
    any_value("value", "Value to store at field, e.g. {\"type\": \"string\"}. Required for add and replace.")
        .optional();
const auto operations = list_of("operations", "Operations, applied in this order, all or none.",
                                record({operation, field, value}).decoded_by(definitions::decode_operation))
                            .at_least(1);
const auto force =
    boolean("force",
            "Delete the definition even if objects of the type or sync mappings exist, or this could not be checked.")
        .by_default(false);

aic::Check check_for(std::string type) {
  return telling([type = std::move(type)](const Json& before, const Json& wanted, const Json& stored) {
    return definitions::check_stored(type, before, wanted, stored);
  });
}

void check_new_definition(Checking& checking) {
  const auto definition = checking.given(object_definition);
  if (!definition) return;
  if (auto faults = definitions::kind_faults(*definition, "objectDefinition"); !faults.empty())
    return checking.refuse(std::move(faults));
  for (auto& fault : definitions::schema_faults(*definition)) checking.refuse("objectDefinition", std::move(fault));
  // Written as part of the configuration, a relationship would lack its other end.
  if (const auto place = definitions::find_relationship(*definition, aic::Pointer()))
    checking.refuse(fmt::format("objectDefinition{}", place->str()),
                    "must not be a relationship here: define the type without it, then add it with "
                    "patchManagedObjectRelationship");
}

std::optional<aic::Edit> with_definition(const Json& config, const std::string& name, const Json& definition) {
  for (const auto& existing : managed::type_names(config)) {
    if (!base::same_ignoring_case(existing, name)) continue;
    Error error(Errc::conflict, fmt::format("The type {} already exists", existing));
    error.next = "Change it with patchManagedObjectDefinition, or choose another name.";
    throw error;
  }
  aic::Edit edit{.after = config, .body = Json::array(), .by_patch = true};
  edit.after["objects"].push_back(definition);
  edit.body.push_back({{"operation", "add"}, {"field", "/objects/-"}, {"value", definition}});
  return edit;
}

// IDM serves a type 40 to 550 ms after its definition is stored. False when it has not by the end of this.
net::Task<bool> wait_until_served(Call& call, std::string type) {
  for (const int pause : {0, 50, 100, 200, 400, 800}) {
    co_await call.clock().sleep(net::Duration{pause});
    if (co_await managed::is_served(call.tenant(), type)) co_return true;
  }
  co_return false;
}

net::Task<Result> create_definition(Call& call) {
  const auto name = call[object_name];
  Json definition = call[object_definition];
  definition["name"] = name;
  const auto written = co_await aic::rewrite(
      call.tenant(), config_document(), [&](const Json& config) { return with_definition(config, name, definition); },
      check_for(name));
  const Json& stored = managed::definition_of(written.after, name);
  const bool is_served = co_await wait_until_served(call, name);
  const auto state = is_served ? "." : ", but the tenant does not provide it yet. Create objects of it in a moment.";
  Outcome outcome{.message = fmt::format("The type {} is defined{}", name, state), .id = name};
  if (!stored.is_null()) outcome.set_by_tenant = stored_otherwise(definition, stored);
  outcome.notes = written.notes;
  outcome.read_with = "getManagedObjectSchema with properties: [names]";
  co_return told(std::move(outcome));
}

definitions::Operation parsed(const Record& given) {
  using Kind = definitions::Operation::Kind;
  const auto kind = given[operation];
  return {.kind = kind == "add"      ? Kind::add
                  : kind == "remove" ? Kind::remove
                                     : Kind::replace,
          .field = aic::Pointer::parse(given[field]),
          .value = given[value]};
}

void check_operations(Checking& checking) {
  const auto given = checking.given(operations);
  for (std::size_t i = 0; given && i < given->size(); ++i) {
    const auto one = parsed((*given)[i]);
    if (one.kind != definitions::Operation::Kind::remove && !one.value)
      checking.refuse(fmt::format("operations[{}].value", i), "is required for add and replace");
    if (one.field.tokens().front() == "name")
      checking.refuse(fmt::format("operations[{}].field", i), "must not rename the type");
    checking.refuse(definitions::value_kind_faults(one, fmt::format("operations[{}].value", i)));
  }
}

// Refuses what the relationship tool is for; all operations are looked at before any is sent (R-DEF-04).
void guard_relationships(Json definition, const std::vector<Record>& given) {
  for (const Record& one : given) {
    const auto step = parsed(one);
    if (const auto touched = definitions::touched_relationship(definition, step)) {
      Error error(Errc::invalid_request, fmt::format("{} {} would change the relationship at {}; nothing was written",
                                                     one[operation], step.field.str(), touched->str()));
      error.next = relationship_tool;
      throw error;
    }
    definition = definitions::patched(std::move(definition), step);
  }
}

Error no_place(const Record& given, const aic::Pointer& place, const std::string& fault) {
  Error error(Errc::invalid_request, fmt::format("The operation at {} ({}) is not possible: {}; nothing was written",
                                                 place.str(), given[operation], fault));
  error.next =
      "Correct the field, or add what is missing in an earlier operation. getManagedObjectSchema with "
      "includeFullDefinition: true shows the definition.";
  return error;
}

// `applied` becomes the number of operations that change something.
std::optional<aic::Edit> with_operations(const Json& config, const std::string& name, const std::vector<Record>& given,
                                         std::size_t& applied) {
  applied = 0;
  const auto index = managed::index_of(config, name);
  if (!index) throw managed::unknown_type(name, config);
  guard_relationships(managed::definition_of(config, name), given);
  aic::Edit edit{.after = config, .body = Json::array(), .by_patch = true};
  Json& definition = edit.after["objects"][*index];
  for (const Record& one : given) {
    const auto step = parsed(one);
    if (const auto fault = definitions::place_fault(definition, step); !fault.empty())
      throw no_place(one, step.field, fault);
    const Json before = definition;
    definition = definitions::patched(std::move(definition), step);
    if (!base::same_value(before, definition)) ++applied;
    Json sent = {{"operation", one[operation]}, {"field", fmt::format("/objects/{}{}", *index, step.field.str())}};
    if (step.value) sent["value"] = *step.value;
    edit.body.push_back(std::move(sent));
  }
  const Json& former = managed::definition_of(config, name);
  if (base::same_value(definition, former)) return std::nullopt;
  if (const auto faults = definitions::new_faults(former, definition); !faults.empty())
    throw refusal({{"faults", faults}},
                  fmt::format("The change would make the definition of {} invalid: {}; nothing was written", name,
                              fmt::join(faults, "; ")),
                  "Correct the operations. They are applied together.");
  return edit;
}

net::Task<Result> patch_definition(Call& call) {
  const auto name = call[object_name];
  const auto given = call[operations];
  std::size_t applied = 0;
  const auto written = co_await aic::rewrite(
      call.tenant(), config_document(),
      [&](const Json& config) { return with_operations(config, name, given, applied); }, check_for(name));
  const auto message = written.changed
                           ? fmt::format("The definition of {} was changed.", name)
                           : fmt::format("The definition of {} already has these settings; nothing was written.", name);
  Outcome outcome{.message = message,
                  .id = name,
                  .about = {{"operationsApplied", written.changed ? applied : 0}},
                  .changed = changes_between(managed::definition_of(written.before, name),
                                             managed::definition_of(written.after, name))};
  outcome.notes = written.notes;
  outcome.read_with = "getManagedObjectSchema with properties: [names]";
  co_return told(std::move(outcome));
}

void check_deletion(Checking& checking) {
  const auto name = checking.given(object_name);
  if (name && definitions::is_built_in(*name))
    checking.refuse("objectName", "must not be a type that every tenant comes with", *name);
}

std::optional<aic::Edit> without_definition(const Json& config, const std::string& name) {
  const auto index = managed::index_of(config, name);
  if (!index) throw managed::unknown_type(name, config);
  const auto references = definitions::references_to(config, name);
  if (!references.empty()) {
    Error error(Errc::invalid_request, fmt::format("Other types refer to {}: {}", name, fmt::join(references, ", ")));
    error.detail = {{"references", references}};
    error.next = "Remove these references first. Use patchManagedObjectRelationship for relationships.";
    throw error;
  }
  aic::Edit edit{.after = config};
  edit.after["objects"].erase(*index);
  return edit;
}

std::string not_checked(std::string_view what, const Error& error) {
  return fmt::format("{} not checked: {}", what, error.message);
}

}  // namespace

// A type that is defined has a collection: where the tenant does not serve it, what is stored in it is not known
// (R-WRT-16).
net::Task<std::vector<std::string>> uses_of(Call& call, std::string name) {
  std::vector<std::string> findings;
  const aic::PageQuery one{.page_size = 1, .fields = "_id"};
  // The type belongs to the whole tenant: both realms are searched.
  const auto [objects, found] = co_await net::both(
      aic::attempt(aic::get_whole(call.tenant(), aic::managed(name), one, idm_request(), 1)),
      references::search(call, {.kind = references::Kind::managed_type, .realm = "alpha", .id = name}));
  // A 404 as well: the type is defined, so its objects may only not be served (R-WRT-16).
  if (objects.failed()) findings.push_back(not_checked("stored objects", objects.error()));
  if (!objects.failed() && !base::member(objects.reply().body, "result").empty())
    findings.push_back(fmt::format("objects of type {} exist", name));
  for (const auto& use : found.uses) findings.push_back(described(use));
  for (const auto& gap : found.gaps) findings.push_back(described(gap));
  co_return findings;
}

namespace {

net::Task<> refuse_if_used(Call& call, std::string name) {
  const auto findings = co_await uses_of(call, name);
  if (findings.empty()) co_return;
  throw refusal({{"findings", findings}},
                fmt::format("The definition of {} was not deleted: {}", name, fmt::join(findings, ", ")),
                advice::clear_up_or_force);
}

// The configuration, which must have the definition.
net::Task<aic::OpenDocument> open_to_remove(Call& call, std::string name) {
  auto config = co_await aic::open(call.tenant(), config_document());
  without_definition(config.current(), name);
  co_return std::move(config);
}

net::Task<Result> delete_definition(Call& call) {
  const auto name = call[object_name];
  const auto look = [&]() -> net::Task<> {
    if (!call[force]) co_await refuse_if_used(call, name);
  };
  auto config = co_await aic::open_beside(call.tenant(), open_to_remove(call, name), look());
  const auto written =
      co_await config.save([&](const Json& now) { return without_definition(now, name); }, check_for(name), {}, look);
  const Json& removed = managed::definition_of(written.before, name);
  const bool is_linked = definitions::find_relationship(removed, aic::Pointer()).has_value();
  Outcome outcome{.message = fmt::format(
                      "The definition of {} was deleted. createManagedObjectDefinition can restore it from deleted{}.",
                      name, is_linked ? ", except for its relationships" : ""),
                  .id = name,
                  .deleted = removed};
  outcome.notes = written.notes;
  co_return told(std::move(outcome));
}

const std::vector<Tool> types_tools{
    {
        .name = "createManagedObjectDefinition",
        .title = "Add object type",
        .description = "Defines a new managed object type. Never changes an existing type. Add relationships "
                       "afterwards with patchManagedObjectRelationship.",
        .scopes = {scope::idm},
        .hints = creates,
        .params = {object_name, object_definition},
        .run = create_definition,
        .check = check_new_definition,
    },
    {
        .name = "patchManagedObjectDefinition",
        .title = "Patch object type",
        .description = "Changes parts of the definition of an object type. Does not rename the type. To change "
                       "relationships, use patchManagedObjectRelationship.",
        .scopes = {scope::idm},
        .hints = overwrites,
        .params = {object_name, operations},
        .run = patch_definition,
        .check = check_operations,
    },
    {
        .name = "deleteManagedObjectDefinition",
        .title = "Delete object type",
        .description = "Deletes the definition of a custom object type and returns it. Refused while another type "
                       "refers to it, and for the types that every tenant comes with.",
        .scopes = {scope::idm, scope::am},
        .hints = overwrites_idempotently,
        .params = {object_name, force},
        .run = delete_definition,
        .check = check_deletion,
    },
};

}  // namespace

std::span<const Tool> types() {
  return types_tools;
}

}  // namespace tools::managed_definitions
