// What is looked for, and whether a text in some settings names it. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tools::references {

using base::Json;

enum class Kind {
  script,
  journey,
  theme,
  node_type,
  email_template,
  esv,
  oauth2_client,
  saml_entity,
  social_provider,
  managed_type,
};

// As calls name them, and as sentences do.
struct KindName {
  Kind kind;
  std::string_view argument, words;
};
inline constexpr std::array kind_names{
    KindName{Kind::script, "script", "script"},
    KindName{Kind::journey, "journey", "journey"},
    KindName{Kind::theme, "theme", "theme"},
    KindName{Kind::node_type, "nodeType", "node type"},
    KindName{Kind::email_template, "emailTemplate", "e-mail template"},
    KindName{Kind::esv, "esv", "ESV"},
    KindName{Kind::oauth2_client, "oauth2Client", "OAuth2 client"},
    KindName{Kind::saml_entity, "samlEntity", "SAML entity"},
    KindName{Kind::social_provider, "socialProvider", "social provider"},
    KindName{Kind::managed_type, "managedType", "managed object type"},
};
const KindName& name_of(Kind kind);
// Things of the whole tenant; others belong to a realm.
bool is_of_tenant(Kind kind);

struct Wanted {
  Kind kind = Kind::script;
  std::string id;                         // a name where that is the id
  std::string name = {};                  // scripts and themes: as well
  std::vector<std::string> aliases = {};  // SAML entities: metaAlias

  // By id, name or alias.
  bool is_called(std::string_view text) const;
};

// The members of the value, as JSON pointers without the first slash, whose texts name what is wanted. Nodes that name
// a journey need more: journey_users.h.
std::vector<std::string> places_of(const Wanted& wanted, const Json& value);

}  // namespace tools::references
