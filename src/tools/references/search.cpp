#include "tools/references/search.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "net/loop.h"
#include "tools/managed/definition_rules.h"
#include "tools/references/existence.h"
#include "tools/references/node_uses.h"
#include "tools/themes/list.h"

namespace tools::references {
namespace {

// The documents that are things of this kind; nothing where no part lists them.
std::string_view documents_of(Kind kind) {
  switch (kind) {
    case Kind::script:
      return "script";
    case Kind::theme:
      return "theme";
    case Kind::oauth2_client:
      return "OAuth2 client";
    case Kind::saml_entity:
      return "SAML entity";
    case Kind::social_provider:
      return "social provider";
    case Kind::managed_type:
      return "managed object type";
    case Kind::email_template:
      return "e-mail template";
    case Kind::journey:
    case Kind::node_type:
    case Kind::esv:
      break;
  }
  return {};
}

Part home_of(Kind kind) {
  switch (kind) {
    case Kind::script:
      return Part::scripts;
    case Kind::theme:
      return Part::themes;
    case Kind::oauth2_client:
      return Part::clients;
    case Kind::saml_entity:
      return Part::saml_entities;
    case Kind::social_provider:
      return Part::social_providers;
    case Kind::managed_type:
      return Part::definitions;
    case Kind::email_template:
      return Part::idm_config;
    case Kind::journey:
    case Kind::node_type:
    case Kind::esv:
      break;
  }
  return Part::nodes;
}

// What came of one part.
struct Read {
  RealmPart part = {};
  std::vector<Document> documents;
  journeys::RealmNodes nodes;
  std::optional<base::Error> error;
};

// Configuration of these names are things of their own.
void name_configuration(std::vector<Document>& documents) {
  constexpr std::string_view of_templates = "emailTemplate/";
  for (auto& document : documents) {
    if (document.id.starts_with("mapping/")) document.in = "sync mapping";
    if (!document.id.starts_with(of_templates)) continue;
    document.in = "e-mail template";
    document.id.erase(0, of_templates.size());
    document.name.clear();
  }
}

net::Task<Read> read(Call& call, RealmPart part, Kind kind) {
  Read read{.part = part};
  try {
    if (part.part == Part::nodes) {
      const auto* fields = kind == Kind::managed_type ? "_id,identityResource,nodes" : journeys::tree_fields;
      read.nodes = co_await journeys::read_realm_nodes(call, part.realm, fields);
      read.error = read.nodes.gap;
    } else {
      read.documents = co_await read_part(call, part.part, part.realm);
      if (part.part == Part::idm_config) name_configuration(read.documents);
    }
  } catch (const base::Error& error) {
    if (error.code == base::Errc::internal) throw;
    read.error = error;
  }
  co_return read;
}

std::vector<std::string> meta_aliases(const Document& entity) {
  std::vector<std::string> aliases;
  for (const char* role : {"identityProvider", "serviceProvider"}) {
    const Json& services = base::member(base::member(entity.body, role), "services");
    if (auto alias = base::text_member(services, "metaAlias"); !alias.empty()) aliases.push_back(std::move(alias));
  }
  return aliases;
}

class Search {
 public:
  Search(Call& call, Question question) : call_(call), question_(std::move(question)) {
    found_.wanted = {.kind = question_.kind, .id = question_.id, .name = question_.name};
  }

  net::Task<Findings> run() {
    co_await read_all();
    identify();
    for (const auto& read : reads_) {
      if (read.part.part == Part::nodes) co_await look_at_nodes(read);
      for (const auto& document : read.documents) look_at(document, read.part.realm);
    }
    for (auto& read : reads_) {
      if (read.part.part == Part::nodes && read.part.realm == question_.realm) found_.nodes = std::move(read.nodes);
    }
    co_return std::move(found_);
  }

 private:
  std::vector<RealmPart> parts() const {
    std::vector<RealmPart> parts;
    std::vector<std::string> realms{question_.realm};
    if (is_of_tenant(question_.kind)) realms = {"alpha", "bravo"};
    for (const auto part : parts_for(question_.kind)) {
      if (std::ranges::find(question_.without, part) != question_.without.end()) continue;
      if (!is_of_realm(part)) parts.push_back({part, ""});
      if (!is_of_realm(part)) continue;
      for (const auto& realm : realms) parts.push_back({part, realm});
    }
    return parts;
  }

  net::Task<> read_all() {
    std::vector<net::Task<>> tasks;
    const auto wanted_parts = parts();
    reads_.resize(wanted_parts.size());
    tasks.reserve(wanted_parts.size() + 1);
    for (std::size_t i = 0; i < reads_.size(); ++i) tasks.push_back(read_into(reads_[i], wanted_parts[i]));
    tasks.push_back(look_for_it());
    co_await net::all(std::move(tasks));
    for (const auto& read : reads_) {
      if (read.error)
        found_.gaps.push_back({read.part.part, read.part.realm, *read.error});
      else
        found_.searched.push_back(read.part);
    }
  }

