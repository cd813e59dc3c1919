// A journey as what a person looks at: nodes with their type, name and outcomes, taken from the tenant's documents and
// made safe to show. Drawn as Mermaid text here, as SVG in svg.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace tools::journeys {

using base::Json;

// Where an outcome leads: to a node (`to` is its index), or to an end.
struct PictureOutcome {
  enum class Leads { to_node, to_success, to_failure, nowhere };

  std::string name;
  Leads leads = Leads::nowhere;
  std::size_t to = 0;
};

struct PictureChild {
  std::string name, type;
};

struct PictureNode {
  std::string id, name, type;
  std::vector<PictureChild> children;  // of a page
  std::vector<PictureOutcome> outcomes;
};

// All texts are one line each, without control and direction characters.
struct Picture {
  std::string title;
  std::vector<PictureNode> nodes;
  std::optional<std::size_t> entry;  // the node that it starts at
};

// `pages` are the settings of the tree's page nodes by their ids, as far as they could be read.
Picture picture_of(const Json& tree, const Json& pages);

// A Mermaid flowchart; names cannot leave their labels.
std::string mermaid(const Picture& picture);

}  // namespace tools::journeys
