// What may be done to the definitions of managed object types without a request being needed to know it: the guard
// around relationships, references between types, the form of a definition (R-DEF).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aic/pointer.h"
#include "base/error.h"
#include "base/json.h"
#include "tools/kit/check.h"

namespace tools::definitions {

using base::Json;

// One operation on a definition; the place counts from the definition's own root.
struct Operation {
  enum class Kind { add, remove, replace };

  Kind kind = Kind::replace;
  aic::Pointer field;
  std::optional<Json> value;
};

// Values in the place of texts that hold their JSON, where a definition, a property of its schema, or the operation
// {"operation", "field", "value"} on a definition takes no text there (R-ARG-16).
void decode(Json& definition);
void decode_property(Json& property);
void decode_operation(Json& operation);

// What is of another kind than a definition, a property or the value at an operation's place has.
Violations kind_faults(const Json& definition, const std::string& path);
Violations property_kind_faults(const Json& property, const std::string& path);
Violations value_kind_faults(const Operation& operation, const std::string& path);

// Why what is added or put in place of something has no place in the definition, or empty: what it goes into has to be
// there, in a list also what it replaces.
std::string place_fault(const Json& definition, const Operation& operation);

// The definition after the operation, as near as can be said; unchanged where the tenant would refuse it.
Json patched(Json definition, const Operation& operation);

// True for a relationship and for an array of them.
bool is_relationship(const Json& property);
// The first place below `at` that is a relationship.
std::optional<aic::Pointer> find_relationship(const Json& value, const aic::Pointer& at);

// The relationship that the operation would add, change or remove, directly or around it (R-DEF-04).
std::optional<aic::Pointer> touched_relationship(const Json& definition, const Operation& operation);

// Where other definitions refer to the type: "alpha_user: /schema/properties/cars/items" (R-DEF-06).
std::vector<std::string> references_to(const Json& config, std::string_view type);

// The types that every tenant comes with (R-DEF-05).
bool is_built_in(std::string_view type);

// What is wrong with a definition, and was not before: kinds, names in `required` and `order`, empty properties; as
// sentences.
std::vector<std::string> new_faults(const Json& before, const Json& after);

// What is wrong with a new definition's schema (R-DEF-01), or with a relationship's definition (R-DEF-09): one
// sentence each, empty when all is well.
std::vector<std::string> schema_faults(const Json& definition);
std::vector<std::string> relationship_faults(const Json& property);
// The types in its resource collections, without "managed/"; other paths as they are.
std::vector<std::string> related_paths(const Json& property);

// True when `stored` is what was wanted, but for members that the tenant added: such that neither were asked for nor
// were there before.
bool shows_change(const Json& before, const Json& wanted, const Json& stored);

// Compares what the tenant holds after a write that was about one type: all others as they were, this one in its place
// (R-DEF-02, R-WRT-07). The error holds the former content of what was hit.
std::optional<base::Error> check_stored(std::string_view type, const Json& before, const Json& wanted,
                                        const Json& stored);

}  // namespace tools::definitions
