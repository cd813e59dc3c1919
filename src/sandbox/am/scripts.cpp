// …/scripts and /am/json/contexts: scripts without revisions, and what their engines offer them.

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/encoding.h"
#include "base/random.h"
#include "sandbox/am/am.h"
#include "sandbox/data.h"

namespace sandbox::am {

namespace {

// Scripts that the cloud keeps to itself.
constexpr std::array hidden{"1f389a3d-21cf-417c-a6d3-42ea620071f0", "c234ba0b-58a1-4cfd-9567-09edde980745"};

const Json& contexts() {
  static const Json all = base::parse_json(data::am_scripts_json)["contexts"];
  return all;
}

Json* find_script(AmRealm& realm, std::string_view id) {
  const auto found =
      std::ranges::find_if(realm.scripts, [&](const Json& script) { return base::text_member(script, "_id") == id; });
  return found == realm.scripts.end() ? nullptr : &*found;
}

void refuse_hidden(const std::string& id) {
  if (std::ranges::find(hidden, id) == hidden.end()) return;
  crest::refuse(403, "This operation is not available in PingOne Advanced Identity Cloud.");
}

[[noreturn]] void refuse_missing(const AmCall& call, const std::string& id) {
  crest::refuse(404, fmt::format("Script with UUID {} could not be found in realm /{}", id, call.realm_name));
}

// Without a revision; protocol 1.0 has `_id` last.
ApiReply script_reply(const AmCall& call, const Json& script) {
  Json body = script;
  if (call.protocol == 1) {
    body = crest::without(std::move(body), "_id");
    body["_id"] = script["_id"];
  }
  return json_reply(200, body);
}

void check_script(const AmCall& call, const Json& body, const std::string& id) {
  const std::string name = base::text_member(body, "name");
  if (name.empty()) crest::refuse(400, "Script name must be specified");
  if (!contexts().contains(base::text_member(body, "context"))) crest::refuse(400, "Script context not recognised");
  const std::string language = base::text_member(body, "language");
  if (language != "JAVASCRIPT" && language != "GROOVY")
    crest::refuse(400, fmt::format("Scripting language not supported: {}", language));
  if (!base::base64_decode(base::text_member(body, "script")))
    crest::refuse(400, "The script is not encoded as base64");
  const std::string version = base::text_member(body, "evaluatorVersion", "1.0");
  if (version != "1.0" && version != "2.0")
    crest::refuse(400, fmt::format("Evaluator version not supported: {}", version));
  for (const Json& other : call.realm->scripts) {
    if (base::text_member(other, "name") == name && base::text_member(other, "_id") != id) {
      crest::refuse(409, fmt::format("Script with name {} already exist in realm /{}", name, call.realm_name));
    }
  }
}

ApiReply write(const AmCall& call, const std::string& id) {
  const Json body = call.body();
  check_script(call, body, id);
  Json* before = find_script(*call.realm, id);
  const std::string author = fmt::format("id={},ou=user,ou=am-config", call.request.subject);
  const Json now = call.request.now_ms;
  Json script = {{"_id", id},
                 {"name", body["name"]},
                 {"description", base::member(body, "description")},
                 {"script", body["script"]},
                 {"default", false},
                 {"language", body["language"]},
                 {"context", body["context"]},
                 {"createdBy", before ? (*before)["createdBy"] : Json(author)},
                 {"creationDate", before ? (*before)["creationDate"] : now},
                 {"lastModifiedBy", author},
                 {"lastModifiedDate", now},
                 {"evaluatorVersion", base::text_member(body, "evaluatorVersion", "1.0")}};
  if (before) {
    *before = script;
    return script_reply(call, script);
  }
  call.realm->scripts.push_back(script);
  return created_reply(call, script, id);
}

ApiReply remove_script(const AmCall& call, const std::string& id) {
  if (!find_script(*call.realm, id)) refuse_missing(call, id);
  std::erase_if(call.realm->scripts, [&](const Json& script) { return base::is_text(script["_id"], id); });
  return json_reply(200, {{"_id", id}});
}

}  // namespace

std::optional<ApiReply> handle_scripts(const AmCall& call) {
  if (call.path.empty()) {
    if (call.request.method == "GET")
      return with_list_version(call, list_reply(call, call.realm->scripts, {.remaining = 0}));
    if (!call.is_action("create")) return std::nullopt;
    const std::string id =
        base::uuid_from_name("6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11",
                             fmt::format("script {} {}", call.realm->scripts.size(), call.request.transaction_id));
    return with_version(call, write(call, id));
  }
  if (call.path.size() > 1) return std::nullopt;
  const std::string& id = call.path[0];
  refuse_hidden(id);
  if (call.request.method == "PUT") return with_version(call, write(call, id));
  if (call.request.method == "DELETE") return with_version(call, remove_script(call, id));
  if (call.request.method != "GET") return std::nullopt;
  const Json* script = find_script(*call.realm, id);
  if (!script) refuse_missing(call, id);
  return with_version(call, script_reply(call, *script));
}

std::optional<ApiReply> handle_contexts(const AmCall& call) {
  if (call.path.size() != 1 || call.request.method != "GET") return std::nullopt;
  const Json& context = base::member(contexts(), call.path[0]);
  if (context.is_null()) crest::refuse(404, "Not Found");
  Json body = {{"_id", call.path[0]}};
  body.update(context);
  return with_version(call, json_reply(200, body));
}

}  // namespace sandbox::am
