#include "tools/journeys/realm_nodes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "net/loop.h"
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

using TypeVersion = std::pair<std::string, std::string>;

// One request tells all nodes. What journeys and pages name beyond that is read type by type, together with the lists
// of pages, as pages that no journey holds may hold nodes, too.
class Survey {
 public:
  Survey(Call& call, std::string realm, std::string fields)
      : call_(call), realm_(std::move(realm)), fields_(std::move(fields)) {}

  net::Task<RealmNodes> run() {
    co_await read_lists();
    if (!is_whole_ && !found_.gap) co_await read_named_and_pages();
    co_await read_named();
    // The list of all nodes lacked some after all.
    if (!is_whole_ && !found_.gap && !pages_listed_) {
      co_await list_pages();
      co_await read_named();
    }
    co_return std::move(found_);
  }

 private:
  net::Task<> read_lists() {
    std::vector<Ask> asks;
    asks.emplace_back([this] {
      return aic::get_whole(call_.tenant(), aic::trees(realm_), {.page_size = -1, .fields = fields_}, am_request());
    });
    asks.emplace_back([this] {
      auto target = aic::nodes(realm_).query("_action", "nextdescendents");
      return call_.tenant().post(std::move(target), Json::object(), am_question());
    });
    auto answers = co_await ask_all(call_, "lists of nodes", std::move(asks));
    auto& trees = answers[0];
    if (!trees.error) trees.error = aic::missing_content(aic::trees(realm_).path(), trees.body, "result", "_id");
    if (const auto& error = trees.error)
      note_gap(*error);
    else
      take_trees(base::member(trees.body, "result"));
    take_descendants(answers[1]);
  }

  void take_trees(Json trees) {
    found_.trees = std::move(trees);
    if (const auto error = doubt_of_trees(realm_, found_.trees)) note_gap(*error);
  }

  void take_descendants(Answer& answer) {
    if (!answer.error) answer.error = aic::missing_content(aic::nodes(realm_).path(), answer.body, "result", "_id");
    if (!answer.error) return add_all(answer.body["result"]);
    is_whole_ = false;
    if (!may_lack_path(*answer.error)) note_gap(*answer.error);
  }

  // What the nodes of a list do not say of themselves, `all` says of them.
  void add_all(const Json& list, const NodeRef& all = {}) {
    for (const Json& node : list) {
      const Json& type = base::member(node, "_type");
      add({base::text_member(node, "_id"), base::text_member(type, "_id", all.type),
           base::text_member(type, "version", all.version)},
          node);
    }
  }

  void add(NodeRef ref, const Json& settings) {
    if (ref.id.empty() || ref.type.empty() || found_.find(ref)) return;
    found_.nodes.push_back({std::move(ref), settings});
  }

  // Nodes that journeys and pages name and that were neither found nor asked for yet.
  std::vector<NodeRef> named(bool pages_too = true) {
    std::vector<NodeRef> all;
    for (const Json& tree : found_.trees) std::ranges::move(nodes_of(tree), std::back_inserter(all));
    for (const auto& node : found_.nodes) std::ranges::move(children_of(node.settings), std::back_inserter(all));
    std::erase_if(all, [&](const NodeRef& ref) {
      if (!pages_too && ref.type == page_type) return true;
      return found_.find(ref) || !asked_.emplace(ref.type, ref.version, ref.id).second;
    });
    return all;
  }

  // What one request asks for: a node, or all of a type.
  struct Reading {
    std::vector<NodeRef> refs;
    bool is_list = false;
  };

  // Several nodes of a type are read as its list.
  static std::vector<Reading> readings_of(const std::vector<NodeRef>& refs) {
    std::map<TypeVersion, std::vector<NodeRef>> by_type;
    for (const auto& ref : refs) by_type[{ref.type, ref.version}].push_back(ref);
    std::vector<Reading> readings;
    readings.reserve(by_type.size());
    for (auto& [type, of_type] : by_type) {
      const bool is_list = of_type.size() > 1;
      readings.push_back({.refs = std::move(of_type), .is_list = is_list});
    }
    return readings;
  }

  Ask ask_for(const Reading& reading) {
    const NodeRef first = reading.refs.front();
    if (!reading.is_list) return [this, first] { return get_node(call_.tenant(), realm_, first); };
    return [this, first] { return list_nodes(call_.tenant(), realm_, first.type, first.version); };
  }

  void take(const Reading& reading, const Answer& answer) {
    if (!reading.is_list) return take_named(reading.refs.front(), answer);
    if (answer.error && is_missing(*answer.error)) return;  // no such type, so no such nodes
    if (answer.error) return note_gap(*answer.error);
    // A list shows all of its type; what it does not show does not exist.
    const auto before = found_.nodes.size();
    add_all(answer.body["result"], reading.refs.front());
    if (found_.nodes.size() > before) is_whole_ = false;
  }

  net::Task<> read_named() {
    for (auto refs = named(); !refs.empty(); refs = named()) co_await read_nodes(std::move(refs));
  }

  net::Task<> read_nodes(std::vector<NodeRef> refs) {
    const auto readings = readings_of(refs);
    std::vector<Ask> asks;
    asks.reserve(readings.size());
    for (const auto& reading : readings) asks.push_back(ask_for(reading));
    const auto answers = co_await ask_all(call_, "lists of nodes", std::move(asks));
    for (std::size_t i = 0; i < readings.size(); ++i) take(readings[i], answers[i]);
  }

  // Side by side, where the tenant does not list all nodes in one answer: the lists of pages show the pages that
  // journeys name.
  net::Task<> read_named_and_pages() { co_await net::both(list_pages(), read_nodes(named(false))); }

  void take_named(const NodeRef& ref, const Answer& answer) {
    if (answer.error && is_missing(*answer.error)) return;
    if (const auto problem = answer.error ? answer.error : aic::missing_content(ref.id, answer.body)) {
      note_gap(*problem);
      return;
    }
    is_whole_ = false;
    add(ref, answer.body);
  }

  // The pages of each version until the tenant knows none of the next. Most have two versions, so that three are asked
  // for at once.
  net::Task<> list_pages() {
    pages_listed_ = true;
    constexpr int at_once = 3;
    for (int first = 1; first <= most_versions; first += at_once) {
      std::vector<Ask> asks;
      for (int number = first; number < first + at_once; ++number)
        asks.emplace_back([this, version = version_of(number)] {
          return aic::get_whole(call_.tenant(), aic::node_type(realm_, page_type, version), {},
                                am_request(aic::node_headers(version)));
        });
      const auto answers = co_await ask_all(call_, "lists of pages", std::move(asks));
      for (int i = 0; i < at_once; ++i) {
        if (!take_pages(answers[static_cast<std::size_t>(i)]) && first + i > 1) co_return;
      }
    }
  }

  static std::string version_of(int number) { return number == 1 ? std::string() : fmt::format("{}.0", number); }

  // False where the tenant has no such version, or does not tell.
  bool take_pages(const Answer& answer) {
    if (!answer.error) add_all(answer.body["result"]);
    if (answer.error && !may_lack_path(*answer.error)) note_gap(*answer.error);
    return !answer.error;
  }

  void note_gap(const base::Error& error) {
    if (!found_.gap) found_.gap = error;
  }

  Call& call_;
  std::string realm_, fields_;
  RealmNodes found_;
  bool pages_listed_ = false;
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

net::Task<RealmNodes> read_realm_nodes(Call& call, std::string realm, std::string fields) {
  Survey survey(call, std::move(realm), std::move(fields));
  co_return co_await survey.run();
}

}  // namespace tools::journeys
