// Reading scripts and what scripts of decision nodes can use (R-SCR-01, -02).
#include "tools/scripts/scripts.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/kit/fields.h"
#include "tools/kit/requests.h"

namespace tools::scripts {

base::Error explained(base::Error error) {
  if (error.code == base::Errc::not_available)
    error.next = "Use an id from listScripts. The platform hides this script, or it does not exist.";
  if (error.code == base::Errc::not_found)
    error.next = "Find the id with listScripts. Each script belongs to one realm.";
  if (error.status == 409)
    error.next =
        "Choose another name, or find the existing script with listScripts. Names are unique in a realm, across all "
        "contexts.";
  return error;
}

std::optional<std::string> source_of(const Json& script) {
  const auto encoded = base::text_member(script, "script");
  auto decoded = base::base64_decode(encoded);
  if (encoded.empty() || !decoded || !base::is_valid_utf8(*decoded) || base::base64(*decoded) != encoded)
    return std::nullopt;
  return decoded;
}

namespace {

// What a list shows of a script.
constexpr std::size_t most_groups = 30;  // of scripts that are left out, in a note
constexpr std::string_view listed_fields =
    "_id,name,description,language,context,evaluatorVersion,creationDate,lastModifiedDate";

const auto evaluator =
    text("evaluatorVersion", "List only scripts for this version of the script engine; 1.0 is the older one.")
        .one_of({"1.0", "2.0"})
        .by_default(std::string(engine));

const auto binding_names =
    list_of("names", "Return only the bindings with these names, e.g. nodeState. Default: all.", text())
        .at_least(1)
        .optional();

// Scripts that a list leaves out, by context and engine version.
using LeftOut = std::map<std::pair<std::string, std::string>, std::size_t>;

std::string note_of(const LeftOut& left_out) {
  std::size_t all = 0, shown = 0;
  std::string groups;
  for (const auto& [group, count] : left_out) {
    all += count;
    if (shown++ < most_groups)
      groups += fmt::format("{}{} of {} {}", groups.empty() ? "" : ", ", count, base::printable(group.first, 100),
                            base::printable(group.second, 20));
  }
  if (left_out.size() > most_groups) groups += ", and others";
  return fmt::format("Left out: {} ({}). Call again with one of these as context and evaluatorVersion.",
                     all == 1 ? std::string("one script") : fmt::format("{} scripts", all), groups);
}

// All are asked for, so that the answer tells what the list leaves out (R-ECO-10).
net::Task<Result> list_scripts(Call& call) {
  auto target = aic::with_query(aic::scripts(call[realm]), {.page_size = -1, .fields = std::string(listed_fields)});
  auto reply = co_await call.tenant().get(std::move(target), am_request(aic::script_headers()));
  aic::need_content(aic::scripts(call[realm]).path(), reply.body, "result", "_id");
  auto result = done(std::move(reply.body));
  Json kept = Json::array();
  LeftOut left_out;
  for (const Json& script : base::member(result.value, "result")) {
    // Scripts of tenants that know one engine only do not tell its version.
    std::pair group{base::text_member(script, "context", "(none)"),
                    base::text_member(script, "evaluatorVersion", "1.0")};
    if (group.first == call[context] && group.second == call[evaluator])
      kept.push_back(script);
    else
      ++left_out[std::move(group)];
  }
  result.value["resultCount"] = kept.size();
  result.value["result"] = std::move(kept);
  if (!left_out.empty()) result.notes.push_back(note_of(left_out));
  result.trims = {leave_out_unset("/result"), cut_list("/result", "_id", "getAMScript returns each by its _id")};
  co_return result;
}

net::Task<Result> get_script(Call& call) {
  Result result;
  try {
    auto reply =
        co_await call.tenant().get(aic::script(call[realm], call[script_id]), am_request(aic::script_read_headers()));
    result = done(std::move(reply.body));
  } catch (const base::Error& error) {
    throw explained(error);
  }
  if (auto source = source_of(result.value))
    result.value["script"] = std::move(*source);
  else if (!base::text_member(result.value, "script").empty())
    result.notes.emplace_back("The script is shown as it is stored, because it is not base64-encoded text.");
  result.trims = {leave_out_texts("", 2000, "it needs a larger AIC_MAX_RESULT_CHARS")};
  co_return result;
}

// Those with these names; what is not among them is said.
void keep_bindings(Result& result, const std::vector<std::string>& names) {
  const Json& all = base::member(result.value, "bindings");
  Json kept = Json::array();
  std::vector<std::string> missing;
  for (const auto& name : names) {
    const auto found =
        std::ranges::find_if(all, [&](const Json& one) { return base::text_member(one, "name") == name; });
    if (found == all.end())
      missing.push_back(base::printable(name, 100));
    else
      kept.push_back(*found);
  }
  if (!missing.empty()) result.notes.push_back(fmt::format("No such binding: {}.", fmt::join(missing, ", ")));
  result.notes.push_back(fmt::format("{} of {} bindings are shown. Without names, all are.", kept.size(), all.size()));
  result.value["bindings"] = std::move(kept);
}

net::Task<Result> get_bindings(Call& call) {
  auto target = aic::in_realm(call[realm]).literal("/contexts/SCRIPTED_DECISION_NODE");
  auto reply = co_await call.tenant().get(std::move(target), am_request(aic::script_headers()));
  auto result = done(std::move(reply.body));
  if (const auto names = call[binding_names]) keep_bindings(result, *names);
  constexpr auto* by_name = "call again with the names of a few bindings in \"names\"";
  result.trims = {leave_out_of_entries("/bindings", "javaClass", by_name), leave_out("/allowLists", by_name),
                  cut_list("/bindings", "name", by_name)};
  co_return result;
}

const std::vector<Tool> reading_tools{
    {
        .name = "listScripts",
        .title = "List scripts",
        .description =
            "Lists the scripts of a realm for one context and one engine version, without their source, and counts "
            "the others.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, context, evaluator},
        .run = list_scripts,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getAMScript",
        .title = "Read script",
        .description = "Returns a script with its source.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, script_id},
        .run = get_script,
    },
    {
        .name = "getScriptedDecisionNodeBindings",
        .title = "Script bindings",
        .description = "Lists the bindings and classes that the script of a scripted decision node can use. Read it "
                       "before you write such a script.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, binding_names},
        .run = get_bindings,
    },
};

}  // namespace

std::span<const Tool> reading() {
  return reading_tools;
}

}  // namespace tools::scripts
