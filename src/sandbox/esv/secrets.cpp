#include <algorithm>
#include <array>

#include "sandbox/crest/crest.h"
#include "sandbox/esv/esv.h"

namespace sandbox::esv {

using base::Json;

namespace {

constexpr std::array encodings{"generic", "pem", "base64hmac"};

Json new_version(const Secret& secret, const ApiRequest& request) {
  const int number = secret.versions.empty() ? 1 : std::stoi(secret.versions.front()["version"].get<std::string>()) + 1;
  return {{"createDate", change_date(request.now_ms)},
          {"loaded", false},
          {"status", "ENABLED"},
          {"version", std::to_string(number)}};
}

ApiReply create(Tenant& tenant, const ApiRequest& request, const std::string& id) {
  check_id(id);
  const Json body = body_of(request);
  const std::string encoding = base::text_member(body, "encoding", "generic");
  if (std::ranges::find(encodings, encoding) == encodings.end()) {
    crest::refuse(422, "encoding in body should be one of [generic pem base64hmac]");
  }
  checked_value(body);
  if (tenant.esv->secrets.contains(id)) crest::refuse(400, "Failed to create secret, the secret already exists");
  Secret& secret = tenant.esv->secrets[id];
  secret.versions.push_back(new_version(secret, request));
  secret.document = {{"_id", id},
                     {"activeVersion", "1"},
                     {"description", base::text_member(body, "description")},
                     {"encoding", encoding},
                     {"lastChangeDate", change_date(request.now_ms)},
                     {"lastChangedBy", tenant.options.administrator_name},
                     {"loaded", false},
                     {"loadedVersion", ""},
                     {"useInPlaceholders", body.value("useInPlaceholders", true)}};
  return json_reply(200, secret.document);
}

// The newest version in use is the active one.
void note_change(Tenant& tenant, const ApiRequest& request, Secret& secret) {
  for (const Json& version : secret.versions) {
    if (!base::is_text(version["status"], "ENABLED")) continue;
    secret.document["activeVersion"] = version["version"];
    break;
  }
  secret.document["lastChangeDate"] = change_date(request.now_ms);
  secret.document["lastChangedBy"] = tenant.options.administrator_name;
  secret.document["loaded"] = base::same_value(secret.document["activeVersion"], secret.document["loadedVersion"]);
}

std::optional<ApiReply> handle_version(Tenant& tenant, const ApiRequest& request, Secret& secret,
                                       const std::string& number) {
  const auto found = std::ranges::find_if(
      secret.versions, [&](const Json& version) { return base::is_text(version["version"], number); });
  if (found == secret.versions.end()) crest::refuse(404, "Failed to get secret version");
  if (request.method == "GET") return json_reply(200, *found);
  std::string status = "DESTROYED";
  if (request.method == "POST" && request.parameter("_action") == "changestatus") {
    status = base::text_member(body_of(request), "status");
    if (status != "ENABLED" && status != "DISABLED")
      crest::refuse(422, "status in body should be one of [ENABLED DISABLED]");
  } else if (request.method != "DELETE") {
    return std::nullopt;
  }
  if (status == "DISABLED" && found == secret.versions.begin())
    crest::refuse(400, "Cannot disable latest secret version");
  (*found)["status"] = status;
  note_change(tenant, request, secret);
  return json_reply(200, *found);
}

std::optional<ApiReply> handle_versions(Tenant& tenant, const ApiRequest& request, Secret& secret) {
  if (request.segments.size() == 5) return handle_version(tenant, request, secret, request.segments[4]);
  if (request.method == "GET") return json_reply(200, secret.versions);
  if (request.method != "POST" || request.parameter("_action") != "create") return std::nullopt;
  checked_value(body_of(request));
  const Json version = new_version(secret, request);
  secret.versions.insert(secret.versions.begin(), version);
  note_change(tenant, request, secret);
  return json_reply(200, version);
}

}  // namespace

std::optional<ApiReply> handle_secrets(Tenant& tenant, const ApiRequest& request) {
  auto& secrets = tenant.esv->secrets;
  const auto& segments = request.segments;
  if (segments.size() == 2) {
    if (request.method != "GET") return std::nullopt;
    std::vector<Json> items;
    items.reserve(secrets.size());
    for (const auto& [id, secret] : secrets) items.push_back(secret.document);
    return list_reply(request, std::move(items));
  }
  const std::string& id = segments[2];
  if (segments.size() == 3 && request.method == "PUT") return create(tenant, request, id);
  const auto found = secrets.find(id);
  if (found == secrets.end()) {
    const auto action = request.parameter("_action");
    if (segments.size() == 4 && action == "create") crest::refuse(404, "Failed to create secret version");
    if (segments.size() == 5 && request.method == "GET") crest::refuse(404, "Failed to get secret version");
    crest::refuse(404, "The secret does not exist or does not have a version");
  }
  if (segments.size() > 3) {
    if (segments[3] != "versions" || segments.size() > 5) return std::nullopt;
    return handle_versions(tenant, request, found->second);
  }
  if (request.method == "GET") return json_reply(200, found->second.document);
  if (request.method == "POST" && request.parameter("_action") == "setDescription") {
    found->second.document["description"] = base::text_member(body_of(request), "description");
    return ApiReply{200, {}, ""};
  }
  if (request.method != "DELETE") return std::nullopt;
  ApiReply reply = json_reply(200, found->second.document);
  secrets.erase(found);
  return reply;
}

}  // namespace sandbox::esv
