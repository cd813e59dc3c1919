#include "sandbox/am/am.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"

namespace sandbox {

namespace am {

Json AmCall::body() const {
  auto json = request.json();
  if (!json || !json->is_object()) {
    crest::refuse(400, "The request could not be processed because the provided content is not a JSON object");
  }
  return *std::move(json);
}

Json with_revision(const Json& document) {
  Json result = Json::object();
  for (const auto& [key, value] : document.items()) {
    result[key] = value;
    if (key == "_id") result["_rev"] = std::to_string(crest::java_hash(document));
  }
  return result;
}

ApiReply document_reply(const AmCall& call, int status, const Json& document) {
  const Json revised = with_revision(document);
  Json body = revised;
  if (call.protocol == 1) {
    // Protocol 1.0 shows no revision and puts its own members last.
    body = Json::object();
    for (const auto& [key, value] : document.items()) {
      if (!key.starts_with('_')) body[key] = value;
    }
    for (const auto& [key, value] : document.items()) {
      if (key.starts_with('_')) body[key] = value;
    }
  }
  const auto fields = crest::parse_fields(call.request.parameter("_fields").value_or(""));
  ApiReply reply = json_reply(status, fields.empty() ? body : crest::project(body, fields));
  reply.headers.emplace_back("etag", "\"" + revised["_rev"].get<std::string>() + "\"");
  return reply;
}

ApiReply created_reply(const AmCall& call, const Json& document, const std::string& id) {
  ApiReply reply = document_reply(call, 201, document);
  std::string location = call.tenant.options.url + call.request.path;
  if (call.request.method == "POST") location += "/" + base::percent_encode(id);
  reply.headers.emplace_back("location", location);
  return reply;
}

ApiReply list_reply(const AmCall& call, std::vector<Json> documents, const crest::ListStyle& style) {
  const auto filter = crest::parse_filter(call.request.parameter("_queryFilter").value_or("true"));
  std::erase_if(documents, [&](const Json& document) { return !filter.matches(document); });
  Json page = crest::list(std::move(documents), call.request, style);
  const auto fields = crest::parse_fields(call.request.parameter("_fields").value_or(""));
  for (Json& document : page["result"]) {
    if (!fields.empty()) document = crest::project(document, fields);
  }
  return json_reply(200, page);
}

ApiReply with_version(const AmCall& call, ApiReply reply) {
  reply.headers.emplace_back("content-api-version", "resource=" + call.resource);
  return reply;
}

ApiReply with_list_version(const AmCall& call, ApiReply reply) {
  reply.headers.emplace_back("content-api-version",
                             fmt::format("protocol={}.{},resource={}, resource={}", call.protocol,
                                         call.protocol == 1 ? 0 : 1, call.resource, call.resource));
  return reply;
}

}  // namespace am

namespace {

constexpr std::string_view not_in_the_cloud = "This operation is not available in PingOne Advanced Identity Cloud.";

// "protocol=2.1,resource=1.0" in either order, with blanks; what is left out has its default.
void read_version(am::AmCall& call) {
  const auto version = call.request.header("accept-api-version");
  for (auto part : base::between_commas(version)) {
    part = base::trim(part);
    const auto equals = part.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    int major = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), major);
    if (error != std::errc() || major < 1) crest::refuse(400, fmt::format("Unsupported version '{}'", part));
    if (part.starts_with("protocol=")) {
      if (major > 2) crest::refuse(400, fmt::format("Unsupported major version: {}", value));
      call.protocol = major;
    } else if (part.starts_with("resource=")) {
      call.resource = std::string(value);
    }
  }
}

bool begins(const am::Path& path, std::initializer_list<std::string_view> words) {
  return path.size() >= words.size() &&
         std::ranges::equal(words, am::Path(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(words.size())));
}

am::Path after(const am::Path& path, std::size_t count) {
  return {path.begin() + static_cast<std::ptrdiff_t>(count), path.end()};
}

