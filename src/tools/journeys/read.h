// A journey as the tenant holds it: the tree, its nodes' settings (those inside pages too) and the schemas of their
// types. Everything that reads whole journeys starts here: getJourney, and what compares, draws or edits them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

struct JourneyParts {
  bool schemas = true;
  // Only the settings of these nodes; empty for all.
  std::vector<std::string> node_ids;
};

struct Journey {
  Json tree;
  Json schemas = Json::object();  // type → schema
  Json configs = Json::object();  // node id → settings
  // What could not be read: {"schemas":{type:{status,message}}, "configs":{id:{status,message}}}, or null.
  Json errors;
};

// Needs three round trips at most: the tree; nodes and types; what is inside pages. Throws only when the tree itself
// cannot be read.
net::Task<Journey> read_journey(Call& call, std::string realm, std::string name, JourneyParts parts);

// The settings of the tree's pages; `unread` names the pages that could not be read, with the reason.
struct Pages {
  Json settings = Json::object();
  std::vector<std::string> unread;
};
net::Task<Pages> read_pages(Call& call, std::string realm, Json tree);

// The journey as createJourney and updateJourney take it: {entryNodeId, nodes} (R-JRN-01). A node whose settings could
// not be read has no config.
Json editable(const Journey& journey);
// Why createJourney and updateJourney would refuse that form; empty when they take it. Tenants store more than they do.
std::string why_not_writable(const Json& form);

}  // namespace tools::journeys
