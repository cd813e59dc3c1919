#include "tools/journeys/references.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "aic/paths.h"
#include "base/random.h"
#include "base/text.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"
#include "tools/themes/list.h"
#include "tools/themes/store.h"

namespace tools::journeys {
namespace {

std::string escaped(std::string_view member) {
  std::string out;
  for (const char c : member) out += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return out;
}

// Calls `visit(place, member, text)` for each text in the settings; `member` is the nearest name above it.
template <typename Visit>
void for_each_text(const Json& value, const std::string& place, const std::string& member, const Visit& visit) {
  if (value.is_string()) {
    visit(place, member, value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    for (const auto& [name, one] : value.items()) for_each_text(one, place + "/" + escaped(name), name, visit);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      for_each_text(value[i], fmt::format("{}/{}", place, i), member, visit);
  }
}

bool is_made_by_esv(std::string_view text) {
  return text.find("&{") != std::string_view::npos;
}

// "tree", "treeName", "fallbackJourney", …
bool names_journeys(const std::string& member) {
  const auto name = base::lower_case(member);
  return name.ends_with("tree") || name.ends_with("treename") || name.ends_with("journey") ||
         name.ends_with("journeyname");
}

// A page's stage holds it as {"themeId": "…"} or themeId=….
std::optional<std::string> theme_in(const std::string& text) {
  constexpr std::string_view plain = "themeId=";
  if (const auto json = base::try_parse_json(text); json && json->is_object()) {
    auto id = base::text_member(*json, "themeId");
    return id.empty() ? std::nullopt : std::optional(std::move(id));
  }
  const auto at = text.find(plain);
  if (at == std::string::npos) return std::nullopt;
  const auto start = at + plain.size();
  return text.substr(start, text.find_first_of(",;& ", start) - start);
}

std::optional<Named> kind_of(const std::string& member, const std::string& text) {
  const auto name = base::lower_case(member);
  if (names_journeys(member)) return Named::journey;
  if (name.find("script") != std::string::npos && base::is_uuid(text)) return Named::script;
  if (name.find("emailtemplate") != std::string::npos) return Named::email_template;
  if (name == "identityresource") return Named::identity_resource;
  return std::nullopt;
}

bool mentions_journeys(const Json& property, const char* member) {
  const auto words = base::lower_case(base::text_member(property, member));
  return words.find("tree") != std::string::npos || words.find("journey") != std::string::npos;
}

// The schema's own words on a setting tell whether it names a journey.
bool says_journey(const Json& property, const std::string& journey) {
  const Json& values = base::member(property, "enum");
  return mentions_journeys(property, "title") || base::lists_text(values, journey);
}

std::string member_of(const std::string& place) {
  return place.substr(1, place.find('/', 1) - 1);
}

std::string described(const NodeRef& node) {
  return fmt::format("{} {}", node.type, node.id);
}

// Looks at settings that hold the journey's name where the member's name does not say what it means.
class Doubts {
 public:
  Doubts(Call& call, std::string realm, std::string journey)
      : call_(call), realm_(std::move(realm)), journey_(std::move(journey)) {}

  void add(const NodeRef& node, const std::string& place) { doubts_.emplace_back(node, member_of(place)); }

  net::Task<> settle(JourneyUsers& users) {
    std::vector<Ask> asks;
    std::vector<NodeRef> types;
    for (const auto& [node, member] : doubts_) {
      const NodeRef type{"", node.type, node.version};
      if (std::ranges::find(types, type) != types.end()) continue;
      types.push_back(type);
      asks.emplace_back(
          [this, type] { return ask_type(call_.tenant(), realm_, type.type, type.version, "schema", Json::object()); });
    }
    auto schemas = co_await ask_all(call_, "schemas of node types", std::move(asks));
    for (const auto& [node, member] : doubts_) {
      const auto at = std::ranges::find(types, NodeRef{"", node.type, node.version}) - types.begin();
      look_at(node, member, schemas[static_cast<std::size_t>(at)], users);
    }
  }

 private:
  void look_at(const NodeRef& node, const std::string& member, const Answer& schema, JourneyUsers& users) const {
    const Json& property = base::member(base::member(schema.body, "properties"), member);
    const bool is_unclear = !property.is_object() || mentions_journeys(property, "description");
    if (says_journey(property, journey_))
      users.nodes.push_back(node);
    else if (schema.error || is_unclear)
      users.not_checked.push_back(
          fmt::format("{} has \"{}\" as {}, and the schema of its type does not say what that is", described(node),
                      journey_, member));
  }

  Call& call_;
  std::string realm_, journey_;
  std::vector<std::pair<NodeRef, std::string>> doubts_;
};

// Looks for what the references name, each thing once.
class Lacks {
 public:
  Lacks(Call& call, std::string realm, std::string journey)
      : call_(call), realm_(std::move(realm)), journey_(std::move(journey)) {}

  net::Task<std::vector<Lack>> find(std::vector<Reference> references) {
    for (auto& reference : references) sort_in(std::move(reference));
    auto answers = co_await ask_all(call_, "things that the journey names", asks_);
    for (std::size_t i = 0; i < asked_.size(); ++i) look_at(asked_[i], answers[i]);
    if (!themes_.empty()) co_await look_for_themes();
    co_return std::move(lacks_);
  }

 private:
  void sort_in(Reference reference) {
    switch (reference.kind) {
      case Named::identity_resource:
        return look_at_realm(std::move(reference));
      case Named::theme:
        themes_.push_back(std::move(reference));
        return;
      case Named::journey:
        if (reference.name != journey_) ask(std::move(reference), aic::tree, am_request());
        return;
      case Named::script:
        return ask(std::move(reference), aic::script, scripts());
      case Named::email_template:
        return ask(std::move(reference),
                   [](std::string_view, std::string_view name) { return aic::email_template(name); },
                   {.scopes = {scope::idm}});
    }
  }

  static aic::RequestOptions scripts() { return {.scopes = {scope::am}, .headers = aic::script_read_headers()}; }

  template <typename Address>
  void ask(Reference reference, Address address, aic::RequestOptions how) {
    const bool is_known = std::ranges::any_of(
        asked_, [&](const Reference& one) { return one.kind == reference.kind && one.name == reference.name; });
    if (is_known) return;
    asks_.emplace_back(
        [this, address, how, name = reference.name] { return call_.tenant().get(address(realm_, name), how); });
    asked_.push_back(std::move(reference));
  }

  void look_at(const Reference& reference, const Answer& answer) {
    static const std::map<Named, std::string_view> kinds = {
        {Named::journey, "journey"}, {Named::script, "script"}, {Named::email_template, "e-mail template"}};
    const auto what = fmt::format("{} {}", kinds.at(reference.kind), reference.name);
    if (!answer.error) return;
    if (is_missing(*answer.error))
      lacks_.push_back({reference, "there is no " + what, reference.kind != Named::email_template});
    else
      lacks_.push_back({reference, fmt::format("{} was not checked: {}", what, answer.error->message)});
  }

  // "managed/alpha_user" belongs to realm alpha.
  void look_at_realm(Reference reference) {
    for (const std::string_view other : {"alpha", "bravo"}) {
      if (other != realm_ && reference.name.starts_with(fmt::format("managed/{}_", other))) {
        auto why = fmt::format("{} belongs to realm {}", reference.name, other);
        lacks_.push_back({std::move(reference), std::move(why)});
        return;
      }
    }
  }

  net::Task<> look_for_themes() {
    std::vector<Ask> asks;
    asks.emplace_back([this] { return themes_reply(); });
    const auto answers = co_await ask_all(call_, "themes", std::move(asks));
    for (auto& reference : themes_) look_at_theme(std::move(reference), answers[0]);
  }

  net::Task<aic::Reply> themes_reply() {
    co_return aic::Reply{.status = 200, .body = co_await themes::read_themes(call_.tenant(), realm_)};
  }

  void look_at_theme(Reference reference, const Answer& themes) {
    const auto is_it = [&](const Json& theme) {
      return base::text_member(theme, "_id") == reference.name || base::text_member(theme, "name") == reference.name;
    };
    auto why = "there is no theme " + reference.name;
    if (themes.error) why = fmt::format("theme {} was not checked: {}", reference.name, themes.error->message);
    if (themes.error || std::ranges::none_of(themes.body, is_it)) lacks_.push_back({std::move(reference), why});
  }

  Call& call_;
  std::string realm_, journey_;
  std::vector<Reference> asked_, themes_;
  std::vector<Ask> asks_;
  std::vector<Lack> lacks_;
};

}  // namespace

net::Task<std::vector<Lack>> find_lacks(Call& call, std::string realm, std::string journey,
                                        std::vector<Reference> references) {
  Lacks lacks(call, std::move(realm), std::move(journey));
  co_return co_await lacks.find(std::move(references));
}

std::vector<Reference> references_in(const Json& settings) {
  std::vector<Reference> references;
  for_each_text(settings, "", "", [&](const std::string& place, const std::string& member, const std::string& text) {
    if (text.empty() || text == "[Empty]" || is_made_by_esv(text)) return;
    if (auto theme = theme_in(text))
      references.push_back({Named::theme, std::move(*theme), place});
    else if (const auto kind = kind_of(member, text))
      references.push_back({*kind, text, place});
  });
  return references;
}

std::vector<std::string> places_of(const Json& settings, const std::string& wanted) {
  std::vector<std::string> places;
  for_each_text(settings, "", "", [&](const std::string& place, const std::string&, const std::string& text) {
    if (text == wanted) places.push_back(place);
  });
  return places;
}

net::Task<JourneyUsers> users_of_journey(Call& call, std::string realm, std::string name, const RealmNodes& known) {
  JourneyUsers users;
  Doubts doubts(call, std::move(realm), name);
  for (const auto& [node, settings] : known.nodes) {
    for_each_text(bare_config(settings), "", "",
                  [&](const std::string& place, const std::string& member, const std::string& text) {
                    if (text == name && names_journeys(member)) users.nodes.push_back(node);
                    if (text == name && !names_journeys(member)) doubts.add(node, place);
                    if (names_journeys(member) && is_made_by_esv(text))
                      users.not_checked.push_back(
                          fmt::format("{} refers to its journey with a variable: {}", described(node), text));
                  });
  }
  co_await doubts.settle(users);
  co_return users;
}

}  // namespace tools::journeys
