#include "tools/kit/decode.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tools {
namespace {

using Kind = Shape::Kind;

bool may_be_text(Kind kind) {
  return kind == Kind::text || kind == Kind::any;
}

bool is_of_kind(Kind kind, const Json& value) {
  switch (kind) {
    case Kind::boolean:
      return value.is_boolean();
    case Kind::integer:
      return whole_number(value).is_whole;
    case Kind::number:
      return base::is_number(value);
    case Kind::list:
      return value.is_array();
    default:
      return value.is_object();
  }
}

bool is_choice(const Shape& shape, const Json& value) {
  return std::ranges::any_of(shape.choices, [&](const std::string& choice) { return base::is_text(value, choice); });
}

// Free text may be empty or "null"; a choice may not, unless it is one of them.
bool stands_for_nothing(const Shape& shape, const Json& value) {
  if (shape.kind == Kind::any) return false;
  if (value.is_null()) return true;
  if (!base::is_text(value, "") && !base::is_text(value, "null")) return false;
  return shape.kind != Kind::text || (!shape.choices.empty() && !is_choice(shape, value));
}

void decode_value(const Shape& shape, Json& value);

void decode_members(const std::vector<Param>& params, Json& object) {
  for (const auto& param : params) {
    const auto member = object.find(param.name);
    if (member == object.end()) continue;
    if (!param.required && stands_for_nothing(param.shape, *member))
      object.erase(param.name);
    else
      decode_value(param.shape, *member);
  }
}

void decode_contents(const Shape& shape, Json& value) {
  if (!is_of_kind(shape.kind, value)) return;
  if (shape.kind == Kind::record) decode_members(shape.members, value);
  if (shape.kind == Kind::list || shape.kind == Kind::map) {
    for (Json& element : value) decode_value(shape.element.front(), element);
  }
  if (shape.decode) shape.decode(value);
}

void decode_value(const Shape& shape, Json& value) {
  if (may_be_text(shape.kind)) return;
  if (value.is_string()) {
    if (auto meant = base::try_parse_json(value.get_ref<const std::string&>()); meant && is_of_kind(shape.kind, *meant))
      value = std::move(*meant);
  }
  decode_contents(shape, value);
}

}  // namespace

Json decoded(const std::vector<Param>& params, Json arguments) {
  if (arguments.is_object()) decode_members(params, arguments);
  return arguments;
}

}  // namespace tools
