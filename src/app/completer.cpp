#include "app/completer.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include "app/prompts.h"
#include "app/resources.h"
#include "base/encoding.h"
#include "base/text.h"

namespace app {
namespace {

using base::Json;

// Where the values of an argument come from.
struct ValueSource {
  std::string_view argument, tool;
  bool in_realm = false;
  Json more = Json::object();  // further arguments of the tool
};

const std::vector<ValueSource>& value_sources() {
  static const std::vector<ValueSource> all = {
      {"objectType", "listManagedObjects"},
      {"journeyName", "listJourneys", true},
      {"scriptId", "listScripts", true},
      {"themeIdentifier", "getThemes", true},
      {"variableId", "queryESVs", false, {{"type", "variable"}, {"pageSize", 100}}},
  };
  return all;
}

struct Suggestion {
  std::string value;
  std::string also;  // another name by which people know it
};

// The arguments of the tools that the reference's own names stand for.
std::string argument_behind(const mcp::CompletionQuery& query, std::string_view name) {
  if (query.of == mcp::CompletionQuery::Of::prompt) return prompt_argument(query.reference, name);
  for (const ResourceTemplate& resource : resource_templates()) {
    if (resource.pattern != query.reference) continue;
    for (const auto& [variable, argument] : resource.variables) {
      if (variable == name) return std::string(argument);
    }
    return {};
  }
  throw mcp::ProtocolError(mcp::rpc::invalid_params,
                           "unknown resource template: " + base::printable(query.reference, 100));
}

// Every listing tool gives one array, by itself or as a member; entries are names or objects with `_id`.
Json entries_of(Json list) {
  if (list.is_array()) return list;
  const auto found = std::ranges::find_if(list, [](const Json& member) { return member.is_array(); });
  return found == list.end() ? Json::array() : std::move(*found);
}

std::vector<Suggestion> suggestions_in(Json list) {
  std::vector<Suggestion> found;
  const Json entries = entries_of(std::move(list));
  for (const Json& entry : entries) {
    Suggestion suggestion;
    suggestion.value = entry.is_string() ? entry.get<std::string>() : base::text_member(entry, "_id");
    suggestion.also = base::text_member(entry, "name");
    if (suggestion.value.empty()) std::swap(suggestion.value, suggestion.also);
    if (!suggestion.value.empty()) found.push_back(std::move(suggestion));
  }
  return found;
}

// Those that begin with what was typed, then those that contain it.
std::vector<std::string> ranked(const std::vector<Suggestion>& suggestions, std::string_view typed) {
  const std::string wanted = base::lower_case(typed);
  std::vector<std::string> first;
  std::vector<std::string> second;
  for (const Suggestion& suggestion : suggestions) {
    const std::string value = base::lower_case(suggestion.value);
    const std::string also = base::lower_case(suggestion.also);
    if (value.starts_with(wanted) || (!also.empty() && also.starts_with(wanted))) {
      first.push_back(suggestion.value);
    } else if (value.contains(wanted) || also.contains(wanted)) {
      second.push_back(suggestion.value);
    }
  }
  std::ranges::move(second, std::back_inserter(first));
  return first;
}

// The realm that the other arguments name, if any.
std::string realm_given(const mcp::CompletionQuery& query) {
  for (const auto& [name, value] : query.arguments.items()) {
    if (argument_behind(query, name) == "realm") return value.get<std::string>();
  }
  return {};
}

}  // namespace

net::Task<mcp::Completion> Completer::complete(mcp::CompletionQuery query) {
  const std::string argument = argument_behind(query, query.argument);
  if (argument == "realm") co_return mcp::Completion{ranked({{"alpha", {}}, {"bravo", {}}}, query.value)};
  const auto source = std::ranges::find(value_sources(), argument, &ValueSource::argument);
  const tools::Tool* tool = source == value_sources().end() ? nullptr : runner_.find(source->tool);
  if (tool == nullptr) co_return mcp::Completion{};
  Json arguments = source->more;
  if (source->in_realm) arguments["realm"] = realm_given(query);
  auto list = co_await runner_.read_quietly(*tool, std::move(arguments));
  if (!list) co_return mcp::Completion{};
  co_return mcp::Completion{ranked(suggestions_in(std::move(*list)), query.value)};
}

}  // namespace app