  net::Task<> read_into(Read& read_there, RealmPart part) {
    read_there = co_await read(call_, std::move(part), question_.kind);
  }

  net::Task<> look_for_it() {
    auto existence = co_await look_for(call_, question_.kind, question_.realm, question_.id);
    found_.exists = existence.exists;
    found_.like_it = std::move(existence.like_it);
  }

  bool was_read(Part part) const {
    return std::ranges::any_of(reads_, [&](const Read& read) { return read.part.part == part && !read.error; });
  }

  // Finds the thing itself among what was read, by its id, else by its name.
  void identify() {
    if (question_.kind == Kind::journey) return identify_journey();
    const auto in = documents_of(question_.kind);
    if (in.empty() || !was_read(home_of(question_.kind))) return;
    const Document* by_name = nullptr;
    std::vector<std::string> names;
    for (const auto& read : reads_) {
      for (const auto& document : read.documents) {
        if (document.in != in) continue;
        if (document.id == question_.id) return take(document);
        if (document.name == question_.id) by_name = &document;
        names.push_back(document.name.empty() ? document.id : document.name);
      }
    }
    if (by_name) return take(*by_name);
    take_missing(names);
  }

  void identify_journey() {
    for (const auto& read : reads_) {
      if (read.part.part != Part::nodes || read.error) continue;
      std::vector<std::string> names;
      for (const Json& tree : read.nodes.trees) names.push_back(base::text_member(tree, "_id"));
      if (std::ranges::find(names, question_.id) == names.end()) return take_missing(names);
      found_.exists = true;
    }
  }

  void take(const Document& document) {
    found_.exists = true;
    found_.wanted.id = document.id;
    if (question_.kind == Kind::script || question_.kind == Kind::theme) found_.wanted.name = document.name;
    if (question_.kind == Kind::saml_entity) found_.wanted.aliases = meta_aliases(document);
  }

  // References to it may be there all the same, by what was given.
  void take_missing(const std::vector<std::string>& names) {
    found_.exists = false;
    found_.like_it = names_like(question_.id, names);
    const bool has_names = question_.kind == Kind::script || question_.kind == Kind::theme;
    if (has_names && question_.name.empty()) found_.wanted.name = question_.id;
  }

  void look_at(const Document& document, const std::string& realm) {
    const auto& wanted = found_.wanted;
    if (document.in == documents_of(wanted.kind) && document.id == wanted.id) {
      if (wanted.kind == Kind::theme) add_what_theme_tells(document, realm);
      return;
    }
    for (auto& member : places_of(wanted, document.body))
      found_.uses.push_back(
          {.in = document.in, .id = document.id, .name = document.name, .realm = realm, .member = std::move(member)});
  }

  void add_what_theme_tells(const Document& theme, const std::string& realm) {
    if (base::is_true(base::member(theme.body, "isDefault")))
      found_.uses.push_back({.in = "realm", .id = realm, .name = realm, .realm = realm, .member = "its default theme"});
    for (const auto& journey : themes::linked_journeys(theme.body))
      found_.uses.push_back(
          {.in = "journey", .id = journey, .name = journey, .realm = realm, .member = "linkedTrees of the theme"});
  }

  net::Task<> look_at_nodes(const Read& read) {
    auto nodes = co_await find_node_uses(call_, read.part.realm, found_.wanted, read.nodes);
    for (auto& use : nodes.uses) {
      use.realm = read.part.realm;
      found_.uses.push_back(std::move(use));
    }
    for (auto& why : nodes.not_checked)
      found_.gaps.push_back({Part::nodes, read.part.realm, base::Error(base::Errc::not_available, std::move(why))});
  }

  Call& call_;
  Question question_;
  std::vector<Read> reads_;
  Findings found_;
};

std::string with_id(std::string_view what, const std::string& id, const std::string& name) {
  if (name.empty() || name == id) return fmt::format("{} {}", what, id);
  return fmt::format("{} {} ({})", what, name, id);
}

}  // namespace

net::Task<Findings> search(Call& call, Question question) {
  Search search(call, std::move(question));
  co_return co_await search.run();
}

std::string described(const Use& use) {
  auto place = use.node.id.empty() ? with_id(use.in, use.id, use.name) : with_id("node", use.node.id, use.node_name);
  if (!use.page_id.empty()) place += " in " + with_id("page", use.page_id, use.page_name);
  if (!use.node.id.empty() && use.in == "journey") place += " of journey " + use.id;
  return use.member.empty() ? place : fmt::format("{}: {}", place, use.member);
}

std::string described(const Gap& gap) {
  const auto in = gap.realm.empty() ? std::string() : " of " + gap.realm;
  return fmt::format("{}{} not checked: {}", name_of(gap.part), in, gap.error.message);
}

}  // namespace tools::references
