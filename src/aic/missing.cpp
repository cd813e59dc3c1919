#include "aic/missing.h"

#include <array>
#include <ranges>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/encoding.h"

namespace aic {
namespace {

constexpr std::size_t shown_bytes = 100;
constexpr std::size_t most_names = 4;
using Names = std::vector<std::string>;

// A place and what is there. "{}" stands for one segment, "{version}" for one like 2.0, "{*}" for all that follow; {0},
// {1}, … in the words are theirs.
struct Place {
  std::string_view path;
  const char* words;
};

constexpr std::array things{
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/trees/{}", "journey \"{1}\" in {0}"},
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}", "node type {1} in {0}"},
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{version}",
          "version {2} of node type {1} in {0}"},
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{}", "node {2} of type {1} in {0}"},
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/nodes/{}/{}/{}",
          "node {3} of type {1} and version {2} in {0}"},
    Place{"am/json/{}/scripts/{}", "script {1} in {0}"},
    Place{"am/json/{}/contexts/{}", "script context {1} in {0}"},
    Place{"am/json/{}/realm-config/agents/OAuth2Client/{}", "OAuth 2.0 client \"{1}\" in {0}"},
    Place{"am/json/global-config/services/CorsService/configuration/{}", "CORS policy {0}"},
    Place{"openidm/managed/{}/{}", "{0} with the id {1}"},
    Place{"openidm/managed/{}", "object type {0}"},
    Place{"openidm/schema/managed/{}/properties/{}", "property {1} of the object type {0}"},
    Place{"openidm/schema/managed/{}", "object type {0}"},
    Place{"openidm/config/emailTemplate/{}", "e-mail template {0}"},
    Place{"openidm/config/{*}", "configuration {0}"},
    Place{"openidm/feature/{*}", "feature {0}"},
    Place{"environment/variables/{}", "variable {0}"},
    Place{"environment/secrets/{}", "secret {0}"},
};
constexpr std::array services{
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/trees", "journeys in {0}"},
    Place{"am/json/{}/realm-config/authentication/authenticationtrees/nodes", "node types in {0}"},
    Place{"am/json/{}/scripts", "scripts in {0}"},
    Place{"am/json/{}/realm-config/authentication", "authentication settings in {0}"},
    Place{"am/json/{}/realm-config/agents/OAuth2Client", "OAuth 2.0 clients in {0}"},
    Place{"am/json/realms/root/realms/{}/realm-config/services/oauth-oidc", "OAuth 2.0 provider in {0}"},
    Place{"am/json/global-config/services/CorsService/configuration", "CORS policies"},
    Place{"openidm/config", "configuration"},
    Place{"openidm/feature", "features"},
    Place{"environment/variables", "variables"},
    Place{"environment/secrets", "secrets"},
    Place{"environment/aiagent", "AI agents"},
    Place{"monitoring/logs", "logs"},
    Place{"monitoring/logs/sources", "log sources"},
};

Names segments_of(std::string_view path) {
  Names segments;
  for (const auto part : std::views::split(path, '/')) segments.emplace_back(std::string_view(part));
  return segments;
}

std::string name_of(std::string_view segment) {
  return base::printable(base::percent_decode(segment), shown_bytes);
}

std::string joined(const Names& segments, std::size_t from) {
  std::string all;
  for (std::size_t i = from; i < segments.size(); ++i) all += (all.empty() ? "" : "/") + name_of(segments[i]);
  return all;
}

// Node types have versions; ids of nodes never look like one.
bool is_version(std::string_view segment) {
  return segment.contains('.') && segment.find_first_not_of("0123456789.") == std::string_view::npos;
}

// What the place's blanks stand for in this path; nothing when it is another place.
std::optional<Names> names_in(const Names& path, std::string_view place) {
  const Names wanted = segments_of(place);
  Names names;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= path.size()) return std::nullopt;
    if (wanted[i] == "{*}") {
      names.push_back(joined(path, i));
      return names;
    }
    if (wanted[i] == "{}" || (wanted[i] == "{version}" && is_version(path[i])))
      names.push_back(name_of(path[i]));
    else if (wanted[i] != path[i])
      return std::nullopt;
  }
  return path.size() == wanted.size() ? std::optional(std::move(names)) : std::nullopt;
}

std::optional<std::string> find(const Names& path, const auto& places) {
  for (const Place& place : places) {
    auto names = names_in(path, place.path);
    if (!names) continue;
    names->resize(most_names);
    return fmt::format(fmt::runtime(place.words), (*names)[0], (*names)[1], (*names)[2], (*names)[3]);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Missing> what_is_missing(std::string_view path) {
  const Names segments = segments_of(path.substr(path.starts_with('/') ? 1 : 0));
  if (const auto thing = find(segments, things))
    return Missing{.sentence = fmt::format("There is no {}", *thing),
                   .question = fmt::format("whether the tenant has {}", *thing)};
  if (const auto service = find(segments, services))
    return Missing{.sentence = fmt::format("This tenant has no such service: {}", *service),
                   .question = fmt::format("whether the tenant offers {}", *service),
                   .is_service = true};
  return std::nullopt;
}

}  // namespace aic
