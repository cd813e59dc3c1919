#include "mcp/subscriptions.h"

#include "mcp/message.h"

#include <fmt/format.h>

namespace mcp {
namespace {

bool wants_list(const Json& wanted, const char* member) {
  const Json& value = base::member(wanted, member);
  if (!value.is_null() && !value.is_boolean()) {
    throw ProtocolError(rpc::invalid_params, fmt::format("\"{}\" must be true or false", member));
  }
  return base::is_true(value);
}

std::set<std::string> wanted_uris(const Json& wanted) {
  const Json& uris = base::member(wanted, "resourceSubscriptions");
  if (uris.is_null()) return {};
  if (!uris.is_array()) throw ProtocolError(rpc::invalid_params, "\"resourceSubscriptions\" must be a list of URIs");
  if (uris.size() > most_watched) {
    throw ProtocolError(rpc::invalid_params, fmt::format("no more than {} resources can be watched", most_watched));
  }
  std::set<std::string> texts;
  for (const Json& uri : uris) {
    if (!uri.is_string()) throw ProtocolError(rpc::invalid_params, "\"resourceSubscriptions\" must be a list of URIs");
    texts.insert(uri.get<std::string>());
  }
  return texts;
}

std::string_view change_method(Change::What what) {
  switch (what) {
    case Change::What::tools:
      return "notifications/tools/list_changed";
    case Change::What::prompts:
      return "notifications/prompts/list_changed";
    case Change::What::resources:
      return "notifications/resources/list_changed";
    case Change::What::resource:
      break;
  }
  return "notifications/resources/updated";
}

}  // namespace

bool Interest::covers(const Change& change) const {
  switch (change.what) {
    case Change::What::tools:
      return tools;
    case Change::What::prompts:
      return prompts;
    case Change::What::resources:
      return resources;
    case Change::What::resource:
      break;
  }
  return uris.contains(change.uri);
}

Interest all_lists(Host& host) {
  const Changes::Kinds kinds = host.changes() == nullptr ? Changes::Kinds{} : host.changes()->kinds();
  return {kinds.tools, kinds.prompts && host.prompts() != nullptr, kinds.resources && host.resources() != nullptr, {}};
}

Interest honoured(const Json& wanted, Host& host) {
  const Interest offered = all_lists(host);
  Interest interest;
  interest.tools = wants_list(wanted, "toolsListChanged") && offered.tools;
  interest.prompts = wants_list(wanted, "promptsListChanged") && offered.prompts;
  interest.resources = wants_list(wanted, "resourcesListChanged") && offered.resources;
  interest.uris = wanted_uris(wanted);
  if (!can_watch(host)) interest.uris.clear();
  return interest;
}

Json as_filter(const Interest& interest) {
  Json filter = Json::object();
  if (interest.tools) filter["toolsListChanged"] = true;
  if (interest.prompts) filter["promptsListChanged"] = true;
  if (interest.resources) filter["resourcesListChanged"] = true;
  if (!interest.uris.empty()) filter["resourceSubscriptions"] = interest.uris;
  return filter;
}

bool can_watch(Host& host) {
  return host.changes() != nullptr && host.resources() != nullptr && host.resources()->watches();
}

std::string print_change(const Change& change, const Json& meta) {
  Json params = Json::object();
  if (!meta.is_null()) params["_meta"] = meta;
  if (change.what == Change::What::resource) params["uri"] = change.uri;
  return print_notification(change_method(change.what), base::print_json(params));
}

}  // namespace mcp
