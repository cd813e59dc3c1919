#include "app/resources.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/skills.h"
#include "app/tool_result.h"
#include "base/encoding.h"
#include "base/error.h"

namespace app {
namespace {

using base::Json;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view markdown_type = "text/markdown";
constexpr std::size_t most_listed = 100;  // journeys (R-CLI-10)

std::vector<std::string_view> segments_of(std::string_view address) {
  std::vector<std::string_view> segments;
  while (true) {
    const auto slash = address.find('/');
    segments.push_back(address.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    address.remove_prefix(slash + 1);
  }
}

std::string_view argument_for(const ResourceTemplate& resource, std::string_view variable) {
  for (const auto& [name, argument] : resource.variables) {
    if (name == variable) return argument;
  }
  return variable;
}

Json listed_journey(std::string_view realm, const Json& journey) {
  const std::string name = base::text_member(journey, "name");
  Json entry = {{"uri", fmt::format("aic://{}/journeys/{}", realm, base::percent_encode(name))},
                {"name", name},
                {"title", fmt::format("Journey {} ({})", name, realm)}};
  const std::string description = base::text_member(journey, "description");
  if (!description.empty()) entry["description"] = description;
  entry["mimeType"] = json_type;
  return entry;
}

// What went wrong, the tenant's words and what helps, in sentences: a client may show nothing but `message` (R-RES-25).
std::string in_sentences(const Json& problem) {
  std::string sentences;
  for (const char* member : {"error", "message", "next"}) {
    const std::string sentence = base::text_member(problem, member);
    if (sentence.empty()) continue;
    sentences += (sentences.empty() ? "" : " ") + sentence;
    if (!std::string_view(".!?").contains(sentence.back())) sentences += '.';
  }
  return sentences;
}

// A resource has no place for a tool's error result, so it becomes a protocol error with the same JSON.
[[noreturn]] void refuse_read(const std::string& uri, const tools::Rendered& rendered) {
  const Json& problem = rendered.value;
  const std::string category = base::text_member(problem, "category");
  const std::string message = in_sentences(problem);
  // Official clients know such an error by `data` that holds nothing but the address.
  if (category == base::to_string(base::Errc::not_found)) {
    const std::string id = base::text_member(problem, "transactionId");
    throw mcp::NoSuchResource(id.empty() ? message : message + " Transaction ID: " + id, uri);
  }
  const bool is_ours = category != base::to_string(base::Errc::invalid_request);
  throw mcp::ProtocolError(is_ours ? mcp::rpc::internal_error : mcp::rpc::invalid_params, message, problem);
}

}  // namespace

const std::vector<ResourceTemplate>& resource_templates() {
  static const std::vector<ResourceTemplate> all = {
      {"aic://{realm}/journeys/{name}",
       "journey",
       "Journey",
       "A journey in outline, with the settings of its nodes",
       "getJourney",
       {{"realm", "realm"}, {"name", "journeyName"}}},
      {"aic://{realm}/scripts/{id}",
       "script",
       "Script",
       "A script with its source",
       "getAMScript",
       {{"realm", "realm"}, {"id", "scriptId"}}},
      {"aic://{realm}/themes/{id}",
       "theme",
       "Theme",
       "A theme by its id or name",
       "getTheme",
       {{"realm", "realm"}, {"id", "themeIdentifier"}}},
      {"aic://managed/{type}/schema",
       "managed-schema",
       "Managed object schema",
       "Properties of a type of managed objects",
       "getManagedObjectSchema",
       {{"type", "objectType"}}},
      {"aic://esv/variables/{id}",
       "esv-variable",
       "ESV variable",
       "An environment variable with its value",
       "getVariable",
       {{"id", "variableId"}}},
  };
  return all;
}

std::optional<Json> match(const ResourceTemplate& resource, std::string_view uri) {
  constexpr std::string_view scheme = "aic://";
  if (!uri.starts_with(scheme)) return std::nullopt;
  const auto wanted = segments_of(resource.pattern.substr(scheme.size()));
  const auto given = segments_of(uri.substr(scheme.size()));
  if (wanted.size() != given.size()) return std::nullopt;
  Json arguments = Json::object();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].starts_with('{')) {
      if (wanted[i] != given[i]) return std::nullopt;
      continue;
    }
    if (given[i].empty()) return std::nullopt;
    arguments[argument_for(resource, wanted[i].substr(1, wanted[i].size() - 2))] = base::percent_decode(given[i]);
  }
  return arguments;
}

Resources::Resources(Runner& runner) : runner_(runner) {
  for (const ResourceTemplate& resource : resource_templates()) {
    if (runner.find(resource.tool) == nullptr) continue;
    listed_.push_back({{"uriTemplate", resource.pattern},
                       {"name", resource.name},
                       {"title", resource.title},
                       {"description", resource.description},
                       {"mimeType", json_type}});
  }
}

net::Task<Json> Resources::list() {
  Json listed = listed_skills();
  const auto most = listed.size() + most_listed;
  const tools::Tool* lister = runner_.find("listJourneys");
  if (lister == nullptr || runner_.find("getJourney") == nullptr) co_return listed;
  for (const char* realm : {"alpha", "bravo"}) {
    const auto found = co_await runner_.read_quietly(*lister, {{"realm", realm}});
    if (!found) continue;
    for (const Json& journey : base::member(*found, "result")) {
      if (listed.size() < most) listed.push_back(listed_journey(realm, journey));
    }
  }
  co_return listed;
}

net::Task<mcp::ResourceResult> Resources::read(mcp::ResourceRead request) {
  if (auto skill = skill_at(request.uri)) {
    mcp::ResourceResult result;
    result.contents.push_back({{"uri", request.uri}, {"mimeType", markdown_type}, {"text", *std::move(skill)}});
    result.is_public = true;
    co_return result;
  }
  for (const ResourceTemplate& resource : resource_templates()) {
    const tools::Tool* tool = runner_.find(resource.tool);
    auto arguments = tool == nullptr ? std::nullopt : match(resource, request.uri);
    if (!arguments) continue;
    const auto rendered = co_await runner_.run(
        *tool, std::move(*arguments), {request.number, base::text_member(request.meta, "traceparent"), request.client});
    if (rendered.is_failure) refuse_read(request.uri, rendered);
    mcp::ResourceResult result;
    result.contents.push_back({{"uri", request.uri}, {"mimeType", json_type}, {"text", rendered.json}});
    result.meta = result_meta(rendered);
    if (!rendered.notes.empty()) result.meta["notes"] = fmt::format("{}", fmt::join(rendered.notes, "\n"));
    co_return result;
  }
  throw mcp::NoSuchResource(request.uri);
}

}  // namespace app
