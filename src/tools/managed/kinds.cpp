#include "tools/managed/kinds.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/paths.h"
#include "aic/pointer.h"
#include "tools/kit/kinds.h"
#include "tools/kit/requests.h"
#include "tools/managed/config.h"

namespace tools::managed {
namespace {

// Whether some text in it holds the JSON of another kind.
bool has_value_as_text(const Json& value) {
  if (value.is_string()) {
    const auto meant = base::try_parse_json(value.get_ref<const std::string&>());
    return meant && !meant->is_string();
  }
  return value.is_structured() && std::ranges::any_of(value, has_value_as_text);
}

// Null where it cannot be read, or there is none: then the tenant judges alone.
net::Task<Json> read_schema(aic::Tenant& tenant, std::string type) {
  const auto config = co_await aic::attempt(tenant.get(aic::managed_config(), idm_request()));
  if (config.failed()) co_return nullptr;
  co_return base::member(definition_of(config.reply().body, type), "schema");
}

void fit(const Kinds& kinds, Json& value, const std::string& path, Violations& faults) {
  kinds.decode(value);
  // A property that is null has no value: so the tenant shows it, and so it takes it.
  if (value.is_null()) return;
  if (!value.is_object()) return kinds.find_faults(value, path, faults);
  Json given = Json::object();
  for (const auto& [name, property] : value.items()) {
    if (!property.is_null()) base::append_member(given, name, property);
  }
  kinds.find_faults(given, path, faults);
}

void need_none(const Violations& faults) {
  if (!faults.empty()) throw violations_error(faults);
}

}  // namespace

net::Task<> fit_object(aic::Tenant& tenant, std::string type, Json& object) {
  if (!has_value_as_text(object)) co_return;
  const auto schema = co_await read_schema(tenant, std::move(type));
  Violations faults;
  fit(Kinds(schema), object, "objectData", faults);
  need_none(faults);
}

net::Task<> fit_operations(aic::Tenant& tenant, std::string type, Json& operations, std::string path) {
  const auto is_worth_it = [](const Json& one) { return has_value_as_text(base::member(one, "value")); };
  if (!std::ranges::any_of(operations, is_worth_it)) co_return;
  const auto schema = co_await read_schema(tenant, std::move(type));
  Violations faults;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    Json& one = operations[i];
    const auto kind = base::text_member(one, "operation");
    if (!one.contains("value") || kind == "transform") continue;
    const auto field = aic::Pointer::parse(base::text_member(one, "field"));
    const auto kinds = Kinds(schema).of_operand(field, kind == "add", one["value"]);
    fit(kinds, one["value"], fmt::format("{}[{}].value", path, i), faults);
  }
  need_none(faults);
}

}  // namespace tools::managed
