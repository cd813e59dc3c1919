// /openidm/managed/{type}[/{id}[/{property}…]]: create, read, update, patch, delete, query.

#include <algorithm>

#include <fmt/ranges.h>

#include "base/random.h"
#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

// Objects of these types belong to the platform's own administration.
bool is_forbidden(std::string_view type) {
  return type == "svcacct" || type == "teammember";
}

std::string directory_name(std::string_view type, std::string_view id) {
  const auto realm = realm_of(type);
  const std::string place = realm.empty() ? "ou=managed" : fmt::format("o={}", realm);
  return fmt::format("fr-idm-uuid={},ou={},{},o=root,ou=identities", id, kind_of(type), place);
}

[[noreturn]] void refuse_missing(std::string_view type, std::string_view id) {
  crest::refuse(404, fmt::format("No Such Entry: The search base entry '{}' does not exist", directory_name(type, id)));
}

const Json& existing(const IdmState& state, std::string_view type, std::string_view id) {
  const Json* object = find_object(state, type, id);
  if (!object) refuse_missing(type, id);
  return *object;
}

ApiReply object_reply(const IdmState& state, const ApiRequest& request, int status, const std::string& type,
                      const Json& object) {
  const auto fields = request.parameter("_fields").value_or("");
  ApiReply reply = json_reply(status, view(state, type, object, fields));
  reply.headers.emplace_back("etag", "\"" + base::text_member(object, "_rev") + "\"");
  return reply;
}

// If-Match guards changes; what it may not guard it may not accompany.
void check_match(const ApiRequest& request, const Json& object) {
  const std::string wanted = crest::entity_tag(request.header("if-match"));
  if (wanted.empty() || wanted == "*") return;
  if (wanted != base::text_member(object, "_rev")) crest::refuse(412, "Precondition Failed");
}

// What of a written document is the object's own; relationships are kept as links, passwords not at all.
Json own_values(const IdmState& state, const std::string& type, const Json& body) {
  Json own = Json::object();
  for (const auto& [name, value] : body.items()) {
    const bool is_own = name != "_id" && name != "_rev" && name != "password" && !value.is_null() &&
                        !is_relationship(state, type, name) && !is_computed(state, type, name);
    if (is_own) own[name] = value;
  }
  return own;
}

void add_defaults(const IdmState& state, const std::string& type, Json& body) {
  for (const auto& [name, property] : schema_properties(state, type).items()) {
    const Json& value = base::member(property, "default");
    if (value.is_null() || body.contains(name)) continue;
    if (value.is_string() && value.get<std::string>().find("{{") != std::string::npos) continue;
    body[name] = value;
  }
}

bool write_links(IdmState& state, const std::string& type, const std::string& id, const Json& body) {
  bool changed = false;
  for (const auto& [name, value] : body.items()) {
    if (!is_relationship(state, type, name)) continue;
    std::vector<Json> references;
    if (value.is_array()) references.assign(value.begin(), value.end());
    if (value.is_object()) references.push_back(value);
    changed |= relate(state, type, id, name, references);
  }
  return changed;
}

// Every reference must lead somewhere before anything is written.
void check_references(const IdmState& state, const std::string& type, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (!is_relationship(state, type, name)) continue;
    for (const Json& item : value.is_array() ? value : Json::array({value})) {
      const std::string path = base::text_member(item, "_ref");
      const auto pointer = crest::parse_pointer(path);
      if (item.is_null() || (path.empty() && item.contains("_refResourceId"))) continue;
      if (pointer.size() != 3 || !find_object(state, pointer[1], pointer[2])) refuse_reference(path);
    }
  }
}

std::string id_for(IdmState& state, const std::string& type, const Json& body, const std::string& chosen) {
  std::string given = chosen.empty() ? base::text_member(body, "_id") : chosen;
  if (kind_of(type) == "group" && given.empty()) return base::text_member(body, "name");
  if (given.empty()) return state.next_id();
  if (kind_of(type) == "user" && !base::is_uuid(given)) {
    crest::refuse(400, fmt::format("The id '{}' of a user is not a UUID", given));
  }
  return given;
}

ApiReply create(Tenant& tenant, const ApiRequest& request, const std::string& type, const std::string& chosen) {
  IdmState& state = *tenant.idm;
  Json body = body_object(request);
  const std::string id = id_for(state, type, body, chosen);
  if (find_object(state, type, id)) {
    crest::refuse(412,
                  fmt::format("Entry Already Exists: The entry '{}' cannot be added because an entry with that name "
                              "already exists",
                              directory_name(type, id)));
  }
  add_defaults(state, type, body);
  check_policies(state, type, body, id);
  check_references(state, type, body);
  Json object = {{"_id", id}, {"_rev", state.next_revision()}};
  object.update(own_values(state, type, body));
  state.objects[type].push_back(object);
  write_links(state, type, id, body);
  ApiReply reply = object_reply(state, request, 201, type, object);
  reply.headers.emplace_back(
      "location", fmt::format("{}/openidm/managed/{}/{}", tenant.options.url, type, base::percent_encode(id)));
  return reply;
}

