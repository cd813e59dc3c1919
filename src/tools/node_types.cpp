// What nodes a journey can be made of: the types, what each can be set to, and the outcomes that settings lead to.
#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "aic/content.h"
#include "aic/paths.h"
#include "tools/catalog.h"
#include "tools/fan_out.h"
#include "tools/fields.h"
#include "tools/tool.h"

namespace tools::node_types {
namespace {

const auto node_type = segment("nodeType", "E.g. PageNode; listNodeTypes names all");
const auto type_names = list_of("nodeTypes", "E.g. PageNode; listNodeTypes names all", segment()).at_least(1);
const auto config = any_object("config", "The settings; a PageNode's hold nodes: [{nodeType, _properties}]");

// What is asked about a type, and the member that shows it.
struct Part {
  std::string_view action;
  const char* member;
};
constexpr std::array parts = {Part{"schema", "schema"}, Part{"template", "template"}, Part{"listOutcomes", "outcomes"}};

// Actions that only tell: repeated like reads.
aic::Options asking() {
  return {.scopes = {std::string(scope::am)}, .headers = aic::am_headers(), .read_only_post = true};
}

net::Task<Result> list_types(Call& call) {
  const auto in = call[realm];
  auto target = aic::nodes(in).query("_action", "getAllTypes");
  auto reply = co_await call.tenant().post(std::move(target), Json::object(), asking());
  aic::need_content(aic::nodes(in).path(), reply.body);
  Json types = base::member(reply.body, "result");
  const bool is_list = types.is_array();
  if (!is_list) types = Json::array();
  const auto count = types.size();
  auto result = done({{"realm", in}, {"nodeTypes", std::move(types)}, {"count", count}});
  if (!is_list) result.notes.emplace_back("The tenant's answer held no list; this does not mean that there are none.");
  result.trims = {leave_out_of_entries("/nodeTypes", "tags", "metadata.tags says the same"),
                  leave_out_of_entries("/nodeTypes", "collection", "it is true for all types"),
                  shorten_texts("/nodeTypes", 100, "getNodeTypeDetails tells more of a type"),
                  cut_list("/nodeTypes", "_id", "getNodeTypeDetails with these ids in \"nodeTypes\"")};
  co_return result;
}

// Each part that could be had, and why others could not (R-JRN-18).
Json details_of(const std::string& type, std::span<Answer> answers) {
  Json entry = {{"nodeType", type}};
  Json errors = Json::object();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& error = answers[i].error;
    entry[parts[i].member] = error ? Json(nullptr) : std::move(answers[i].body);
    if (error) errors[parts[i].member] = failed_entry(*error);
  }
  entry["error"] = errors.empty() ? Json(nullptr) : std::move(errors);
  return entry;
}

std::vector<std::string> each_once(std::vector<std::string> names) {
  std::set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
  return names;
}

Ask ask_for(Call& call, const std::string& in, const std::string& type, const Part& part) {
  return [&call, in, type, action = part.action] {
    auto target = aic::node_type(in, type).query("_action", action);
    return call.tenant().post(std::move(target), Json::object(), asking());
  };
}

net::Task<Result> get_details(Call& call) {
  const auto in = call[realm];
  const auto types = each_once(call[type_names]);
  std::vector<Ask> asks;
  for (const auto& type : types) {
    for (const Part& part : parts) asks.push_back(ask_for(call, in, type, part));
  }
  auto answers = co_await ask_all(call, "parts of node types", std::move(asks));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    need_body(answers[i], aic::node_type(in, types[i / parts.size()]).path());
  }
  const auto has_failed = [](const Answer& one) { return one.error.has_value(); };
  const auto& first = answers.front().error;
  if (first && std::ranges::all_of(answers, has_failed)) co_return failed(*first);

  Json results = Json::object();
  std::size_t whole = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    auto entry = details_of(types[i], std::span(answers).subspan(i * parts.size(), parts.size()));
    if (entry["error"].is_null()) ++whole;
    results[types[i]] = std::move(entry);
  }
  auto result = done(
      {{"realm", in}, {"results", std::move(results)}, {"successCount", whole}, {"errorCount", types.size() - whole}});
  result.trims = {cut_members("/results", "call again with fewer of these in \"nodeTypes\"")};
  co_return result;
}

// A page tells its outcomes only of children that have an id; true when some was made up.
bool give_ids_to_children(Call& call, Json& page) {
  bool made_up = false;
  const auto children = page.find("nodes");
  if (children == page.end() || !children->is_array()) return made_up;
  for (Json& child : *children) {
    if (!child.is_object() || child.contains("_id")) continue;
    child["_id"] = call.random().uuid();
    made_up = true;
  }
  return made_up;
}

net::Task<Result> get_outcomes(Call& call) {
  const auto in = call[realm];
  const auto type = call[node_type];
  Json body = call[config];
  const bool made_up = type == "PageNode" && give_ids_to_children(call, body);
  auto target = aic::node_type(in, type).query("_action", "listOutcomes");
  auto reply = co_await call.tenant().post(std::move(target), std::move(body), asking());
  auto result = done({{"realm", in}, {"nodeType", type}, {"outcomes", std::move(reply.body)}});
  if (made_up)
    result.notes.emplace_back("Nodes in the page without _id were given made-up ids, which outcomes may contain.");
  co_return result;
}

}  // namespace

std::span<const Tool> all() {
  static const std::vector<Tool> tools = {
      {
          .name = "listNodeTypes",
          .title = "List node types",
          .description = "Lists the node types that a realm's journeys can use.",
          .scopes = {scope::am},
          .hints = reads,
          .params = {realm},
          .run = list_types,
          .output_schema = output_of({{"nodeTypes", "array"}, {"count", "integer"}}),
      },
      {
          .name = "getNodeTypeDetails",
          .title = "Node details",
          .description = "Reads the schema of settings, the defaults and the outcomes of node types.",
          .scopes = {scope::am},
          .hints = reads,
          .params = {realm, type_names},
          .run = get_details,
          .output_schema = output_of({{"results", "object"}}),
      },
      {
          .name = "getDynamicNodeOutcomes",
          .title = "Node outcomes",
          .description = "Tells which outcomes a node with these settings would have. Creates nothing.",
          .scopes = {scope::am},
          .hints = reads,
          .params = {realm, node_type, config},
          .run = get_outcomes,
      },
  };
  return tools;
}

}  // namespace tools::node_types
