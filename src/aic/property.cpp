#include "aic/property.h"

#include "aic/place_words.h"

namespace aic {
namespace {

constexpr auto form = "/openidm/schema/managed/{}/properties/{}";

}  // namespace

bool is_property(const std::string& path) {
  return names_in(path, form).has_value();
}

const Json& property_in(const Json& definitions, const std::string& path) {
  static const Json none;
  const auto names = names_in(path, form);
  if (!names) return none;
  for (const Json& one : base::member(definitions, "objects")) {
    if (base::text_member(one, "name") == names->front())
      return base::member(base::member(base::member(one, "schema"), "properties"), names->back());
  }
  return none;
}

}  // namespace aic