// Relationships that the type requires and the document does not mention stay as they are.
Json with_required_links(const IdmState& state, const std::string& type, const std::string& id, Json body) {
  for (const Json& required : base::member(base::member(definition(state, type), "schema"), "required")) {
    const std::string name = required.get<std::string>();
    if (body.contains(name) || !is_relationship(state, type, name)) continue;
    Json value = value_of(state, type, {{"_id", id}}, name);
    if (!value.is_null()) body[name] = std::move(value);
  }
  return body;
}

// Stores a whole new state of an object; what changes nothing keeps its revision and says so.
ApiReply store(IdmState& state, const ApiRequest& request, const std::string& type, const std::string& id,
               const Json& given) {
  const Json& before = existing(state, type, id);
  const Json body = with_required_links(state, type, id, given);
  check_policies(state, type, body, id);
  check_references(state, type, body);
  Json after = {{"_id", id}, {"_rev", before["_rev"]}};
  after.update(own_values(state, type, body));
  const bool links_changed = write_links(state, type, id, body);
  const bool changed = links_changed || !base::same_value(before, after);
  if (changed) after["_rev"] = state.next_revision();
  auto& object =
      *std::ranges::find_if(state.objects[type], [&](const Json& item) { return base::is_text(item["_id"], id); });
  object = after;
  ApiReply reply = object_reply(state, request, 200, type, object);
  if (!changed) reply.headers.emplace_back("x-not-modified", "true");
  return reply;
}

ApiReply put(Tenant& tenant, const ApiRequest& request, const std::string& type, const std::string& id) {
  const std::string none_match = crest::entity_tag(request.header("if-none-match"));
  const std::string match = crest::entity_tag(request.header("if-match"));
  if (!none_match.empty() && !match.empty()) crest::refuse(412, "If-Match and If-None-Match exclude each other");
  if (!none_match.empty() && none_match != "*") crest::refuse(400, "If-None-Match can only be '*' here");
  const Json* object = find_object(*tenant.idm, type, id);
  if (!object && !match.empty() && match != "*") refuse_missing(type, id);
  if (!object || !none_match.empty()) return create(tenant, request, type, id);
  check_match(request, *object);
  return store(*tenant.idm, request, type, id, body_object(request));
}

// References are compared by where they lead, so patches see them reduced to that.
Json bare(const Json& reference) {
  Json result = {{"_ref", base::text_member(reference, "_ref")}};
  if (base::is_text(result["_ref"], "") && reference.contains("_refResourceId")) {
    result["_ref"] =
        base::text_member(reference, "_refResourceCollection") + "/" + base::text_member(reference, "_refResourceId");
  }
  return result;
}

Json bare_value(const Json& value) {
  if (value.is_array()) {
    Json result = Json::array();
    for (const Json& item : value) result.push_back(item.is_object() ? bare(item) : item);
    return result;
  }
  return value.is_object() ? bare(value) : value;
}

ApiReply patch(IdmState& state, const ApiRequest& request, const std::string& type, const std::string& id) {
  Json document = existing(state, type, id);
  check_match(request, document);
  auto operations = request.json();
  if (!operations || !operations->is_array()) crest::refuse(400, "A patch is a JSON array of operations");
  for (Json& operation : *operations) {
    const auto pointer = crest::parse_pointer(base::text_member(operation, "field"));
    if (pointer.empty() || !is_relationship(state, type, pointer.front())) continue;
    document[pointer.front()] = bare_value(value_of(state, type, document, pointer.front()));
    if (operation.contains("value") && pointer.size() <= 2) operation["value"] = bare_value(operation["value"]);
  }
  return store(state, request, type, id, crest::patch(std::move(document), *operations));
}

ApiReply remove(IdmState& state, const ApiRequest& request, const std::string& type, const std::string& id) {
  const Json& object = existing(state, type, id);
  check_match(request, object);
  ApiReply reply = object_reply(state, request, 200, type, object);
  unlink_all(state, type, id);
  std::erase_if(state.objects[type], [&](const Json& item) { return base::is_text(item["_id"], id); });
  return reply;
}

ApiReply read(const IdmState& state, const ApiRequest& request, const std::string& type, const std::string& id) {
  refuse_match(request);
  const Json& object = existing(state, type, id);
  if (crest::entity_tag(request.header("if-none-match")) == base::text_member(object, "_rev")) return {304, {}, ""};
  return object_reply(state, request, 200, type, object);
}

}  // namespace

std::optional<ApiReply> handle_managed(Tenant& tenant, const ApiRequest& request, const Path& path) {
  IdmState& state = *tenant.idm;
  if (path.empty()) return std::nullopt;
  const std::string& type = path.front();
  if (is_forbidden(type)) crest::refuse(403, "Access denied");
  if (definition(std::as_const(state), type).is_null()) {
    crest::refuse(404, fmt::format("Resource 'managed/{}' not found", fmt::join(path, "/")));
  }
  if (path.size() == 1) {
    if (request.method == "GET") return query_objects(state, request, type);
    if (request.method != "POST" || request.parameter("_action") != "create") return std::nullopt;
    refuse_match(request);
    return create(tenant, request, type, "");
  }
  const std::string& id = path[1];
  if (path.size() > 2) return handle_relationship(state, request, path);
  if (request.method == "GET") return read(state, request, type, id);
  if (request.method == "PUT") return put(tenant, request, type, id);
  if (request.method == "PATCH") return patch(state, request, type, id);
  if (request.method == "DELETE") return remove(state, request, type, id);
  return std::nullopt;
}

}  // namespace sandbox::idm
