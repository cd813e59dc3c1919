#include "tools/references/guard.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/kit/advice.h"

namespace tools::references {
namespace {

std::string why_kept(std::size_t uses) {
  if (uses == 0) return "it could not be checked whether anything uses it";
  return uses == 1 ? "it is used in one place" : fmt::format("it is used in {} places", uses);
}

}  // namespace

net::Task<> need_unused(Call& call, Question question, std::string title, std::function<bool(const Use&)> is_own) {
  const auto found = co_await search(call, std::move(question));
  Json used_by = Json::array(), not_checked = Json::array();
  for (const auto& use : found.uses) {
    if (!is_own(use)) used_by.push_back(described(use));
  }
  for (const auto& gap : found.gaps) not_checked.push_back(described(gap));
  if (used_by.empty() && not_checked.empty()) co_return;
  const auto uses = used_by.size();
  Json findings = Json::object();
  if (uses > 0) findings["usedBy"] = std::move(used_by);
  if (!not_checked.empty()) findings["notChecked"] = std::move(not_checked);
  throw refusal(std::move(findings), fmt::format("{} was not deleted: {}", title, why_kept(uses)),
                uses > 0 ? "Change these first (findReferences shows each place), or call again with force: true."
                         : "Call again later, or with force: true to delete it without this check.");
}

}  // namespace tools::references
