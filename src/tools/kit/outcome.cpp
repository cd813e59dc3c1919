#include "tools/kit/outcome.h"

#include <utility>

#include <fmt/format.h>

namespace tools {
namespace {

// Longer texts of what was deleted go when the result is above the budget.
constexpr std::size_t long_text = 2000;
constexpr std::string_view gone_for_good = "it is deleted, so no later call shows it";

// Notes beside the entries when there are more of them.
void add_changes(Result& result, const char* name, std::optional<Changes> changes) {
  if (!changes) return;
  if (auto note = changes->note(); !note.empty()) result.notes.push_back(std::move(note));
  result.value[name] = std::move(changes->entries);
}

}  // namespace

Result told(Outcome outcome) {
  auto result = done(Json::object(), std::move(outcome.notes));
  Json& value = result.value;
  if (!outcome.message.empty()) value["message"] = std::move(outcome.message);
  if (!outcome.id.empty()) value["id"] = std::move(outcome.id);
  value.update(outcome.about);
  if (!outcome.revision.empty()) value["revision"] = std::move(outcome.revision);
  add_changes(result, "changed", std::move(outcome.changed));
  if (outcome.set_by_tenant && outcome.set_by_tenant->any())
    add_changes(result, "setByTenant", std::move(outcome.set_by_tenant));
  const bool is_deletion = !outcome.deleted.is_null();
  if (is_deletion) value["deleted"] = std::move(outcome.deleted);

  const auto how = outcome.read_with.empty() ? std::string("a larger AIC_MAX_RESULT_CHARS shows them")
                                             : std::move(outcome.read_with);
  result.trims = {cut_list("/changed", "path", how), cut_list("/setByTenant", "path", how)};
  if (is_deletion) {
    result.trims.push_back(leave_out_texts("/deleted", long_text, std::string(gone_for_good)));
    result.rest = gone_for_good;
  }
  return result;
}

Changes stored_otherwise(const Json& sent, const Json& stored) {
  return changes_between(sent, stored, {.before = "sent", .after = "stored"});
}

aic::Check telling(aic::Check check, View view) {
  return
      [check = std::move(check), view = std::move(view)](const Json& before, const Json& wanted, const Json& stored) {
        auto problem = check(before, wanted, stored);
        if (!problem || before.is_null()) return problem;
        const auto changes = view ? changes_between(view(before), view(stored)) : changes_between(before, stored);
        if (problem->detail.is_null()) problem->detail = Json::object();
        if (problem->detail.is_object()) problem->detail["changed"] = changes.entries;
        return problem;
      };
}

}  // namespace tools
