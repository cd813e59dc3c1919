// Where the nodes of a realm stand: in which journeys, and in which page of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/journeys/realm_nodes.h"

namespace tools::references {

struct Spot {
  std::string journey = {};  // empty: in no journey
  std::string name = {};     // of the node, there
  std::string page_id = {}, page_name = {};
};

class NodePlaces {
 public:
  // Outlived by what is known.
  explicit NodePlaces(const journeys::RealmNodes& known);

  std::vector<Spot> spots_of(const journeys::NodeRef& node) const;
  // What journeys and pages hold, each once, there or not.
  const std::vector<journeys::NodeRef>& held() const { return held_; }

 private:
  struct Entry {
    journeys::NodeRef node;  // as its holder tells it: an empty type or version may be any
    Spot spot;
  };

  void add(journeys::NodeRef node, Spot spot);

  std::multimap<std::string, Entry> by_id_;
  std::vector<journeys::NodeRef> held_;
};

}  // namespace tools::references
