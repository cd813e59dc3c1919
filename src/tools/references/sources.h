// What of a tenant is searched besides journeys: each part with its requests, as documents in one form.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "net/task.h"
#include "tools/kit/tool.h"
#include "tools/references/wanted.h"

namespace tools::references {

enum class Part {
  nodes,  // of journeys: read by journeys/realm_nodes.h
  scripts,
  clients,
  services,
  social_providers,
  saml_entities,
  circles_of_trust,
  policies,
  settings,
  secret_mappings,
  themes,
  applications,
  // Of the whole tenant.
  custom_nodes,
  definitions,
  idm_config,
  sync_mappings,
  roles,
  cors,
};

// As results name it.
std::string_view name_of(Part part);
bool is_of_realm(Part part);
// The parts that can name a thing of this kind.
std::vector<Part> parts_for(Kind kind);

// Something that may name what is looked for.
struct Document {
  std::string in;  // "script", "OAuth2 client", …
  std::string id, name;
  Json body;
};

// All documents of the part. A part that the tenant does not have, by its own word, is empty; everything else that
// keeps from reading the whole is thrown (R-WRT-16).
net::Task<std::vector<Document>> read_part(Call& call, Part part, std::string realm);

}  // namespace tools::references
