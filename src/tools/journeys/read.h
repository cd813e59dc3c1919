// A journey as the tenant holds it: the tree, its nodes' settings (those inside pages too) and the schemas of their
// types. Everything that reads whole journeys starts here: getJourney, and what compares, draws or edits them.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

using NodeType = std::pair<std::string, std::string>;  // name and version

struct JourneyParts {
  bool schemas = false;
  bool templates = false;  // of the node types
  bool names = false;      // of the scripts and themes that settings name by their ids
  // Only these nodes, those inside pages too, and all inside these pages; empty for all.
  std::vector<std::string> node_ids = {};
};

struct Journey {
  Json tree;                       // its `nodes` are those asked for, and the pages that hold one of them
  Json all_nodes;                  // its `nodes` as the tenant has them
  Json schemas = Json::object();   // type → schema
  Json configs = Json::object();   // node id → settings
  Json children = Json::object();  // page id → entries of those of its nodes that were asked for
  // What could not be read: {"schemas":{type:{status,message}}, "configs":{id:{status,message}}}, or null.
  Json errors;
  std::map<NodeType, Json> templates;  // those that could be read
  Json script_names = Json::object();  // id → name
  Json theme_names = Json::object();
  std::vector<std::string> notes;  // lists of names that could not be read
};

// Needs three round trips at most: the tree; nodes and types; what is inside pages. Lists of names are read beside
// these; only where nothing before the last settings tells that one is needed does it take a round trip of its own.
// Throws only when the tree itself cannot be read.
net::Task<Journey> read_journey(Call& call, std::string realm, std::string name, JourneyParts parts);

// The settings of the tree's pages; `unread` names the pages that could not be read, with the reason.
struct Pages {
  Json settings = Json::object();
  std::vector<std::string> unread;
};
net::Task<Pages> read_pages(Call& call, std::string realm, Json tree);

// The journey as createJourney and updateJourney take it: {…settings, entryNodeId, nodes, staticNodes} (R-JRN-01,
// R-ECO-03). A node whose settings could not be read has no config.
Json editable(const Journey& journey);
// Settings that those tools take and that this journey has with a value which they refuse.
std::vector<std::string> settings_left_out(const Json& tree);
// Why createJourney and updateJourney would refuse that form; empty when they take it. Tenants store more than they do.
std::string why_not_writable(const Json& form);

}  // namespace tools::journeys
