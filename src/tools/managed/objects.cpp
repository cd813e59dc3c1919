// Users, roles, groups, organizations and all other managed objects: listing types, reading schemas and objects
// (R-MOB).
#include "tools/managed/objects.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "base/nearest.h"
#include "tools/kit/fields.h"
#include "tools/kit/requests.h"
#include "tools/managed/config.h"

namespace tools::managed_objects {
namespace {

using base::Error;

const auto fields =
    text("fields",
         "Properties to return, comma-separated, e.g. sn,mail. Default: all but relationships; *,*_ref adds them.")
        .at_most(500)
        .optional();

const auto property_names =
    list_of("properties", "Names of the properties to return. Default: all.", text()).at_least(1).optional();
const auto full_definition =
    boolean("includeFullDefinition",
            "Return the whole definition, scripts included. properties and summary are then ignored.")
        .by_default(false);
const auto summary =
    boolean("summary",
            "Return of each property only title, type, allowed values (enum), whether it is required, and for "
            "relationships the types that it leads to (targets).")
        .by_default(false);

const auto query_filter =
    text("queryFilter",
         "CREST filter with strings in double quotes, e.g. sn sw \"a\" and !(city pr). true matches all.")
        .at_most(1000)
        .by_default("true");
const auto page_size = integer("pageSize", "Objects per page.").between(1, 250).by_default(50);
const auto sort_keys =
    text("sortKeys", "Properties to sort by, comma-separated. A leading - sorts descending, e.g. sn,-age.")
        .at_most(500)
        .optional();
const auto include_total =
    boolean("includeTotal", "Also count all matches (totalPagedResults). Takes longer.").by_default(false);

constexpr const char* by_fields = "call again with these names in \"fields\"";

net::Task<Result> list_types(Call& call) {
  const auto config = co_await managed::read_config(call.tenant());
  co_return done({{"managedObjectTypes", managed::type_names(config)}});
}

// The types that a relationship leads to: "managed/alpha_role".
Json targets_of(const Json& property) {
  Json targets = Json::array();
  for (const Json& collection : base::member(property, "resourceCollection")) {
    if (const Json& path = base::member(collection, "path"); path.is_string()) targets.push_back(path);
  }
  return targets;
}

Json summarise(const Json& property, bool required) {
  Json line = Json::object();
  for (const auto* member : {"title", "type", "enum"}) {
    if (const Json& value = base::member(property, member); !value.is_null()) line[member] = value;
  }
  // Of a list, the same of its entries.
  const Json& items = base::member(property, "items");
  for (const auto* member : {"type", "enum"}) {
    if (const Json& value = base::member(items, member); !value.is_null()) line["items"][member] = value;
  }
  for (const Json* one : {&property, &items}) {
    if (auto targets = targets_of(*one); !targets.empty()) line["targets"] = std::move(targets);
  }
  if (required) line["required"] = true;
  return line;
}

// The asked-for properties; the names that are none go to `unknown`.
Json select(const Json& properties, const std::vector<std::string>& names, std::vector<std::string>& unknown) {
  Json selected = Json::object();
  for (const auto& name : names) {
    if (properties.contains(name))
      selected[name] = properties[name];
    else
      unknown.push_back(name);
  }
  return selected;
}

std::string note_unknown(const std::vector<std::string>& unknown, const Json& properties) {
  std::vector<std::string> existing;
  for (const auto& [name, property] : properties.items()) existing.push_back(name);
  std::string note = "No such property:";
  for (const auto& name : unknown) {
    const auto near = base::nearest(name, existing);
    note += fmt::format(" {}{}", base::printable(name, 100), near.empty() ? ";" : fmt::format(" (similar: {});", near));
  }
  note.back() = '.';
  return note;
}

net::Task<Result> get_schema(Call& call) {
  const auto type = call[object_type];
  const auto config = co_await managed::read_config(call.tenant());
  const Json& definition = managed::definition_of(config, type);
  if (definition.is_null()) throw managed::unknown_type(type, config);
  if (call[full_definition]) {
    auto result = done(definition);
    result.trims = {
        cut_members("/schema/properties", "call again without includeFullDefinition and with properties: [names]")};
    co_return result;
  }

  const Json& schema = base::member(definition, "schema");
  Json required = base::member(schema, "required").is_array() ? schema["required"] : Json::array();
  Json properties = base::member(schema, "properties").is_object() ? schema["properties"] : Json::object();
  auto result = done(Json::object());
  if (const auto names = call[property_names]) {
    std::vector<std::string> unknown;
    auto selected = select(properties, *names, unknown);
    if (!unknown.empty()) result.notes.push_back(note_unknown(unknown, properties));
    properties = std::move(selected);
  }
  if (call[summary]) {
    for (auto& [name, property] : properties.items()) {
      const bool is_required = base::lists_text(required, name);
      property = summarise(property, is_required);
    }
  }
  result.value = {{"name", type}, {"required", std::move(required)}, {"properties", std::move(properties)}};
  result.trims = {cut_members("/properties", call[summary]
                                                 ? "call again with properties: [names]"
                                                 : "call again with properties: [names], or with summary: true")};
  co_return result;
}

// The tenant refuses a filter, sort keys or fields that it cannot read by a 400 (R-MOB-05).
void explain_bad_query(Error& error, const aic::PageQuery& query) {
  if (error.status != 400) return;
  const bool only_filter = query.sort_keys.empty() && query.fields.empty() && query.cookie.empty();
  error.message = fmt::format("The tenant could not parse the query ({})",
                              only_filter ? "queryFilter" : "queryFilter, sortKeys, fields or pagedResultsCookie");
  error.next =
      "Correct the query: put strings in double quotes and property names without quotes, e.g. userName eq \"jane\" "
      "and city pr.";
}

net::Task<Result> query_objects(Call& call) {
  const auto type = call[object_type];
  aic::PageQuery query{.filter = call[query_filter],
                       .page_size = call[page_size],
                       .exact_total = call[include_total],
                       .cookie = call[cookie].value_or(""),
                       .sort_keys = call[sort_keys].value_or(""),
                       .fields = call[fields].value_or("")};
  if (query.filter.empty()) query.filter = "true";
  auto options = idm_request();
  options.part = call.shown_part("result");
  auto asked = co_await aic::attempt(call.tenant().get(aic::with_query(aic::managed(type), query), std::move(options)));
  if (asked.failed()) explain_bad_query(asked.error(), query);
  if (asked.is_missing()) throw co_await managed::explain_missing(call.tenant(), asked.error(), type, {});
  const auto left_out = asked.value().left_out;
  aic::need_content(aic::managed(type).path(), asked.reply().body, "result", "_id");
  auto result = done(std::move(asked.value().body));
  const Json& total = base::member(result.value, "totalPagedResults");
  if (query.exact_total && !(whole_number(total).is_whole && base::to_double(total) >= 0))
    result.notes.emplace_back("The tenant returned no total for this query.");
  result.trims = {leave_out_unset("/result"), cut_page("/result", "pageSize", left_out)};
  result.rest = by_fields;
  co_return result;
}

net::Task<Result> get_object(Call& call) {
  const auto type = call[object_type];
  const auto id = call[object_id];
  auto target = aic::managed_object(type, id);
  if (const auto names = call[fields].value_or(""); !names.empty()) target.query("_fields", names);
  auto asked = co_await aic::attempt(call.tenant().get(target, idm_request()));
  if (asked.is_missing())
    throw co_await managed::explain_missing(call.tenant(), asked.error(), type,
                                            fmt::format("There is no {}", name_of(type, id)));
  auto result = done(std::move(asked.value().body));
  result.rest = by_fields;
  co_return result;
}

const std::vector<Tool> reading_tools{
    {
        .name = "listManagedObjects",
        .title = "List object types",
        .description =
            "Lists the names of all managed object types, custom ones too. queryManagedObjects finds objects "
            "of a type.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {},
        .run = list_types,
        .output_schema = output_of({{"managedObjectTypes", "array"}}),
    },
    {
        .name = "getManagedObjectSchema",
        .title = "Read object type",
        .description = "Returns the properties of a managed object type and which of them are required. Read it before "
                       "you create or change objects.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {object_type, property_names, summary, full_definition},
        .run = get_schema,
    },
    {
        .name = "queryManagedObjects",
        .title = "Find objects",
        .description = "Finds objects of one type, page by page. Set fields to keep the result short.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {object_type, query_filter, page_size, cookie, sort_keys, fields, include_total},
        .run = query_objects,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getManagedObject",
        .title = "Read object",
        .description = "Returns one object with its _rev, which patchManagedObject takes as revision.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {object_type, object_id, fields},
        .run = get_object,
    },
};

}  // namespace

std::span<const Tool> reading() {
  return reading_tools;
}

}  // namespace tools::managed_objects
