// /openidm/feature: optional parts of the tenant. Ids may hold slashes.

#include <fmt/ranges.h>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

Json record(const std::string& id, const Json& feature) {
  return {{"_id", id},
          {"installedVersion", base::member(feature, "installedVersion")},
          {"availableVersions", base::member(feature, "availableVersions")}};
}

// Why the feature cannot be installed, or empty. What stands in the way of `groups` are types and properties of its
// own that somebody made by hand.
std::string obstacle(const IdmState& state, const std::string& id, const Json& feature) {
  if (!base::member(feature, "installedVersion").is_null()) return fmt::format("Feature {} is already installed", id);
  for (const Json& name : base::member(feature, "forbids")) {
    if (!definition(state, name.get<std::string>()).is_null()) {
      return fmt::format("The managed object type {} already exists", name.get<std::string>());
    }
  }
  for (const Json& name : base::member(feature, "needs")) {
    if (definition(state, name.get<std::string>()).is_null()) {
      return fmt::format("The managed object type {} does not exist", name.get<std::string>());
    }
  }
  return {};
}

ApiReply validate(const IdmState& state, const std::string& id, const Json& feature) {
  const std::string reason = obstacle(state, id, feature);
  const std::string message = reason.empty() ? fmt::format("Feature {} can be installed", id) : reason;
  return json_reply(200, {{"status", 200}, {"success", reason.empty()}, {"message", message}});
}

void add_type(IdmState& state, std::string_view realm, std::string_view kind) {
  Json added = definition_of(realm, kind);
  if (!definition(std::as_const(state), base::text_member(added, "name")).is_null()) return;
  state.managed["objects"].push_back(std::move(added));
}

}  // namespace

void install_feature(IdmState& state, const std::string& id) {
  Json& feature = state.features.at(id);
  feature["installedVersion"] = feature["availableVersions"].back();
  for (const Json& kind : base::member(feature, "adds")) {
    for (const char* realm : {"alpha", "bravo"}) add_type(state, realm, kind.get<std::string>());
  }
}

std::optional<ApiReply> handle_features(IdmState& state, const ApiRequest& request, const Path& path) {
  if (path.empty()) {
    if (request.method != "GET") return std::nullopt;
    std::vector<Json> features;
    features.reserve(state.features.size());
    for (const auto& [id, feature] : state.features) features.push_back(record(id, feature));
    const auto filter = crest::parse_filter(request.parameter("_queryFilter").value_or("true"));
    std::erase_if(features, [&](const Json& feature) { return !filter.matches(feature); });
    return json_reply(200, crest::list(std::move(features), request, {}));
  }
  const std::string id = fmt::format("{}", fmt::join(path, "/"));
  const auto found = state.features.find(id);
  if (found == state.features.end()) crest::refuse(404, fmt::format("Feature '{}' not found", id));
  if (request.method == "GET") return json_reply(200, record(id, found->second));
  const auto action = request.parameter("_action");
  if (request.method != "POST" || (action != "validate" && action != "install")) return std::nullopt;
  if (action == "validate") return validate(state, id, found->second);
  if (const auto reason = obstacle(state, id, found->second); !reason.empty()) {
    crest::refuse(400, fmt::format("Feature {} was not installed", id), {{"success", false}, {"message", reason}});
  }
  install_feature(state, id);
  return json_reply(200, {{"status", 200}, {"message", fmt::format("Feature {} was installed", id)}});
}

}  // namespace sandbox::idm
