#include "tools/journeys/realm_nodes.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"

namespace tools::journeys {
namespace {

// Versions are counted up from 1.0; a tenant that knows more than these of one type is not believed.
constexpr int most_versions = 20;

bool tree_holds(const Json& tree, const NodeRef& node) {
  const Json& entry = base::member(base::member(tree, "nodes"), node.id);
  if (entry.is_null()) return false;
  const NodeRef held{node.id, base::text_member(entry, "nodeType"), base::text_member(entry, "version")};
  return held.type.empty() || held == node;
}

bool page_holds(const RealmNode& page, const NodeRef& node) {
  const auto children = children_of(page.settings);
  return std::ranges::find(children, node) != children.end();
}

// One request tells all nodes; what journeys and pages name beyond that is read one by one, and where there is such a
// node, pages are listed version by version, too.
class Survey {
 public:
  Survey(Call& call, std::string realm) : call_(call), realm_(std::move(realm)) {}

  net::Task<RealmNodes> run() {
    co_await read_lists();
    co_await read_named();
    if (!is_whole_ && !found_.gap) {
      co_await list_pages();
      co_await read_named();
    }
    co_return std::move(found_);
  }

 private:
  net::Task<> read_lists() {
    std::vector<Ask> asks;
    asks.emplace_back([this] {
      return aic::get_whole(call_.tenant(), aic::trees(realm_), {.page_size = -1, .fields = "_id,nodes"}, am_request());
    });
    asks.emplace_back([this] {
      auto target = aic::nodes(realm_).query("_action", "nextdescendents");
      return call_.tenant().post(std::move(target), Json::object(), am_request(true));
    });
    auto answers = co_await ask_all(call_, "lists of nodes", std::move(asks));
    if (const auto& error = answers[0].error)
      note_gap(*error);
    else
      take_trees(base::member(answers[0].body, "result"));
    take_descendants(answers[1]);
  }

  void take_trees(Json trees) {
    found_.trees = std::move(trees);
    if (const auto error = doubt_of_trees(realm_, found_.trees)) note_gap(*error);
  }

  void take_descendants(Answer& answer) {
    if (!answer.error) answer.error = aic::missing_content(aic::nodes(realm_).path(), answer.body, "result");
    if (!answer.error) return add_all(answer.body["result"]);
    is_whole_ = false;
    if (!may_lack_path(*answer.error)) note_gap(*answer.error);
  }

  void add_all(const Json& list) {
    for (const Json& node : list) {
      const Json& type = base::member(node, "_type");
      add({base::text_member(node, "_id"), base::text_member(type, "_id"), base::text_member(type, "version")}, node);
    }
  }

  void add(NodeRef ref, const Json& settings) {
    if (ref.id.empty() || ref.type.empty() || found_.find(ref)) return;
    found_.nodes.push_back({std::move(ref), settings});
  }

  // Nodes that journeys and pages name and that were neither found nor asked for yet.
  std::vector<NodeRef> named() {
    std::vector<NodeRef> all;
    for (const Json& tree : found_.trees) std::ranges::move(nodes_of(tree), std::back_inserter(all));
    for (const auto& node : found_.nodes) std::ranges::move(children_of(node.settings), std::back_inserter(all));
    std::erase_if(all, [this](const NodeRef& ref) {
      return found_.find(ref) || !asked_.emplace(ref.type, ref.version, ref.id).second;
    });
    return all;
  }

  net::Task<> read_named() {
    for (auto refs = named(); !refs.empty(); refs = named()) {
      std::vector<Ask> asks;
      asks.reserve(refs.size());
      for (const auto& ref : refs) asks.emplace_back([this, ref] { return get_node(call_.tenant(), realm_, ref); });
      const auto answers = co_await ask_all(call_, "nodes", std::move(asks));
      for (std::size_t i = 0; i < refs.size(); ++i) take_named(refs[i], answers[i]);
    }
  }

  void take_named(const NodeRef& ref, const Answer& answer) {
    if (answer.error && is_missing(*answer.error)) return;
    if (const auto problem = answer.error ? answer.error : aic::missing_content(ref.id, answer.body)) {
      note_gap(*problem);
      return;
    }
    is_whole_ = false;
    add(ref, answer.body);
  }

  // The pages of each version until the tenant knows none of the next.
  net::Task<> list_pages() {
    for (int number = 1; number <= most_versions; ++number) {
      const auto version = number == 1 ? std::string() : fmt::format("{}.0", number);
      auto listed = co_await aic::attempt(
          aic::get_whole(call_.tenant(), aic::node_type(realm_, page_type, version), {}, node_request(version)));
      if (!listed.failed()) {
        add_all(listed.reply().body["result"]);
        continue;
      }
      if (!may_lack_path(listed.error())) note_gap(listed.error());
      if (number > 1) co_return;
    }
  }

  void note_gap(const base::Error& error) {
    if (!found_.gap) found_.gap = error;
  }

  Call& call_;
  std::string realm_;
  RealmNodes found_;
  bool is_whole_ = true;  // the list of all nodes held every node that there was
  std::set<std::tuple<std::string, std::string, std::string>> asked_;
};

}  // namespace

const RealmNode* RealmNodes::find(const NodeRef& ref) const {
  const auto found = std::ranges::find(nodes, ref, &RealmNode::ref);
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<std::string> RealmNodes::holders_of(const NodeRef& ref, const Going& going) const {
  std::vector<std::string> holders;
  for (const Json& tree : trees) {
    const auto name = base::text_member(tree, "_id");
    if (name != going.journey && tree_holds(tree, ref)) holders.push_back("journey " + name);
  }
  for (const auto& page : nodes) {
    const bool goes = std::ranges::find(going.pages, page.ref) != going.pages.end();
    if (!goes && page_holds(page, ref)) holders.push_back("page " + page.ref.id);
  }
  return holders;
}

std::vector<std::string> RealmNodes::journeys_of(const NodeRef& ref) const {
  std::vector<std::string> names;
  for (const Json& tree : trees) {
    const bool holds = tree_holds(tree, ref) || std::ranges::any_of(nodes, [&](const RealmNode& page) {
                         return page_holds(page, ref) && tree_holds(tree, page.ref);
                       });
    if (holds) names.push_back(base::text_member(tree, "_id"));
  }
  return names;
}

std::optional<base::Error> doubt_of_trees(const std::string& realm, const Json& trees) {
  if (!trees.empty()) return std::nullopt;
  base::Error error(base::Errc::transient,
                    fmt::format("The tenant lists no journeys of {}, although each realm has at least one", realm));
  error.next = "Call again later.";
  return error;
}

net::Task<RealmNodes> read_realm_nodes(Call& call, std::string realm) {
  Survey survey(call, std::move(realm));
  co_return co_await survey.run();
}

}  // namespace tools::journeys
