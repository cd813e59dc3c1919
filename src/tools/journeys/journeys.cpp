// Reading journeys (AM authentication trees).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/content.h"
#include "aic/paths.h"
#include "tools/journeys/list.h"
#include "tools/journeys/outline.h"
#include "tools/journeys/read.h"
#include "tools/journeys/tools.h"
#include "tools/kit/secrets.h"

namespace tools::journeys {
namespace {

const auto name_contains =
    text("nameContains", "List only journeys whose name contains this text, in upper or lower case.")
        .at_least(1)
        .optional();
const auto with_node_type =
    text("nodeType", "List only journeys that have a node of this type, also inside a page, e.g. ScriptedDecisionNode.")
        .at_least(1)
        .optional();
const auto include_nodes =
    boolean("includeNodes", "Include the graph of each journey: entryNodeId and nodes.").by_default(false);
const auto include_schemas =
    boolean("includeSchemas", "Include the settings schema of each node type, which is long. Not with format editable.")
        .by_default(false);
const auto format =
    text("format",
         "outline is for reading. tree has all that the tenant stores. editable is the form that createJourney and "
         "updateJourney take.")
        .one_of({"outline", "tree", "editable"})
        .by_default("outline");
const auto node_ids =
    list_of("nodeIds",
            "Return only these nodes, also those inside pages; a page comes with all its nodes. Default: all nodes. "
            "Not with format editable.",
            text())
        .at_least(1)
        .optional();

net::Task<Result> list_journeys(Call& call) {
  const auto in = call[realm];
  const auto type = call[with_node_type].value_or("");
  auto lists = co_await read_lists(call, in, !type.empty());
  if (lists.trees.error) co_return failed(*lists.trees.error);
  co_return shown_list(
      lists, {.name_part = call[name_contains].value_or(""), .node_type = type, .with_nodes = call[include_nodes]});
}

void check_reading(Checking& checking) {
  if (checking.given(format) != "editable") return;
  if (checking.given(node_ids))
    checking.refuse("nodeIds", "must be left out with format editable, which returns the whole journey");
  if (checking.given(include_schemas).value_or(false))
    checking.refuse("includeSchemas", "must be left out with format editable, which has no place for schemas");
}

// What is cut must not be written back: the note says so, and a cut graph would be refused.
net::Task<Result> get_editable(Call& call) {
  const auto journey = co_await read_journey(call, call[realm], call[journey_name], {});
  aic::need_content(aic::tree(call[realm], call[journey_name]).path(), journey.tree);
  auto result = done(editable(journey));
  const auto revision = base::text_member(journey.tree, "_rev");
  if (!revision.empty())
    result.notes.push_back("Revision for updateJourney (covers the graph, not the settings of nodes): " + revision);
  if (!journey.errors.is_null())
    result.notes.emplace_back(
        "Parts could not be read (see errors): this is not the whole journey; do not write it back.");
  if (const auto left_out = settings_left_out(journey.tree); !left_out.empty())
    result.notes.push_back(fmt::format(
        "Left out, because no tool would take the stored value: {}. Format tree shows it.", fmt::join(left_out, ", ")));
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

// Of a part of the journey, how much that is.
void note_restriction(Result& result, const Journey& journey) {
  const auto shown = base::member(journey.tree, "nodes").size();
  const auto all = journey.all_nodes.size();
  if (shown < all)
    result.notes.push_back(
        fmt::format("Restricted to nodeIds: {} of {} nodes are shown. Without nodeIds, all are.", shown, all));
}

net::Task<Result> get_tree(Call& call, JourneyParts parts) {
  auto journey = co_await read_journey(call, call[realm], call[journey_name], parts);
  auto result = done(journey.tree);
  note_restriction(result, journey);
  const bool has_nodes = journey.all_nodes.is_object() && !journey.all_nodes.empty();
  if (!has_nodes) co_return result;
  Json& data = result.value["nodeData"] = Json::object();
  if (parts.schemas) data["schemas"] = std::move(journey.schemas);
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

net::Task<Result> get_outline(Call& call, JourneyParts parts) {
  parts.templates = true;
  parts.names = true;
  auto journey = co_await read_journey(call, call[realm], call[journey_name], parts);
  aic::need_content(aic::tree(call[realm], call[journey_name]).path(), journey.tree);
  auto result = done(outline(journey), journey.notes);
  note_restriction(result, journey);
  if (parts.schemas) result.value["schemas"] = std::move(journey.schemas);
  if (auto errors = errors_beside_nodes(journey); !errors.is_null()) result.value["errors"] = std::move(errors);
  result.trims = {
      leave_out("/schemas", "call again with the ids of a few nodes in \"nodeIds\" for the schemas of their types"),
      shorten_texts("/description", 2000, "it needs a larger AIC_MAX_RESULT_CHARS"),
      leave_out_texts("/nodes", 2000, "call again with the node's id in \"nodeIds\""),
      cut_list("/nodes", "id", "call again with some of these ids in \"nodeIds\"")};
  co_return result;
}

net::Task<Result> get_journey(Call& call) {
  if (call[format] == "editable") co_return co_await get_editable(call);
  JourneyParts parts{.schemas = call[include_schemas], .node_ids = call[node_ids].value_or(std::vector<std::string>{})};
  if (call[format] == "tree") co_return co_await get_tree(call, std::move(parts));
  co_return co_await get_outline(call, std::move(parts));
}

const std::vector<Tool> reading_tools{
    {
        .name = "listJourneys",
        .title = "List journeys",
        .description = "Lists the journeys of a realm: what each is made of, and which one is the default. Members not "
                       "shown: enabled is true, innerTreeOnly and default are false, the others have no value. "
                       "nodeTypes does not count nodes inside pages.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, name_contains, with_node_type, include_nodes},
        .run = list_journeys,
        .output_schema = output_of({{"result", "array"}}),
    },
    {
        .name = "getJourney",
        .title = "Read journey",
        .description =
            "Returns a journey with its nodes, from the entry on. The outline leaves out what only the editor "
            "needs, version 1.0, and settings that are empty or at their default; format tree has them. "
            "connections lead to success, failure or the displayName of a node, or its id where that name "
            "is not clear.",
        .scopes = {scope::am, scope::idm},
        .hints = reads,
        .params = {realm, journey_name, format, node_ids, include_schemas},
        .run = get_journey,
        .check = check_reading,
    },
};

}  // namespace

std::span<const Tool> reading() {
  return reading_tools;
}

}  // namespace tools::journeys
