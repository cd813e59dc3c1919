// /openidm/managed/{type}/{id}/{property}[/{relationship}]: the relationships of one object as a collection.

#include <algorithm>

#include <fmt/ranges.h>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

// A related object as its relationship shows it: the relationship's own members, then the fields asked for.
Json related(const IdmState& state, const Link& link, std::string_view fields) {
  const std::string path = fmt::format("managed/{}/{}", link.type, link.id);
  const Json* target = find_object(state, link.type, link.id);
  Json item = {{"_id", link.edge},
               {"_rev", link.edge_revision},
               {"_ref", path},
               {"_refResourceCollection", "managed/" + link.type},
               {"_refResourceId", link.id},
               {"_refResourceRev", target ? base::member(*target, "_rev") : Json()},
               {"_refProperties", reference(link)["_refProperties"]}};
  if (!target || fields.empty()) return item;
  const Json shown = view(state, link.type, *target, fields);
  for (const auto& [key, value] : shown.items()) {
    if (key != "_id" && key != "_rev") item[key] = value;
  }
  return item;
}

ApiReply query(const IdmState& state, const ApiRequest& request, const Path& path) {
  const auto filter = crest::parse_filter(request.parameter("_queryFilter").value_or("true"));
  const std::string fields = request.parameter("_fields").value_or("");
  std::vector<Json> items;
  for (const Link& link : links_of(state, path[0], path[1], path[2])) {
    Json whole = related(state, link, "*");
    if (filter.matches(whole)) items.push_back(related(state, link, fields));
  }
  return json_reply(200, crest::list(std::move(items), request, {}));
}

ApiReply add(IdmState& state, const ApiRequest& request, const Path& path) {
  const auto body = request.json();
  if (!body || !body->is_object()) crest::refuse(400, "A relationship is a JSON object with '_ref'");
  link(state, path[0], path[1], path[2], *body);
  const Link& made = links_of(state, path[0], path[1], path[2]).back();
  return json_reply(201, related(state, made, ""));
}

}  // namespace

ApiReply handle_relationship(IdmState& state, const ApiRequest& request, const Path& path) {
  const Json& property = base::member(schema_properties(state, path[0]), path[2]);
  if (relationship_of(property).is_null() || path.size() > 4 || !find_object(state, path[0], path[1])) {
    crest::refuse(404, fmt::format("Resource 'managed/{}' not found", fmt::join(path, "/")));
  }
  if (path.size() == 3) {
    if (request.method == "GET") return query(state, request, path);
    if (request.method == "POST" && request.parameter("_action") == "create") return add(state, request, path);
    crest::refuse(405, "Method Not Allowed");
  }
  const auto& links = links_of(state, path[0], path[1], path[2]);
  const auto found = std::ranges::find(links, path[3], &Link::edge);
  if (found == links.end()) crest::refuse(404, "Not Found");
  ApiReply reply = json_reply(200, related(state, *found, request.parameter("_fields").value_or("")));
  if (request.method == "DELETE") unlink(state, path[0], path[1], path[2], path[3]);
  return reply;
}

}  // namespace sandbox::idm
