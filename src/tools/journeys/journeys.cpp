// Reading journeys (AM authentication trees).
#include <fmt/format.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "tools/journeys/read.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/secrets.h"

namespace tools::journeys {
namespace {

// What a list shows of a journey.
constexpr std::string_view listed_fields =
    "_id,description,identityResource,uiConfig,nodes,enabled,mustRun,maximumSessionTime,maximumIdleTime";

const auto include_schemas =
    boolean("includeSchemas", "Include the settings schema of each node type. This makes the result long.")
        .by_default(true);
const auto format =
    text("format", "tree is for reading. editable is the form that createJourney and updateJourney take.")
        .one_of({"tree", "editable"})
        .by_default("tree");
const auto node_ids =
    list_of("nodeIds", "Return the settings of these nodes only. Default: all nodes. Not with format editable.", text())
        .at_least(1)
        .optional();

net::Task<Result> list_journeys(Call& call) {
  const auto in = call[realm];
  auto& tenant = call.tenant();
  std::vector<Ask> asks;
  asks.emplace_back([&] {
    auto target = aic::with_query(aic::trees(in), {.page_size = -1, .fields = std::string(listed_fields)});
    return tenant.get(std::move(target), am_request());
  });
  asks.emplace_back([&] { return tenant.get(aic::realm_authentication(in), realm_request()); });
  auto answers = co_await ask_all(call, "lists", std::move(asks));
  Answer& trees = answers[0];
  Answer& settings = answers[1];
  if (!trees.error) trees.error = aic::missing_content(aic::trees(in).path(), trees.body);
  need_body(settings, aic::realm_authentication(in).path());
  if (trees.error) co_return failed(*trees.error);

  auto result = done(std::move(trees.body));
  const Json& name = base::member(base::member(settings.body, "core"), "orgConfig");
  result.value["defaultJourney"] = name.is_string() ? name : Json(nullptr);
  if (settings.error) result.value["defaultJourneyError"] = failed_entry(*settings.error);
  result.trims = {leave_out_of_entries("/result", "nodes", "getJourney shows them"), leave_out_unset("/result"),
                  cut_list("/result", "_id", "getJourney returns each by its name")};
  co_return result;
}

void check_reading(Checking& checking) {
  if (checking.given(format) == "editable" && checking.given(node_ids))
    checking.refuse("nodeIds", "must be left out with format editable, which returns the whole journey");
}

// What is cut must not be written back: the note says so, and a cut graph would be refused.
net::Task<Result> get_editable(Call& call) {
  const auto journey = co_await read_journey(call, call[realm], call[journey_name], {.schemas = false, .node_ids = {}});
  aic::need_content(aic::tree(call[realm], call[journey_name]).path(), journey.tree);
  auto result = done(editable(journey));
  const auto revision = base::text_member(journey.tree, "_rev");
  if (!revision.empty())
    result.notes.push_back("Revision for updateJourney (covers the graph, not the settings of nodes): " + revision);
  if (!journey.errors.is_null())
    result.notes.emplace_back(
        "Parts could not be read (see errors): this is not the whole journey; do not write it back.");
  if (const auto why = why_not_writable(result.value); !why.empty())
    result.notes.push_back("As it is, this cannot be written back: " + why + ".");
  if (!secret_texts(result.value).empty())
    result.notes.push_back(fmt::format(
        "{} is a placeholder for a secret; written back to this journey, it keeps the stored secret.", hidden_secret));
  result.trims = {cut_members("/nodes",
                              "this is not the whole journey, do not write it back; change single nodes with "
                              "updateJourneyNode")};
  co_return result;
}

net::Task<Result> get_journey(Call& call) {
  if (call[format] == "editable") co_return co_await get_editable(call);
  const bool schemas = call[include_schemas];
  auto journey =
      co_await read_journey(call, call[realm], call[journey_name],
                            {.schemas = schemas, .node_ids = call[node_ids].value_or(std::vector<std::string>{})});
  auto result = done(std::move(journey.tree));
  if (!base::member(result.value, "nodes").is_object() || base::member(result.value, "nodes").empty()) co_return result;
  Json& data = result.value["nodeData"] = Json::object();
  if (schemas) data["schemas"] = std::move(journey.schemas);
  data["configs"] = std::move(journey.configs);
  if (!journey.errors.is_null()) data["errors"] = std::move(journey.errors);
  result.trims = {leave_out("/nodeData/schemas",
                            "call again with the ids of a few nodes in \"nodeIds\" for the schemas of their types"),
                  leave_out_texts("/nodeData/configs", 2000,
                                  "call again with \"includeSchemas\":false and the node's id in \"nodeIds\""),
                  cut_members("/nodeData/configs",
                              "call again with \"includeSchemas\":false and some of these ids in \"nodeIds\"")};
  co_return result;
}

const std::vector<Tool> reading_tools{
    {
        .name = "listJourneys",
        .title = "List journeys",
        .description = "Lists the journeys of a realm with their nodes, and shows the default journey. getJourney "
                       "returns the settings of the nodes.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm},
        .run = list_journeys,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getJourney",
        .title = "Read journey",
        .description = "Returns a journey: its graph, the settings of its nodes and the schemas of the node types. "
                       "With format editable, returns it in the form that createJourney and updateJourney take.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, journey_name, include_schemas, format, node_ids},
        .run = get_journey,
        .check = check_reading,
    },
};

}  // namespace

std::span<const Tool> reading() {
  return reading_tools;
}

}  // namespace tools::journeys
