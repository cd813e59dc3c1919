// /openidm/config and /openidm/schema: documents without revisions, the definitions of managed objects among them.

#include <fmt/ranges.h>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

constexpr std::string_view config_version = "protocol=2.1,resource=1.0";
constexpr std::string_view schema_version = "protocol=2.1,resource=2.0";

ApiReply versioned(ApiReply reply, std::string_view version) {
  reply.headers.emplace_back("content-api-version", version);
  return reply;
}

Json* find_document(IdmState& state, const std::string& id) {
  if (id == "managed") return &state.managed;
  const auto found = state.config.find(id);
  return found == state.config.end() ? nullptr : &found->second;
}

Json with_id(const std::string& id, const Json& document) {
  Json result = {{"_id", id}};
  // An id that is not the address's stays as an ordinary member (recorded for e-mail templates).
  if (const std::string other = base::text_member(document, "_id", id);
      other != id && other.find('/') == std::string::npos)
    result["id"] = other;
  for (const auto& [key, value] : document.items()) {
    if (key != "_id" && key != "_rev") result[key] = value;
  }
  return result;
}

void check_definitions(const Json& document) {
  for (const Json& object : base::member(document, "objects")) {
    if (!object.is_object() || base::text_member(object, "name").empty()) {
      crest::refuse(400, "Every entry of 'objects' is an object with a 'name'");
    }
  }
  if (!base::member(document, "objects").is_array()) crest::refuse(400, "'objects' is not an array");
}

ApiReply put(Tenant& tenant, const ApiRequest& request, const std::string& id) {
  IdmState& state = *tenant.idm;
  Json document = with_id(id, body_object(request));
  if (id == "managed") check_definitions(document);
  Json* existing = find_document(state, id);
  ApiReply reply = json_reply(existing ? 200 : 201, document);
  if (existing) {
    *existing = std::move(document);
    return reply;
  }
  state.config[id] = std::move(document);
  // A tenant repeats the kind in this address.
  const std::string kind = id.substr(0, id.find('/') + 1);
  reply.headers.emplace_back("location", fmt::format("{}/openidm/config/{}{}", tenant.options.url, kind, id));
  return reply;
}

ApiReply patch(Json& document, const ApiRequest& request, const std::string& id) {
  const auto operations = request.json();
  if (!operations) crest::refuse(400, "A patch is a JSON array of operations");
  for (const Json& operation : operations->is_array() ? *operations : Json::array()) {
    const auto pointer = crest::parse_pointer(base::text_member(operation, "field"));
    // Definitions cannot be removed by position.
    const bool takes_definition = id == "managed" && pointer.size() == 2 && pointer.front() == "objects";
    if (takes_definition && base::text_member(operation, "operation") == "remove") {
      crest::refuse(400, "An entry of 'objects' cannot be removed by a patch");
    }
  }
  Json patched = crest::patch(document, *operations);
  if (id == "managed") check_definitions(patched);
  document = std::move(patched);
  return json_reply(200, document);
}

ApiReply query(const IdmState& state, const ApiRequest& request) {
  const auto filter = crest::parse_filter(request.parameter("_queryFilter").value_or("true"));
  std::vector<Json> documents;
  if (filter.matches(state.managed)) documents.push_back(state.managed);
  for (const auto& [id, document] : state.config) {
    if (filter.matches(document)) documents.push_back(document);
  }
  const auto fields = crest::parse_fields(request.parameter("_fields").value_or(""));
  Json page = crest::list(std::move(documents), request, {.policy = "EXACT", .exact_total = true});
  for (Json& item : page["result"]) {
    if (!fields.empty()) item = crest::project(item, fields);
  }
  return json_reply(200, page);
}

ApiReply handle_property(IdmState& state, const ApiRequest& request, const Path& path) {
  Json& properties = definition(state, path[1])["schema"]["properties"];
  const std::string& name = path[3];
  const bool exists = properties.contains(name);
  if (request.method == "GET") {
    if (!exists) crest::refuse(404, "Not Found");
    return json_reply(200, properties[name]);
  }
  if (!name.starts_with("custom_"))
    crest::refuse(400, fmt::format("The name of property '{}' does not begin with 'custom_'", name));
  if (request.method == "DELETE") {
    if (!exists) crest::refuse(404, "Not Found");
    ApiReply reply = json_reply(200, properties[name]);
    properties.erase(name);
    return reply;
  }
  if (request.method != "PUT") crest::refuse(405, "Method Not Allowed");
  const Json body = body_object(request);
  if (relationship_of(body).is_null()) crest::refuse(400, fmt::format("The property '{}' is not a relationship", name));
  for (const Json& target : base::member(relationship_of(body), "resourceCollection")) {
    const std::string target_path = base::text_member(target, "path");
    const std::string type = target_path.substr(target_path.find('/') + 1);
    if (definition(std::as_const(state), type).is_null())
      crest::refuse(400, fmt::format("There is no '{}'", target_path));
  }
  definition(state, path[1])["schema"]["properties"][name] = body;
  return json_reply(exists ? 200 : 201, body);
}

}  // namespace

std::optional<ApiReply> handle_config(Tenant& tenant, const ApiRequest& request, const Path& path) {
  IdmState& state = *tenant.idm;
  if (path.empty()) {
    if (request.method != "GET") return std::nullopt;
    return versioned(query(state, request), config_version);
  }
  const std::string id = fmt::format("{}", fmt::join(path, "/"));
  if (request.method == "PUT") return versioned(put(tenant, request, id), config_version);
  Json* document = find_document(state, id);
  if (!document) crest::refuse(404, "Not Found");
  if (request.method == "GET") {
    const auto fields = crest::parse_fields(request.parameter("_fields").value_or(""));
    return versioned(json_reply(200, fields.empty() ? *document : crest::project(*document, fields)), config_version);
  }
  if (request.method == "PATCH") return versioned(patch(*document, request, id), config_version);
  if (request.method != "DELETE") return std::nullopt;
  if (id == "managed") crest::refuse(403, "Access denied");
  ApiReply reply = json_reply(200, *document);
  state.config.erase(id);
  return versioned(std::move(reply), config_version);
}

std::optional<ApiReply> handle_schema(IdmState& state, const ApiRequest& request, const Path& path) {
  if (path.size() < 2 || path.front() != "managed") return std::nullopt;
  if (definition(std::as_const(state), path[1]).is_null()) {
    crest::refuse(404, fmt::format("Resource 'schema/{}' not found", fmt::join(path, "/")));
  }
  if (path.size() == 4 && path[2] == "properties") {
    return versioned(handle_property(state, request, path), schema_version);
  }
  if (path.size() != 2 || request.method != "GET") return std::nullopt;
  Json schema = base::member(definition(std::as_const(state), path[1]), "schema");
  schema["resourceCollection"] = "managed/" + path[1];
  return versioned(json_reply(200, schema), schema_version);
}

}  // namespace sandbox::idm
