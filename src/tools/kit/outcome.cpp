#include "tools/kit/outcome.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace tools {
namespace {

// Adds what an outcome says to a result, as the members of `place`, a JSON pointer.
class Telling {
 public:
  Telling(Result& result, std::string place) : result_(result), place_(std::move(place)) {}

  void tell(Outcome outcome) {
    std::ranges::move(outcome.notes, std::back_inserter(result_.notes));
    if (!outcome.message.empty()) value_["message"] = std::move(outcome.message);
    if (!outcome.id.empty()) value_["id"] = std::move(outcome.id);
    value_.update(outcome.about);
    if (!outcome.revision.empty()) value_["revision"] = std::move(outcome.revision);
    how_ = outcome.read_with.empty() ? "a larger AIC_MAX_RESULT_CHARS shows them" : std::move(outcome.read_with);
    add_changes("changed", std::move(outcome.changed));
    if (outcome.set_by_tenant && outcome.set_by_tenant->any())
      add_changes("setByTenant", std::move(outcome.set_by_tenant));
    if (!outcome.deleted.is_null()) add_deleted(std::move(outcome.deleted));
    put();
  }

 private:
  // Notes beside the entries when there are more of them.
  void add_changes(const char* name, std::optional<Changes> changes) {
    if (!changes) return;
    if (auto note = changes->note(); !note.empty()) result_.notes.push_back(std::move(note));
    value_[name] = std::move(changes->entries);
    result_.trims.push_back(cut_list(fmt::format("{}/{}", place_, name), "path", how_));
  }

  void add_deleted(Json deleted) {
    value_["deleted"] = std::move(deleted);
    result_.is_last_copy = true;
  }

  void put() {
    if (place_.empty())
      result_.value.update(value_);
    else
      result_.value[Json::json_pointer(place_)] = std::move(value_);
  }

  Result& result_;
  std::string place_, how_;
  Json value_ = Json::object();
};

constexpr ChangeForm form_of_new{.before = "sent", .after = "stored"};

}  // namespace

Result told(Outcome outcome) {
  Result result;
  Telling(result, {}).tell(std::move(outcome));
  return result;
}

Result told(std::vector<Part> parts) {
  Result result;
  for (auto& [name, outcome] : parts) Telling(result, "/" + name).tell(std::move(outcome));
  return result;
}

Changes stored_otherwise(const Json& sent, const Json& stored) {
  if (!sent.is_object() || !stored.is_object()) return changes_between(sent, stored, form_of_new);
  // That a new thing has nothing in a place that nobody named says nothing, nor that something is off which is so
  // unless it is asked for.
  Json told = Json::object();
  for (const auto& [name, value] : stored.items()) {
    const bool is_off = base::is_false(value) && name != "enabled" && name != "active";
    const bool is_nothing = base::is_blank(value) || (value.is_structured() && value.empty()) || is_off;
    if (sent.contains(name) || !is_nothing) told[name] = value;
  }
  return changes_between(sent, told, form_of_new);
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
