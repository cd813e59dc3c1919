#include "tools/themes/uses.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paging.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/references.h"
#include "tools/journeys/tools.h"

namespace tools::themes {
namespace {

bool names_theme(const Json& settings, const Match& theme) {
  return std::ranges::any_of(journeys::references_in(settings), [&](const journeys::Reference& reference) {
    return reference.kind == journeys::Named::theme && (reference.name == theme.id || reference.name == theme.name);
  });
}

std::string described(const journeys::RealmNodes& known, const journeys::NodeRef& page) {
  const auto holders = known.journeys_of(page);
  const auto place = holders.empty() ? std::string() : fmt::format(" of journey {}", fmt::join(holders, ", "));
  return fmt::format("page {}{}", page.id, place);
}

net::Task<aic::Reply> list_journeys(Call& call, std::string realm) {
  return aic::get_whole(call.tenant(), aic::trees(realm), {.page_size = -1, .fields = "_id"}, journeys::am_request());
}

}  // namespace

net::Task<PageUses> pages_with_theme(Call& call, std::string realm, Match theme) {
  PageUses uses;
  try {
    auto known = co_await journeys::read_realm_nodes(call, std::move(realm));
    for (const auto& node : known.nodes) {
      if (names_theme(node.settings, theme)) uses.pages.push_back(described(known, node.ref));
    }
    uses.unknown = std::move(known.gap);
  } catch (const base::Error& error) {
    uses.unknown = error;
  }
  co_return uses;
}

namespace {

bool has_journey(const Json& trees, std::string_view name) {
  return std::ranges::any_of(trees, [&](const Json& tree) { return base::is_text(base::member(tree, "_id"), name); });
}

}  // namespace

net::Task<std::string> note_on_journeys(Call& call, std::string realm, std::vector<std::string> journeys) {
  if (journeys.empty()) co_return std::string();
  try {
    const auto page = co_await list_journeys(call, realm);
    if (auto doubt = journeys::doubt_of_trees(realm, page.body["result"])) throw std::move(*doubt);
    std::erase_if(journeys, [&](const std::string& name) { return has_journey(page.body["result"], name); });
  } catch (const base::Error& error) {
    co_return fmt::format("It was not checked whether {} has these journeys: {}", realm, error.message);
  }
  if (journeys.empty()) co_return std::string();
  co_return fmt::format("{} has no journey {}; the link is stored, but has no effect until the journey exists.", realm,
                        fmt::join(journeys, ", "));
}

std::vector<std::string> notes_on_links(const Json& themes, const std::string& own_id,
                                        const std::vector<std::string>& journeys) {
  std::vector<std::string> notes;
  for (const Json& theme : themes) {
    if (base::is_text(base::member(theme, "_id"), own_id)) continue;
    for (const auto& link : linked_journeys(theme)) {
      if (std::ranges::find(journeys, link) == journeys.end()) continue;
      notes.push_back(fmt::format("The journey {} was already linked to the theme {}; a journey shows only one theme.",
                                  link, base::text_member(theme, "name", base::text_member(theme, "_id"))));
    }
  }
  return notes;
}

}  // namespace tools::themes
