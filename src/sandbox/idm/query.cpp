// GET /openidm/managed/{type}?_queryFilter=…

#include <set>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

crest::Filter filter_of(const ApiRequest& request) {
  if (request.parameter("_queryId") == "query-all-ids") return crest::parse_filter("true");
  const auto text = request.parameter("_queryFilter");
  if (!text) crest::refuse(400, "The request needs one of _queryFilter and _queryId");
  return crest::parse_filter(*text);
}

// Names in the filter or the sort keys that an object does not hold itself.
std::set<std::string> derived_names(const IdmState& state, const ApiRequest& request, const std::string& type,
                                    const crest::Filter& filter) {
  std::set<std::string> names(filter.members.begin(), filter.members.end());
  for (const auto& key : crest::parse_fields(request.parameter("_sortKeys").value_or(""))) {
    names.insert(key.front().substr(key.front().find_first_not_of("+-")));
  }
  std::erase_if(names, [&](const std::string& name) {
    return !is_relationship(state, type, name) && !is_computed(state, type, name);
  });
  return names;
}

std::vector<Json> matching(const IdmState& state, const ApiRequest& request, const std::string& type) {
  const auto filter = filter_of(request);
  const auto derived = derived_names(state, request, type, filter);
  const auto collection = state.objects.find(type);
  if (collection == state.objects.end()) return {};
  std::vector<Json> found;
  for (const Json& object : collection->second) {
    if (derived.empty()) {
      if (filter.matches(object)) found.push_back(object);
      continue;
    }
    Json whole = object;
    for (const auto& name : derived) whole[name] = value_of(state, type, object, name);
    if (filter.matches(whole)) found.push_back(std::move(whole));
  }
  return found;
}

}  // namespace

void refuse_match(const ApiRequest& request) {
  if (!request.header("if-match").empty()) crest::refuse(412, "If-Match is not supported for this request");
}

Json body_object(const ApiRequest& request) {
  auto body = request.json();
  if (!body || !body->is_object()) {
    crest::refuse(400, "The request could not be processed because the provided content is not a JSON object");
  }
  return *std::move(body);
}

ApiReply query_objects(const IdmState& state, const ApiRequest& request, const std::string& type) {
  refuse_match(request);
  Json page = crest::list(matching(state, request, type), request, {});
  const bool ids_only = request.parameter("_queryId").has_value();
  const std::string fields = ids_only ? "_id" : request.parameter("_fields").value_or("");
  for (Json& item : page["result"]) {
    const Json* object = find_object(state, type, base::text_member(item, "_id"));
    item = view(state, type, *object, fields);
  }
  return json_reply(200, page);
}

}  // namespace sandbox::idm
