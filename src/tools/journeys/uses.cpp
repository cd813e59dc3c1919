#include "tools/journeys/uses.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/journeys/node_access.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"

namespace tools::journeys {
namespace {

net::Task<aic::Reply> delete_node(aic::Tenant& tenant, std::string realm, NodeRef node, int looked_since,
                                  aic::LookAgain look_again) {
  auto gone = co_await remove_node(tenant, std::move(realm), std::move(node), looked_since, std::move(look_again));
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

  net::Task<std::vector<NodeDeletion>> run(bool force, std::optional<KnownUses> known) {
    looks_ = !force;
    looked_since_ = known ? known->looked_since : call_.tenant().waits();
    const bool reads_uses = !force && !known;
    if (known) {
      realm_nodes_ = std::move(known->nodes);
      going_ = std::move(known->going);
    }
    if (reads_uses) co_await read_uses();
    co_await delete_both_rounds();
    // Without a version the path of version 1.0 is asked; the node may be of another.
    if (!reads_uses && has_missing()) {
      co_await find_versions();
      co_await delete_both_rounds();
    }
    co_return std::move(all_);
  }

 private:
  net::Task<> delete_both_rounds() {
    for (auto& deletion : all_) note_uses(deletion, true);
    co_await delete_all([](const NodeDeletion& one) { return one.node.type == page_type; });
    for (auto& deletion : all_) note_uses(deletion, false);
    co_await delete_all([](const NodeDeletion& one) { return one.node.type != page_type; });
  }

  net::Task<> read_uses() {
    realm_nodes_ = co_await read_realm_nodes(call_, realm_);
    if (const auto& gap = realm_nodes_.gap) {
      for (auto& deletion : all_) deletion.error = unchecked(*gap);
    }
    for (auto& deletion : all_) take_version(deletion, realm_nodes_);
  }

  static base::Error unchecked(base::Error gap) {
    gap.message = fmt::format(
        "not deleted, because it could not be checked whether it is used; deleteJourneyNodes with force: true deletes "
        "it anyway ({})",
        gap.message);
    // The tenant's own words would read as if the deletion had been refused (R-WRT-13).
    gap.tenant_message.clear();
    gap.next = "Call deleteJourneyNodes with force: true to delete without this check.";
    return gap;
  }

  static bool take_version(NodeDeletion& deletion, const RealmNodes& known) {
    if (!deletion.node.version.empty()) return false;
    if (const auto* found = known.find(deletion.node)) deletion.node.version = found->ref.version;
    return !deletion.node.version.empty();
  }

  static bool is_lost(const NodeDeletion& one) {
    return one.error && is_missing(*one.error) && one.node.version.empty();
  }
  bool has_missing() const { return std::ranges::any_of(all_, is_lost); }

  net::Task<> find_versions() {
    const auto found = co_await read_realm_nodes(call_, realm_);
    for (auto& deletion : all_) {
      if (is_lost(deletion) && take_version(deletion, found)) deletion.error.reset();
    }
  }

  // Throws where something uses the node by now.
  net::Task<> look_again(NodeRef node) {
    NodeRemoval now(call_, realm_, {std::move(node)});
    co_await now.read_uses();
    auto& one = now.all_.front();
    now.note_uses(one, false);
    if (one.error) throw *one.error;
    if (!one.used_by.empty())
      throw refusal({{"usedBy", one.used_by}},
                    fmt::format("now used by {}, so not deleted", fmt::join(one.used_by, ", ")),
                    "Remove it from there first, or call deleteJourneyNodes with force: true.");
  }

  // A page that is itself to go does not count at first.
  void note_uses(NodeDeletion& deletion, bool before) {
    if (deletion.deleted || deletion.error || !deletion.used_by.empty()) return;
    Going going = going_;
    for (const auto& other : all_) {
      if (other.node.type == page_type && (before || other.deleted)) going.pages.push_back(other.node);
    }
    deletion.used_by = realm_nodes_.holders_of(deletion.node, going);
  }

  Ask deletion_of(NodeRef node) {
    return [this, node = std::move(node)] {
      const auto look = [this, node] { return look_again(node); };
      return delete_node(call_.tenant(), realm_, node, looked_since_, looks_ ? look : aic::LookAgain());
    };
  }

  template <typename Which>
  net::Task<> delete_all(Which which) {
    std::vector<NodeDeletion*> wanted;
    std::vector<Ask> asks;
    for (auto& deletion : all_) {
      if (!which(deletion) || deletion.error || !deletion.used_by.empty()) continue;
      wanted.push_back(&deletion);
      asks.push_back(deletion_of(deletion.node));
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
  bool looks_ = true;
  int looked_since_ = 0;
  RealmNodes realm_nodes_;
  Going going_;  // is gone already
};

}  // namespace

net::Task<std::vector<NodeDeletion>> delete_nodes(Call& call, std::string realm, std::vector<NodeRef> nodes, bool force,
                                                  std::optional<KnownUses> known) {
  NodeRemoval removal(call, realm, std::move(nodes));
  co_return co_await removal.run(force, std::move(known));
}

bool is_open(const NodeDeletion& deletion) {
  return deletion.error && deletion.error->may_have_happened;
}

Json as_json(const std::vector<NodeDeletion>& deletions) {
  Json list = Json::array();
  for (const auto& deletion : deletions) {
    const auto& [node, deleted, used_by, error] = deletion;
    Json entry = as_argument(node);
    entry["deleted"] = is_open(deletion) ? Json(nullptr) : Json(deleted);
    entry["error"] = nullptr;
    if (error) entry["error"] = failed_entry(*error);
    if (!used_by.empty()) {
      entry["error"] = {{"status", nullptr},
                        {"message", "still used; deleteJourneyNodes with force: true deletes it anyway"}};
      entry["usedBy"] = used_by;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace tools::journeys
