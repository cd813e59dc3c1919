#include "tools/themes/uses.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paging.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/kit/requests.h"
#include "tools/references/search.h"

namespace tools::themes {
namespace {

// "page 4f1c… of journey Login".
std::string theme_user(const references::Use& use) {
  if (use.node.id.empty()) return described(use);
  const auto what = use.node.type == journeys::page_type ? "page" : "node";
  return fmt::format("{} {}{}", what, use.node.id, use.in == "journey" ? " of journey " + use.id : "");
}

net::Task<aic::Reply> list_journeys(Call& call, std::string realm) {
  return aic::get_whole(call.tenant(), aic::trees(realm), {.page_size = -1, .fields = "_id"}, am_request());
}

}  // namespace

net::Task<std::vector<std::string>> other_uses(Call& call, std::string realm, Match theme) {
  const auto found = co_await references::search(call, {.kind = references::Kind::theme,
                                                        .realm = std::move(realm),
                                                        .id = theme.id,
                                                        .name = theme.name,
                                                        .without = {references::Part::themes}});
  std::vector<std::string> uses;
  for (const auto& use : found.uses) {
    auto words = theme_user(use);
    if (std::ranges::find(uses, words) == uses.end()) uses.push_back(std::move(words));
  }
  for (const auto& gap : found.gaps) {
    const bool of_pages = gap.part == references::Part::nodes;
    uses.push_back(of_pages ? "the pages were not all checked: " + gap.error.message : described(gap));
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
