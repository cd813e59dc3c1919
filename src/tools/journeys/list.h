// The journeys of a realm as a list for reading (R-ECO-02): what each is made of, from the lists that the tenant gives,
// never from one request for each journey.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "net/task.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

struct Lists {
  Answer trees;                 // {"result": […]}
  Answer settings;              // of the realm: the default journey
  Json inner = Json::array();   // the nodes that run another journey
  std::string inner_gap;        // why not all of them are there
  Json pages = Json::object();  // page id → settings; only where asked for
  std::string pages_gap;        // why nodes inside pages are not known
};

// Asks side by side; then once more for versions of nodes that the trees name, and for pages.
net::Task<Lists> read_lists(Call& call, std::string realm, bool with_pages);

struct Wanted {
  std::string name_part, node_type;  // empty for all
  bool with_nodes = false;
};

// `lists.trees` has no error.
Result shown_list(const Lists& lists, const Wanted& wanted);

}  // namespace tools::journeys