ApiReply server_info(const am::AmCall& call) {
  return json_reply(200, {{"_id", "*"},
                          {"domains", Json::array()},
                          {"protectedUserAttributes", Json::array()},
                          {"cookieName", "b5f2c6d09d1e4a"},
                          {"secureCookie", true},
                          {"forgotPassword", "false"},
                          {"selfRegistration", "false"},
                          {"lang", "en-US"},
                          {"realm", "/" + call.realm_name}});
}

std::optional<ApiReply> route(am::AmCall& call) {
  const am::Path path = call.path;
  const auto strip = [&](std::size_t count) -> am::AmCall& {
    call.path = after(path, count);
    return call;
  };
  if (begins(path, {"realm-config", "authentication", "authenticationtrees", "trees"})) return handle_trees(strip(4));
  if (begins(path, {"realm-config", "authentication", "authenticationtrees", "nodes"})) return handle_nodes(strip(4));
  if (path == am::Path{"realm-config", "authentication"}) return handle_authentication(strip(2));
  if (begins(path, {"realm-config", "agents"})) return handle_agents(strip(2));
  if (begins(path, {"realm-config", "services"})) {
    strip(2);
    if (auto lists = handle_service_lists(call)) return lists;
    return handle_services(call);
  }
  if (begins(path, {"realm-config", "saml2"})) return handle_saml(strip(2));
  if (begins(path, {"realm-config", "federation", "circlesoftrust"})) return handle_list(strip(3), "circles");
  if (begins(path, {"realm-config", "secrets", "stores", "GoogleSecretManagerSecretStoreProvider", "ESV", "mappings"}))
    return handle_list(strip(6), "secret_mappings");
  if (begins(path, {"policies"})) return handle_list(strip(1), "policies");
  if (begins(path, {"scripts"})) {
    // Scripts are answered one version higher than they are asked for.
    if (call.resource == "1.0") call.resource = "1.1";
    return handle_scripts(strip(1));
  }
  if (begins(path, {"contexts"})) return handle_contexts(strip(1));
  return std::nullopt;
}

// Both address forms: /am/json/{realm}/… and /am/json/realms/root/realms/{realm}/….
std::optional<ApiReply> route_realm(am::AmCall& call) {
  am::Path path = after(call.request.segments, 2);
  if (begins(path, {"realms", "root"})) {
    path = after(path, 2);
    if (begins(path, {"realms"}) && path.size() >= 2) {
      path = after(path, 1);
    } else {
      path.insert(path.begin(), "root");
    }
  }
  if (path.empty()) return std::nullopt;
  if (path == am::Path{"serverinfo", "*"}) return server_info(call);
  if (begins(path, {"global-config", "services", "CorsService", "configuration"})) {
    call.path = after(path, 4);
    return handle_cors(call);
  }
  if (begins(path, {"contexts"})) {
    call.path = after(path, 1);
    return handle_contexts(call);
  }
  if (begins(path, {"node-designer", "node-type"})) {
    call.path = after(path, 2);
    return handle_custom_nodes(call);
  }
  call.realm_name = path.front();
  const bool is_root = call.realm_name == "root" || begins(path, {"realm-config"}) || begins(path, {"scripts"});
  if (is_root) crest::refuse(403, std::string(not_in_the_cloud));
  const auto realm = call.tenant.am->realms.find(call.realm_name);
  if (realm == call.tenant.am->realms.end()) return std::nullopt;
  call.realm = &realm->second;
  call.path = after(path, 1);
  return route(call);
}

}  // namespace

std::optional<ApiReply> handle_am(Tenant& tenant, const ApiRequest& request) {
  if (request.segments.size() < 3 || request.segments[1] != "json") return std::nullopt;
  am::AmCall call{tenant, request, "", nullptr, 2, "1.0", {}};
  try {
    read_version(call);
    return route_realm(call);
  } catch (const base::Error& error) {
    ApiReply reply = error_reply(error.status, error.tenant_message, error.detail);
    if (error.tenant_message == not_in_the_cloud) {
      reply.headers.emplace_back("cache-control", "private, no-store");
    } else {
      reply = with_version(call, std::move(reply));
    }
    return reply;
  }
}

}  // namespace sandbox
