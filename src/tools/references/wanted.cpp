#include "tools/references/wanted.h"

#include <algorithm>
#include <ranges>

#include "base/encoding.h"
#include "base/random.h"
#include "base/text.h"
#include "tools/references/texts.h"

namespace tools::references {
namespace {

using base::contains_ignoring_case;

// Where settings other than those of nodes name journeys: the name of a member, or of one above it, says so.
bool is_place_of_journey(std::string_view place) {
  // loaMapping: ACR values of OpenID Connect; authContextItems: those of a SAML identity provider.
  static constexpr std::array<std::string_view, 8> others{
      "treeMapping",           "linkedTrees",       "orgConfig",  "adminAuthModule",
      "authenticateToService", "strategySpecifier", "loaMapping", "authContextItems"};
  return std::ranges::any_of(std::views::split(place, '/'), [](const auto part) {
    const std::string_view name(part);
    return names_journeys(name) || std::ranges::find(others, name) != others.end();
  });
}

bool names_template(const std::string& id, std::string_view member, const std::string& text) {
  const bool is_its_place =
      contains_ignoring_case(member, "emailTemplate") || contains_ignoring_case(member, "templateName");
  // Scripts send a template by its name.
  return (text == id && is_its_place) || (text.contains("emplate") && holds_quoted(text, id));
}

bool names_theme(const Wanted& wanted, const std::string& text) {
  const auto named = theme_in(text);
  return (named && wanted.is_called(*named)) || (base::is_uuid(wanted.id) && holds_word(text, wanted.id));
}

bool names_client(const std::string& id, std::string_view member, const std::string& text) {
  const bool is_its_place = (contains_ignoring_case(member, "client") && member != "clientName") || member == "oidcId";
  return (text == id && is_its_place) || (contains_ignoring_case(text, "client") && holds_quoted(text, id));
}

bool names_entity(const Wanted& wanted, std::string_view text) {
  constexpr std::string_view in_circle = "|saml2";
  if (text.ends_with(in_circle)) text.remove_suffix(in_circle.size());
  return wanted.is_called(text) || text == base::base64url(wanted.id);
}

bool names(const Wanted& wanted, const std::string& place, const std::string& member, const std::string& text) {
  switch (wanted.kind) {
    case Kind::script:
      return text == wanted.id || (!wanted.name.empty() && requires_library(text, wanted.name));
    case Kind::journey:
      return (text == wanted.id && is_place_of_journey(place)) || links_to_journey(text, wanted.id);
    case Kind::theme:
      return names_theme(wanted, text);
    case Kind::node_type:
      return false;  // journeys and pages hold nodes, and nothing else
    case Kind::email_template:
      return names_template(wanted.id, member, text);
    case Kind::esv:
      return names_esv(text, wanted.id);
    case Kind::oauth2_client:
      return names_client(wanted.id, member, text);
    case Kind::saml_entity:
      return names_entity(wanted, text);
    case Kind::social_provider:
      return text == wanted.id && contains_ignoring_case(place, "provider");
    case Kind::managed_type:
      return holds_word(text, "managed/" + wanted.id);
  }
  return false;
}

}  // namespace

const KindName& name_of(Kind kind) {
  return *std::ranges::find(kind_names, kind, &KindName::kind);
}

bool is_of_tenant(Kind kind) {
  return kind == Kind::esv || kind == Kind::email_template || kind == Kind::managed_type;
}

bool Wanted::is_called(std::string_view text) const {
  return text == id || (!name.empty() && text == name) || std::ranges::find(aliases, text) != aliases.end();
}

std::vector<std::string> places_of(const Wanted& wanted, const Json& value) {
  std::vector<std::string> places;
  for_each_text(value, [&](const std::string& place, const std::string& member, const std::string& text) {
    if (names(wanted, place, member, text)) places.push_back(place.empty() ? place : place.substr(1));
  });
  return places;
}

}  // namespace tools::references
