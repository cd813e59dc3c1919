// /am/json/global-config/services/CorsService/configuration: which web pages may call.

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/random.h"
#include "sandbox/am/am.h"

namespace sandbox::am {

namespace {

struct Setting {
  std::string_view name;
  Json::value_t type;
};

constexpr std::array cors_settings{
    Setting{"acceptedOrigins", Json::value_t::array}, Setting{"acceptedMethods", Json::value_t::array},
    Setting{"acceptedHeaders", Json::value_t::array}, Setting{"exposedHeaders", Json::value_t::array},
    Setting{"maxAge", Json::value_t::number_integer}, Setting{"allowCredentials", Json::value_t::boolean},
    Setting{"enabled", Json::value_t::boolean}};

void check(const Json& body, bool may_have_id) {
  for (const auto& [name, value] : body.items()) {
    if (may_have_id && name == "_id") continue;
    const auto known = std::ranges::find(cors_settings, std::string_view(name), &Setting::name);
    if (known == cors_settings.end()) {
      std::vector<std::string_view> valid;
      valid.reserve(cors_settings.size());
      for (const auto& setting : cors_settings) valid.push_back(setting.name);
      std::ranges::sort(valid);
      crest::refuse(400, "Invalid attribute specified.", {{"validAttributes", valid}});
    }
    const bool fits = known->type == Json::value_t::number_integer
                          ? value.is_number_integer() && base::to_double(value) >= 0
                          : value.type() == known->type;
    if (!fits) crest::refuse(400, fmt::format("Invalid value for attribute '{}'", name));
  }
}

Json document_of(const Json& policy) {
  Json document = policy;
  document["_type"] = {{"_id", "configuration"}, {"name", "Cors Configuration"}, {"collection", true}};
  return document;
}

Json with_settings(const std::string& id, const Json& body) {
  Json policy = {{"_id", id}};
  for (const auto& setting : cors_settings) policy[std::string(setting.name)] = base::member(body, setting.name);
  return policy;
}

ApiReply create(const AmCall& call) {
  auto& policies = call.tenant.am->cors_policies;
  const Json body = call.body();
  check(body, true);
  const std::string id = base::text_member(
      body, "_id", base::uuid_from_name("6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11", "cors " + call.request.transaction_id));
  if (std::ranges::any_of(policies, [&](const Json& policy) { return base::is_text(policy["_id"], id); })) {
    crest::refuse(409, "Unable to save config: Service already exists");
  }
  policies.push_back(with_settings(id, body));
  return created_reply(call, document_of(policies.back()), id);
}

}  // namespace

std::optional<ApiReply> handle_cors(const AmCall& call) {
  auto& policies = call.tenant.am->cors_policies;
  if (call.path.empty()) {
    if (call.is_action("create")) return create(call);
    if (call.request.method != "GET") return std::nullopt;
    std::vector<Json> documents;
    documents.reserve(policies.size());
    for (const Json& policy : policies) documents.push_back(with_revision(document_of(policy)));
    return list_reply(call, std::move(documents));
  }
  if (call.path.size() > 1) return std::nullopt;
  const std::string& id = call.path[0];
  const auto found =
      std::ranges::find_if(policies, [&](const Json& policy) { return base::is_text(policy["_id"], id); });
  if (call.request.method == "PUT") {
    const Json body = call.body();
    check(body, false);
    const Json policy = with_settings(id, body);
    if (found == policies.end()) {
      policies.push_back(policy);
      return created_reply(call, document_of(policy), id);
    }
    *found = policy;
    return document_reply(call, 200, document_of(policy));
  }
  if (found == policies.end()) crest::refuse(404, "Not Found");
  ApiReply reply = document_reply(call, 200, document_of(*found));
  if (call.request.method == "GET") return reply;
  if (call.request.method != "DELETE") return std::nullopt;
  policies.erase(found);
  return reply;
}

}  // namespace sandbox::am
