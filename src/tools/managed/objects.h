// What the two halves of the managed objects family share: reading (objects.cpp) and writing
// (object_writes.cpp).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aic/attempt.h"
#include "tools/kit/changes.h"
#include "tools/kit/tool.h"

namespace tools::managed_objects {

const auto object_type = text("objectType", "Managed object type, e.g. alpha_user. listManagedObjects lists all.")
                             .in_form(syntax::object_type);
const auto object_id = segment("objectId", "_id of the object.");

// "alpha_user 4f1c…", as messages name an object.
inline std::string name_of(const std::string& type, const std::string& id) {
  return type + " " + id;
}

// True when the object shows what each operation, as sent, asked for; those whose effect cannot be seen count as not
// shown.
bool shows_operations(const Json& object, const Json& sent);

// What became of such a patch of the object, which had that revision.
net::Task<aic::Seen> see_patched(aic::Tenant& tenant, base::Target object, Json changes, std::string revision,
                                 aic::RequestOptions options);

// The reading that a patch rests on, with the bearer of the patch; its failure is what became of the patch.
using LookBefore = std::function<net::Task<std::optional<base::Error>>(aic::Bearer)>;

// Patches the object if it has that revision. After a wait it is read again, and not written when somebody else changed
// it meanwhile (R-WRT-14). With `look`, that is done before each sending instead.
net::Task<aic::Attempt> patch_at(aic::Tenant& tenant, base::Target object, Json changes, std::string revision,
                                 aic::RequestOptions options, LookBefore look = {});

// What a patch made of an object (R-UND-04).
struct Patched {
  std::optional<Changes> changed;  // nothing where it is not known what there was, or is now
  std::string revision;
  std::vector<std::string> notes;
};

// Compares the object as it was read before the patch, null where that is not known, with the tenant's answer; where
// that does not show the object, with what one look shows.
net::Task<Patched> compare_patched(aic::Tenant& tenant, base::Target object, Json before, Json sent, aic::Reply answer,
                                   aic::RequestOptions options);

}  // namespace tools::managed_objects
