#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "sandbox/crest/crest.h"
#include "sandbox/esv/esv.h"

namespace sandbox::esv {

using base::Json;

namespace {

constexpr std::array types{"string",      "list", "array", "object", "bool", "int", "number", "base64encodedinlined",
                           "keyvaluelist"};

ApiReply put(Tenant& tenant, const ApiRequest& request, const std::string& id) {
  auto& variables = tenant.esv->variables;
  check_id(id);
  const Json body = body_of(request);
  const std::string value = checked_value(body);
  const auto before = variables.find(id);
  const std::string old_type = before == variables.end() ? "" : base::text_member(before->second, "expressionType");
  const std::string type = base::text_member(body, "expressionType", old_type);
  if (type.empty()) {
    crest::refuse(400, "Variable type required; expressionType cannot be empty when creating new variables");
  }
  if (std::ranges::find(types, type) == types.end()) {
    crest::refuse(400, fmt::format("expressionType in body should be one of [{}]", fmt::join(types, " ")));
  }
  if (!old_type.empty() && type != old_type) crest::refuse(400, "The type of a variable cannot be changed");
  Json variable = {{"_id", id},
                   {"description", base::text_member(body, "description")},
                   {"expressionType", type},
                   {"lastChangeDate", change_date(request.now_ms)},
                   {"lastChangedBy", tenant.options.administrator_name},
                   {"loaded", false},
                   {"valueBase64", value}};
  if (before != variables.end()) {
    // What is there already keeps its date and stays loaded.
    const auto is_same = [&](const char* name) { return base::same_value(before->second[name], variable[name]); };
    if (is_same("valueBase64") && is_same("description")) return json_reply(200, before->second);
  }
  variables[id] = variable;
  return json_reply(200, variable);
}

}  // namespace

std::optional<ApiReply> handle_variables(Tenant& tenant, const ApiRequest& request) {
  auto& variables = tenant.esv->variables;
  if (request.segments.size() == 2) {
    if (request.method != "GET") return std::nullopt;
    std::vector<Json> items;
    items.reserve(variables.size());
    for (const auto& [id, variable] : variables) items.push_back(variable);
    return list_reply(request, std::move(items));
  }
  if (request.segments.size() > 3) return std::nullopt;
  const std::string& id = request.segments[2];
  if (request.method == "PUT") return put(tenant, request, id);
  const auto found = variables.find(id);
  if (found == variables.end()) crest::refuse(404, "The variable does not exist");
  if (request.method == "GET") return json_reply(200, found->second);
  if (request.method == "POST" && request.parameter("_action") == "setDescription") {
    found->second["description"] = base::text_member(body_of(request), "description");
    return ApiReply{200, {}, ""};
  }
  if (request.method != "DELETE") return std::nullopt;
  ApiReply reply = json_reply(200, found->second);
  variables.erase(found);
  return reply;
}

}  // namespace sandbox::esv
