#include "tools/journey_uses.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/pages.h"
#include "tools/fan_out.h"
#include "tools/journey_tools.h"

namespace tools::journeys {
namespace {

bool tree_uses(const Json& tree, const NodeRef& node) {
  const Json& entry = base::member(base::member(tree, "nodes"), node.id);
  if (entry.is_null()) return false;
  const auto type = base::text_member(entry, "nodeType");
  return type.empty() || type == node.type;
}

bool page_uses(const Json& page, const NodeRef& node) {
  const auto children = children_of(page);
  return std::ranges::find(children, node) != children.end();
}

net::Task<aic::Reply> delete_node(aic::Tenant& tenant, std::string realm, NodeRef node) {
  auto gone = co_await aic::remove_and_look(tenant, aic::node(realm, node.type, node.id), am_request(), am_request());
  if (gone.found_gone) co_return aic::Reply{.status = 200, .body = Json::object()};
  co_return std::move(gone.answer.value());
}

// Deletes in two rounds, pages first: a child stays as long as its page does.
class NodeRemoval {
 public:
  NodeRemoval(Call& call, const std::string& realm, std::vector<NodeRef> nodes) : call_(call), realm_(realm) {
    for (auto& node : nodes) {
      if (std::ranges::find(all_, node, &NodeDeletion::node) == all_.end()) all_.push_back({.node = std::move(node)});
    }
  }

  net::Task<std::vector<NodeDeletion>> run(bool force) {
    if (!force) co_await read_uses();
    for (auto& deletion : all_) note_uses(deletion, true);
    co_await delete_all([](const NodeDeletion& one) { return one.node.type == page_type; });
    for (auto& deletion : all_) note_uses(deletion, false);
    co_await delete_all([](const NodeDeletion& one) { return one.node.type != page_type; });
    co_return std::move(all_);
  }

 private:
  net::Task<> read_uses() {
    std::vector<Ask> asks;
    asks.emplace_back([this] {
      return aic::get_whole(call_.tenant(), aic::trees(realm_), {.page_size = -1, .fields = "_id,nodes"}, am_request());
    });
    asks.emplace_back(
        [this] { return aic::get_whole(call_.tenant(), aic::node_type(realm_, page_type), {}, am_request()); });
    auto answers = co_await ask_all(call_, "uses of nodes", std::move(asks));
    for (auto& answer : answers) {
      if (!answer.error || answer.error->status == 404) continue;
      for (auto& deletion : all_) {
        deletion.error = *answer.error;
        deletion.error->message = fmt::format(
            "not checked whether it is used, so not deleted; deleteJourneyNodes with force: true deletes it all the "
            "same ({})",
            answer.error->message);
        // The tenant's own words would read as if the deletion had been refused (R-WRT-13).
        deletion.error->tenant_message.clear();
        deletion.error->next = "Call deleteJourneyNodes with force: true to delete without this check.";
      }
    }
    trees_ = base::member(answers[0].body, "result");
    pages_ = base::member(answers[1].body, "result");
  }

  // A page that is itself to go does not count at first.
  void note_uses(NodeDeletion& deletion, bool before) {
    if (deletion.deleted || deletion.error || !deletion.used_by.empty()) return;
    for (const Json& tree : trees_) {
      if (tree_uses(tree, deletion.node)) deletion.used_by.push_back("journey " + base::text_member(tree, "_id"));
    }
    for (const Json& page : pages_) {
      const NodeRef ref{base::text_member(page, "_id"), std::string(page_type)};
      const auto at = std::ranges::find(all_, ref, &NodeDeletion::node);
      const bool goes = at != all_.end() && (before || at->deleted);
      if (!goes && page_uses(page, deletion.node)) deletion.used_by.push_back("page " + ref.id);
    }
  }

  template <typename Which>
  net::Task<> delete_all(Which which) {
    std::vector<NodeDeletion*> wanted;
    std::vector<Ask> asks;
    for (auto& deletion : all_) {
      if (!which(deletion) || deletion.error || !deletion.used_by.empty()) continue;
      wanted.push_back(&deletion);
      asks.emplace_back([this, node = deletion.node] { return delete_node(call_.tenant(), realm_, node); });
    }
    const auto answers = co_await ask_all(call_, "deletions of nodes", std::move(asks));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      wanted[i]->error = answers[i].error;
      wanted[i]->deleted = !answers[i].error;
    }
  }

  Call& call_;
  const std::string& realm_;
  std::vector<NodeDeletion> all_;
  Json trees_, pages_;
};

}  // namespace

net::Task<std::vector<NodeDeletion>> delete_nodes(Call& call, std::string realm, std::vector<NodeRef> nodes,
                                                  bool force) {
  NodeRemoval removal(call, realm, std::move(nodes));
  co_return co_await removal.run(force);
}

Json as_json(const std::vector<NodeDeletion>& deletions) {
  Json list = Json::array();
  for (const auto& [node, deleted, used_by, error] : deletions) {
    Json entry{{"nodeType", node.type}, {"nodeId", node.id}, {"deleted", deleted}, {"error", nullptr}};
    if (error) entry["error"] = failed_entry(*error);
    if (!used_by.empty()) {
      entry["error"] = {{"status", nullptr},
                        {"message", "still used; deleteJourneyNodes with force: true deletes it all the same"}};
      entry["usedBy"] = used_by;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace tools::journeys
