// The kinds of values in objects of free form, by what is known of them: the facts in data/*_kinds.json, or a schema of
// the tenant's own (R-ARG-16). Of JSON Schema this reads `type`, `enum`, `minimum`, `properties`, `patternProperties`
// that concern all names, `additionalProperties`, `items` and `$ref` to "#/$defs/…"; what a schema does not tell
// passes.
#pragma once

#include <string>

#include "aic/pointer.h"
#include "base/json.h"
#include "tools/kit/check.h"

namespace tools {

// True for what an ESV makes: a text with "&{esv.name}" in it, or {"$int": "&{esv.name}"} and its like. Of which kind
// it will be only the tenant knows.
bool is_made_by_esv(const Json& value);

class Kinds {
 public:
  // Whether values that an ESV makes are of every kind.
  enum class Esvs { unknown, fit_everywhere };

  // Outlives this: it holds the `$defs`.
  explicit Kinds(const Json& root, Esvs esvs = Esvs::unknown) : Kinds(root, root, esvs) {}

  const Json& schema() const { return *schema_; }
  // What is known of the value at that place.
  Kinds at(const aic::Pointer& place) const;
  // What a patch operation takes there: adding to a list takes entries, or one of them.
  Kinds of_operand(const aic::Pointer& place, bool adds, const Json& value) const;

  // Puts values in the place of texts that hold their JSON, at every level, where the text itself could not be meant.
  void decode(Json& value) const;
  // What is of no kind that it may be, at every level. AM's {"inherited", "value"} is looked into.
  void find_faults(const Json& value, const std::string& path, Violations& faults) const;

 private:
  Kinds(const Json& root, const Json& schema, Esvs esvs);

  bool is_free(const Json& value) const { return esvs_ == Esvs::fit_everywhere && is_made_by_esv(value); }
  bool allows(const Json& value) const;
  bool is_list() const { return names("array"); }
  Kinds entry() const;
  Kinds member(const std::string& name) const;
  Kinds part(const Json& schema) const { return {*root_, schema, esvs_}; }
  std::string rule() const;
  bool names(std::string_view type) const;

  const Json* root_;
  const Json* schema_;
  Esvs esvs_;
};

}  // namespace tools
