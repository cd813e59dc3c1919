// The IDM side of the tenant: managed objects with their definitions and relationships, and configuration.
// Only the idm_*.cpp files and the seed look in here; others go through handle_idm.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/crest/crest.h"
#include "sandbox/tenant.h"

namespace sandbox {

using base::Json;

// One end of a relationship as the object at the other end sees it.
struct Link {
  std::string type, id;  // whom it points to
  std::string reverse;   // that object's property, empty when it has none
  std::string edge;      // `_id` and `_rev` of the relationship itself
  std::string edge_revision;
  Json properties;  // `_refProperties` beyond those two
};

struct IdmState {
  Json managed;                                      // /openidm/config/managed
  std::map<std::string, Json> config;                // the other documents below /openidm/config
  std::map<std::string, std::vector<Json>> objects;  // by type, oldest first, without relationships
  std::map<std::string, std::vector<Link>> links;    // by "type/id/property"
  std::map<std::string, Json> features;              // by id: installedVersion, availableVersions
  std::string replica;                               // the first half of every `_rev`
  std::uint64_t counter = 0;                         // the second half
  std::uint64_t ids = 0;

  std::string next_revision();
  std::string next_id();  // a UUID that depends on the seed only
};

namespace idm {

// types.cpp: definitions, from data/managed_types.json.
Json definition_of(std::string_view realm, std::string_view kind);
Json& definition(IdmState& state, std::string_view type);              // null when there is none
const Json& definition(const IdmState& state, std::string_view type);  // the same
const Json& schema_properties(const IdmState& state, std::string_view type);
// The relationship part of a property's definition: itself, its items, or null.
const Json& relationship_of(const Json& property);
// "alpha" of "alpha_user"; empty for types without a realm.
std::string_view realm_of(std::string_view type);
// "user" of "alpha_user".
std::string_view kind_of(std::string_view type);

// links.cpp: relationships.
std::string link_key(std::string_view type, std::string_view id, std::string_view property);
const std::vector<Link>& links_of(const IdmState& state, std::string_view type, std::string_view id,
                                  std::string_view property);
Json reference(const Link& link);
[[noreturn]] void refuse_reference(std::string_view path);
// Makes `property` point to exactly these {_ref, …}; tells whether anything changed. Refuses unknown targets.
bool relate(IdmState& state, const std::string& type, const std::string& id, const std::string& property,
            const std::vector<Json>& references);
void link(IdmState& state, const std::string& type, const std::string& id, const std::string& property,
          const Json& reference);
// Ties two properties together, unseen: `from.reverse` of the object `from` and `to.reverse` of the object `to`.
void join(IdmState& state, Link from, Link to);
void unlink(IdmState& state, const std::string& type, const std::string& id, const std::string& property,
            std::string_view edge);
void unlink_all(IdmState& state, const std::string& type, const std::string& id);

// view.cpp: what a read shows.
const Json* find_object(const IdmState& state, std::string_view type, std::string_view id);
bool is_relationship(const IdmState& state, std::string_view type, const std::string& property);
bool is_computed(const IdmState& state, std::string_view type, const std::string& property);
// A property's value, relationships and computed ones included; null when unset.
Json value_of(const IdmState& state, std::string_view type, const Json& object, const std::string& property);
// Everything a read shows when `_fields` names nothing.
Json default_view(const IdmState& state, std::string_view type, const Json& object);
Json view(const IdmState& state, std::string_view type, const Json& object, std::string_view fields);

// query.cpp
ApiReply query_objects(const IdmState& state, const ApiRequest& request, const std::string& type);
// Refuses If-Match on requests that change nothing.
void refuse_match(const ApiRequest& request);
// The request's body; refuses with 400 what is not an object.
Json body_object(const ApiRequest& request);

// policy.cpp: refuses with 403 what the type's policies forbid. `object` holds relationships as references.
void check_policies(const IdmState& state, std::string_view type, const Json& object, std::string_view id);

// Resources; nothing = no such endpoint. `path` is what follows /openidm/managed, /openidm/config, ….
using Path = std::vector<std::string>;
std::optional<ApiReply> handle_managed(Tenant& tenant, const ApiRequest& request, const Path& path);
ApiReply handle_relationship(IdmState& state, const ApiRequest& request, const Path& path);
std::optional<ApiReply> handle_config(Tenant& tenant, const ApiRequest& request, const Path& path);
std::optional<ApiReply> handle_schema(IdmState& state, const ApiRequest& request, const Path& path);
std::optional<ApiReply> handle_features(IdmState& state, const ApiRequest& request, const Path& path);
// Marks the feature as installed and makes the types that come with it.
void install_feature(IdmState& state, const std::string& id);
ApiReply handle_themes(IdmState& state, const ApiRequest& request);
// Moves the themes from the one document into a configuration for each.
void split_themes(IdmState& state);

}  // namespace idm
}  // namespace sandbox
