// What nodes a journey can be made of: the types, what each can be set to, and the outcomes that settings lead to.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/content.h"
#include "aic/paths.h"
#include "base/text.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/page_kinds.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/fields.h"
#include "tools/kit/requests.h"
#include "tools/kit/tool.h"

namespace tools::node_types {
namespace {

const auto node_type = segment("nodeType", "Node type, e.g. PageNode. listNodeTypes lists all.");
const auto node_version =
    segment("version", "Version of the node type, e.g. 2.0. Default: the first version.").optional();
const auto name_contains = text("nameContains", "List only types whose name or id contains this text.").optional();
const auto type_names =
    list_of("nodeTypes", "Node types, e.g. PageNode. listNodeTypes lists all.", segment()).at_least(1);
const auto config = any_object("config",
                               "Settings of the node. In a PageNode, nodes lists the nodes of the page: {\"nodes\": "
                               "[{\"nodeType\": …, \"_properties\": {…}}]}.");

// What is asked about a type, and the member that shows it.
struct Part {
  std::string_view action;
  const char* member;
};
constexpr std::array parts = {Part{"schema", "schema"}, Part{"template", "template"}, Part{"listOutcomes", "outcomes"}};

net::Task<Result> list_types(Call& call) {
  const auto in = call[realm];
  auto target = aic::nodes(in).query("_action", "getAllTypes");
  auto reply = co_await call.tenant().post(std::move(target), Json::object(), am_question());
  aic::need_content(aic::nodes(in).path(), reply.body, "result", "_id");
  const auto part = base::lower_case(call[name_contains].value_or(""));
  Json types = Json::array();
  for (Json& type : reply.body["result"]) {
    const bool is_wanted = std::ranges::any_of(std::array{"_id", "name"}, [&](const char* member) {
      return base::lower_case(base::text_member(type, member)).contains(part);
    });
    if (is_wanted) types.push_back(std::move(type));
  }
  const auto count = types.size();
  auto result = done({{"realm", in}, {"nodeTypes", std::move(types)}, {"count", count}});
  constexpr auto* fewer = "call again with \"nameContains\" for fewer types; getNodeTypeDetails returns their settings";
  result.trims = {leave_out_redundant("/nodeTypes", "tags", "metadata.tags contains the same"),
                  leave_out_redundant("/nodeTypes", "collection", "it is true for all types"),
                  shorten_texts("/nodeTypes", 100, fewer), keep_only("/nodeTypes", "_id", fewer),
                  cut_list("/nodeTypes", "_id", fewer)};
  co_return result;
}

// Each part that could be had, and why others could not (R-JRN-18).
Json parts_of(std::span<Answer> answers) {
  Json entry = Json::object();
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

// One type in one version, or on the path without one.
struct TypeVersion {
  std::string type, version;
  Answer schema;  // where it is known already
};

// What the tenant tells of types, version by version (R-JRN-21).
class Details {
 public:
  Details(Call& call, std::string in, std::vector<std::string> types)
      : call_(call), in_(std::move(in)), types_(std::move(types)) {}

  net::Task<Result> run() {
    std::vector<TypeVersion> wave;
    wave.reserve(types_.size());
    for (const auto& type : types_) wave.push_back({.type = type, .version = {}, .schema = {}});
    co_await ask(wave, parts);
    for (int number = 2; !wave.empty() && number <= most_versions; ++number) {
      for (auto& one : wave) one.version = fmt::format("{}.0", number);
      wave = co_await existing(std::move(wave));
      co_await ask(wave, std::span(parts).subspan(1));
    }
    co_return result();
  }

 private:
  static constexpr int most_versions = 20;

  // Those whose schema the tenant shows.
  net::Task<std::vector<TypeVersion>> existing(std::vector<TypeVersion> wave) {
    std::vector<Ask> asks;
    asks.reserve(wave.size());
    for (const auto& one : wave) asks.push_back(ask_for(one, parts[0]));
    auto answers = co_await ask_all(call_, "versions of node types", std::move(asks));
    std::vector<TypeVersion> found;
    for (std::size_t i = 0; i < wave.size(); ++i) {
      const auto& error = answers[i].error;
      if (error && !journeys::may_lack_path(*error)) unknown_.insert(wave[i].type);
      if (!error && answers[i].body.is_object()) {
        wave[i].schema = std::move(answers[i]);
        found.push_back(std::move(wave[i]));
      }
    }
    co_return found;
  }

  Ask ask_for(const TypeVersion& one, const Part& part) {
    return [this, type = one.type, version = one.version, action = part.action] {
      auto target = aic::node_type(in_, type, version).query("_action", action);
      return call_.tenant().post(std::move(target), Json::object(), am_question(aic::node_headers(version)));
    };
  }

  // `asked` are the last of the parts; those before are known already.
  net::Task<> ask(std::vector<TypeVersion>& wave, std::span<const Part> asked) {
    std::vector<Ask> asks;
    for (const auto& one : wave) {
      for (const Part& part : asked) asks.push_back(ask_for(one, part));
    }
    auto answers = co_await ask_all(call_, "parts of node types", std::move(asks));
    for (std::size_t i = 0; i < answers.size(); ++i)
      need_body(answers[i], aic::node_type(in_, wave[i / asked.size()].type).path());
    for (std::size_t i = 0; i < wave.size(); ++i) {
      std::vector<Answer> all;
      if (asked.size() < parts.size()) all.push_back(std::move(wave[i].schema));
      std::ranges::move(std::span(answers).subspan(i * asked.size(), asked.size()), std::back_inserter(all));
      keep(wave[i], all);
    }
  }

  void keep(const TypeVersion& one, std::span<Answer> answers) {
    if (!first_error_) first_error_ = answers.front().error;
    if (!std::ranges::all_of(answers, [](const Answer& answer) { return answer.error.has_value(); })) any_ = true;
    Json entry = parts_of(answers);
    Json& shown = results_[one.type];
    if (shown.is_null()) shown = {{"nodeType", one.type}};
    if (one.version.empty())
      shown.update(entry);
    else
      shown["versions"][one.version] = std::move(entry);
  }

  Result result() {
    if (!any_ && first_error_) return failed(*first_error_);
    std::size_t whole = 0;
    for (const Json& entry : results_) whole += entry["error"].is_null() ? 1 : 0;
    const auto count = results_.size();
    auto out = done(
        {{"realm", in_}, {"results", std::move(results_)}, {"successCount", whole}, {"errorCount", count - whole}});
    if (!unknown_.empty())
      out.notes.push_back(fmt::format("It could not be checked whether these types have further versions: {}.",
                                      fmt::join(unknown_, ", ")));
    out.trims = {cut_members("/results", "call again with fewer of these in \"nodeTypes\"")};
    return out;
  }

  Call& call_;
  std::string in_;
  std::vector<std::string> types_;
  Json results_ = Json::object();
  std::set<std::string> unknown_;
  std::optional<base::Error> first_error_;
  bool any_ = false;
};

net::Task<Result> get_details(Call& call) {
  Details details(call, call[realm], each_once(call[type_names]));
  co_return co_await details.run();
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
  journeys::decode_page_settings(type, body);
  const bool made_up = type == "PageNode" && give_ids_to_children(call, body);
  auto reply = co_await journeys::ask_type(call.tenant(), in, type, call[node_version].value_or(""), "listOutcomes",
                                           std::move(body));
  auto result = done({{"realm", in}, {"nodeType", type}, {"outcomes", std::move(reply.body)}});
  if (made_up)
    result.notes.emplace_back("Nodes of the page without _id got generated ids, which the outcomes may contain.");
  co_return result;
}

const std::vector<Tool> family{
    {
        .name = "listNodeTypes",
        .title = "List node types",
        .description = "Lists the node types that the journeys of a realm can use.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, name_contains},
        .run = list_types,
        .output_schema = output_of({{"nodeTypes", "array"}, {"count", "integer"}}),
    },
    {
        .name = "getNodeTypeDetails",
        .title = "Node details",
        .description = "Returns the settings schema, the default settings and the outcomes of node types, for each "
                       "version. Read it before you set the config of a node.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, type_names},
        .run = get_details,
        .output_schema = output_of({{"results", "object"}}),
    },
    {
        .name = "getDynamicNodeOutcomes",
        .title = "Node outcomes",
        .description = "Returns the outcomes that a node with these settings would have. Creates nothing.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, node_type, node_version, config},
        .run = get_outcomes,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::node_types
