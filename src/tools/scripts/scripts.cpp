// Reading scripts and what scripts of decision nodes can use (R-SCR-01, -02).
#include "tools/scripts/scripts.h"

#include <fmt/format.h>

#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/kit/fields.h"

namespace tools::scripts {

aic::RequestOptions options(http::Headers headers) {
  return {.scopes = {scope::am}, .headers = std::move(headers)};
}

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
constexpr std::string_view listed_fields =
    "_id,name,description,language,context,evaluatorVersion,creationDate,lastModifiedDate";

const auto evaluator = text("evaluatorVersion", "List only scripts for this version of the script engine.")
                           .one_of({"1.0", "2.0"})
                           .by_default(std::string(engine));

net::Task<Result> list_scripts(Call& call) {
  const auto filter = fmt::format("context eq {} and evaluatorVersion eq {}", base::filter_literal(call[context]),
                                  base::filter_literal(call[evaluator]));
  auto target = aic::with_query(aic::scripts(call[realm]),
                                {.filter = filter, .page_size = -1, .fields = std::string(listed_fields)});
  auto reply = co_await call.tenant().get(std::move(target), options(aic::script_headers()));
  auto result = done(std::move(reply.body));
  result.trims = {leave_out_unset("/result"), cut_list("/result", "_id", "getAMScript returns each by its _id")};
  co_return result;
}

net::Task<Result> get_script(Call& call) {
  Result result;
  try {
    auto reply =
        co_await call.tenant().get(aic::script(call[realm], call[script_id]), options(aic::script_read_headers()));
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

net::Task<Result> get_bindings(Call& call) {
  auto target = aic::in_realm(call[realm]).literal("/contexts/SCRIPTED_DECISION_NODE");
  auto reply = co_await call.tenant().get(std::move(target), options(aic::script_headers()));
  auto result = done(std::move(reply.body));
  constexpr auto* larger = "it needs a larger AIC_MAX_RESULT_CHARS";
  result.trims = {leave_out_of_entries("/bindings", "javaClass", larger), leave_out("/allowLists", larger),
                  cut_list("/bindings", "name", larger)};
  co_return result;
}

const std::vector<Tool> reading_tools{
    {
        .name = "listScripts",
        .title = "List scripts",
        .description = "Lists the scripts of a realm for one context and one engine version, without their source. "
                       "getAMScript returns the source.",
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
        .params = {realm},
        .run = get_bindings,
    },
};

}  // namespace

std::span<const Tool> reading() {
  return reading_tools;
}

}  // namespace tools::scripts
