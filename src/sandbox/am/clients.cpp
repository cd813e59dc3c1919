// …/realm-config/agents and …/realm-config/services: OAuth 2.0 clients and the realm's provider.
// A single client shows its values wrapped in {"inherited","value"}, a list shows them bare.

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/am/am.h"
#include "sandbox/data.h"

namespace sandbox::am {

namespace {

// The one section whose values are never wrapped.
constexpr std::string_view bare_section = "overrideOAuth2ClientConfig";
constexpr std::string_view secret_setting = "userpassword";

// Section → setting → [type, default, title, allowed values, "optional"]; optional ones show only when given.
const Json& settings() {
  static const Json all = base::parse_json(data::am_settings_json)["client_settings"];
  return all;
}

const Json& agent_types() {
  static const Json all = base::parse_json(data::am_settings_json)["agent_types"];
  return all;
}

Json with_type(Json document) {
  document["_type"] = {{"_id", "OAuth2Client"}, {"name", "OAuth2 Clients"}, {"collection", true}};
  return document;
}

bool is_shown(const Json& client, const std::string& section, const std::string& name, const Json& setting) {
  return setting.size() < 5 || base::member(client, section).contains(name);
}

const Json& value_of(const Json& client, const std::string& section, const std::string& name, const Json& setting) {
  const Json& given = base::member(base::member(client, section), name);
  return given.is_null() ? setting[1] : given;
}

Json wrapped_value(const Json& value) {
  Json wrapping = {{"inherited", false}};
  if (!value.is_null()) wrapping["value"] = value;
  return wrapping;
}

Json wrapped(const std::string& id, const Json& client) {
  Json document = {{"_id", id}};
  for (const auto& [section, known] : settings().items()) {
    const bool is_bare = section == bare_section;
    for (const auto& [name, setting] : known.items()) {
      if (!is_shown(client, section, name, setting) || (!is_bare && name == secret_setting)) continue;
      const Json& value = value_of(client, section, name, setting);
      document[section][name] = is_bare ? value : wrapped_value(value);
    }
  }
  return with_type(std::move(document));
}

Json bare(const std::string& id, const Json& client) {
  Json document = {{"_id", id}};
  for (const auto& [section, known] : settings().items()) {
    for (const auto& [name, setting] : known.items()) {
      if (is_shown(client, section, name, setting))
        document[section][name] = name == secret_setting ? Json() : value_of(client, section, name, setting);
    }
  }
  return with_type(std::move(document));
}

[[noreturn]] void refuse_attribute(const Json& known) {
  std::vector<std::string> valid;
  for (const auto& [name, ignored] : known.items()) valid.push_back(name);
  std::ranges::sort(valid);
  crest::refuse(400, "Invalid attribute specified.", {{"validAttributes", valid}});
}

void check_value(const std::string& name, const Json& setting, const Json& value) {
  const std::string type = setting[0].get<std::string>();
  const bool fits = value.is_null() || (type == "array" && value.is_array()) ||
                    (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
                    (type == "integer" && value.is_number_integer());
  // Enumerations are compared without regard to case: "Public" and "public" were both met.
  const bool allowed =
      setting.size() < 4 || setting[3].empty() || !value.is_string() ||
      std::ranges::any_of(
          setting[3],
          [&](const Json& choice) {
            return base::lower_case(choice.get<std::string>()) == base::lower_case(value.get<std::string>());
          });
  if (!fits || !allowed) crest::refuse(400, fmt::format("Invalid value for attribute '{}'", name));
}

// Wrapped and bare values are accepted alike.
Json stored_form(const Json& body) {
  Json client = Json::object();
  for (const auto& [section, values] : body.items()) {
    if (section.starts_with('_')) continue;
    const Json& known = base::member(settings(), section);
    if (known.is_null() || !values.is_object()) refuse_attribute(settings());
    for (const auto& [name, value] : values.items()) {
      const Json& setting = base::member(known, name);
      if (setting.is_null()) refuse_attribute(known);
      const bool is_wrapped = value.is_object() && value.contains("inherited");
      const Json& plain = is_wrapped ? base::member(value, "value") : value;
      check_value(name, setting, plain);
      const bool is_optional = setting.size() > 4;
      if ((!plain.is_null() || is_optional) && name != secret_setting) client[section][name] = plain;
    }
  }
  return client;
}

ApiReply put(const AmCall& call, const std::string& id) {
  auto& clients = call.realm->clients;
  const auto before = clients.find(id);
  const bool exists = before != clients.end();
  const std::string match = crest::entity_tag(call.request.header("if-match"));
  if (exists && call.request.header("if-none-match") == "*") {
    crest::refuse(412, "Unable to save config: the client already exists");
  }
  if (!match.empty() && match != "*") {
    if (!exists) crest::refuse(404, "Not Found");
    if (!base::is_text(with_revision(wrapped(id, before->second))["_rev"], match))
      crest::refuse(412, "Precondition Failed");
  }
  clients[id] = stored_form(call.body());
  const Json document = wrapped(id, clients[id]);
  return exists ? document_reply(call, 200, document) : created_reply(call, document, id);
}

Json schema_of(const std::string& name, const Json& setting, bool is_wrapped, int order) {
  Json value = {{"type", setting[0]}};
  if (base::is_text(setting[0], "array")) value["items"] = {{"type", "string"}};
  if (setting.size() > 3 && !setting[3].empty()) {
    value["enum"] = setting[3];
    value["options"] = {{"enum_titles", setting[3]}};
  }
  if (name == secret_setting) value["format"] = "password";
  Json schema = {{"title", setting[2]}, {"description", setting[2]}, {"propertyOrder", order}, {"required", false}};
  if (!is_wrapped) {
    schema.update(value);
  } else {
    schema["type"] = "object";
    schema["properties"] = {{"inherited", {{"type", "boolean"}, {"required", true}}}, {"value", value}};
  }
  schema["exampleValue"] = "";
  return schema;
}

Json schema() {
  Json sections = Json::object();
  int section_order = 0;
  for (const auto& [section, known] : settings().items()) {
    Json properties = Json::object();
    int order = 0;
    for (const auto& [name, setting] : known.items()) {
      properties[name] = schema_of(name, setting, section != bare_section, order += 100);
    }
    sections[section] = {
        {"type", "object"}, {"title", section}, {"propertyOrder", section_order++}, {"properties", properties}};
  }
  return {{"type", "object"}, {"properties", sections}};
}

Json client_template() {
  Json document = crest::without(crest::without(wrapped("", Json::object()), "_id"), "_type");
  return document;
}

std::optional<ApiReply> handle_clients(const AmCall& call) {
  if (call.path.size() == 1) {
    if (call.is_action("schema")) return json_reply(200, schema());
    if (call.is_action("template")) return json_reply(200, client_template());
    if (call.request.method != "GET") return std::nullopt;
    std::vector<Json> documents;
    documents.reserve(call.realm->clients.size());
    for (const auto& [id, client] : call.realm->clients) {
      Json document = bare(id, client);
      Json revised = {{"_id", id}, {"_rev", with_revision(wrapped(id, client))["_rev"]}};
      revised.update(crest::without(std::move(document), "_id"));
      documents.push_back(std::move(revised));
    }
    return list_reply(call, std::move(documents), {.policy = "EXACT", .exact_total = true});
  }
  const std::string& id = call.path[1];
  if (call.request.method == "PUT") return put(call, id);
  const auto client = call.realm->clients.find(id);
  if (client == call.realm->clients.end()) crest::refuse(404, "Not Found");
  ApiReply reply = document_reply(call, 200, wrapped(id, client->second));
  if (call.request.method == "GET") return reply;
  if (call.request.method != "DELETE") return std::nullopt;
  call.realm->clients.erase(client);
  return reply;
}

}  // namespace

std::optional<ApiReply> handle_agents(const AmCall& call) {
  if (call.path.empty()) {
    if (!call.is_action("getAllTypes")) return std::nullopt;
    return json_reply(200, {{"result", agent_types()}});
  }
  if (call.path.size() > 2) return std::nullopt;
  const std::string& type = call.path[0];
  if (type == "OAuth2Client") return handle_clients(call);
  const bool is_known =
      std::ranges::any_of(agent_types(), [&](const Json& entry) { return base::is_text(entry["_id"], type); });
  if (!is_known) crest::refuse(404, fmt::format("Resource '{}' not found", type));
  if (call.path.size() > 1) crest::refuse(404, "Not Found");
  return list_reply(call, {}, {.policy = "EXACT", .exact_total = true});
}

std::optional<ApiReply> handle_services(const AmCall& call) {
  if (call.path.size() != 1) return std::nullopt;
  if (call.path[0] != "oauth-oidc") crest::refuse(404, "Not Found");
  Json& provider = call.realm->oauth_provider;
  if (call.is_action("nextdescendents")) return json_reply(200, {{"result", Json::array()}});
  const auto document = [&] {
    Json result = {{"_id", ""}};
    result.update(provider);
    result["_type"] = {{"_id", "oauth-oidc"}, {"name", "OAuth2 Provider"}, {"collection", false}};
    return result;
  };
  if (call.request.method == "PUT") {
    const bool existed = !provider.is_null();
    const Json defaults = base::parse_json(data::am_settings_json)["oauth_provider"];
    Json sections = Json::object();
    for (const auto& [section, value] : call.body().items()) {
      if (section.starts_with('_')) continue;
      sections[section] = base::member(defaults, section).is_object() ? defaults[section] : Json::object();
      sections[section].update(value);
    }
    provider = std::move(sections);
    return existed ? document_reply(call, 200, document()) : created_reply(call, document(), "");
  }
  if (provider.is_null()) crest::refuse(404, "Not Found");
  ApiReply reply = document_reply(call, 200, document());
  if (call.request.method == "GET") return reply;
  if (call.request.method != "DELETE") return std::nullopt;
  provider = nullptr;
  return reply;
}

}  // namespace sandbox::am
