#include "tools/journeys/page_connections.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "aic/paths.h"
#include "base/text.h"
#include "tools/journeys/change.h"
#include "tools/journeys/tools.h"
#include "tools/kit/outcome.h"

namespace tools::journeys {
namespace {

// The page's connections as they shall be; nothing where they are so already.
std::optional<Json> renamed(const Json& connections, const Json& ids) {
  if (!connections.is_object()) return std::nullopt;
  bool any = false;
  Json out = Json::object();
  for (const auto& [outcome, target] : connections.items()) {
    auto name = with_id_of_child(outcome, ids);
    // What leads on from the outcome already was meant.
    const bool changes = name != outcome && !connections.contains(name) && !out.contains(name);
    any = any || changes;
    out[changes ? name : outcome] = target;
  }
  return any ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<aic::Edit> edit_of(const Json& now, const FilledPage& page) {
  const Json& node = base::member(base::member(now, "nodes"), page.node.id);
  if (base::text_member(node, "nodeType") != page.node.type) return std::nullopt;
  auto connections = renamed(base::member(node, "connections"), page.ids);
  if (!connections) return std::nullopt;
  aic::Edit edit{.after = now};
  edit.after.erase("_rev");
  edit.after["nodes"][page.node.id]["connections"] = *std::move(connections);
  return edit;
}

}  // namespace

bool has_prefixed_outcomes(const NodeRef& page) {
  return page.type == page_type && std::atoi(page.version.c_str()) >= 2;
}

std::string with_id_of_child(const std::string& outcome, const Json& ids) {
  std::string child;
  for (const auto& [name, id] : ids.items()) {
    if (name.size() > child.size() && outcome.starts_with(name + "-")) child = name;
  }
  return child.empty() ? outcome : ids.at(child).get<std::string>() + outcome.substr(child.size());
}

net::Task<> reconnect(Call& call, std::string realm, FilledPage page, std::vector<Reconnected>& done) {
  for (const auto& journey : page.journeys) {
    auto opened = co_await aic::open(call.tenant(), {.title = "journey " + journey,
                                                     .target = aic::tree(realm, journey),
                                                     .read = am_request(),
                                                     .write = am_request()});
    if (!edit_of(opened.current(), page)) continue;
    auto written = co_await opened.save([&](const Json& now) { return edit_of(now, page); }, telling(check_tree));
    if (written.changed) done.push_back({journey, std::move(written)});
  }
}

}  // namespace tools::journeys
