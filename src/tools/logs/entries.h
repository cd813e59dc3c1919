// What is kept of log entries: some of their members, or how many there are of each kind (R-ECO-05).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aic/pointer.h"
#include "base/json.h"

namespace tools::logs {

using base::Json;

// Members of entries to keep, by JSON pointer. None keeps entries as they are.
class Fields {
 public:
  explicit Fields(const std::vector<std::string>& pointers);

  // Leaves everything else out. What surrounds a member stays around it; of a list, the entries that are named stay.
  Json keep(Json entry);

  // Those that none of the entries had so far; empty while there was no entry.
  std::vector<std::string> unmet() const;

 private:
  struct Tree {
    bool is_whole = false;
    bool is_met = false;
    std::map<std::string, Tree, std::less<>> below;
  };

  static std::optional<Json> keep(Json value, Tree& tree);
  static void add_unmet(const Tree& tree, const aic::Pointer& at, std::vector<std::string>& unmet);

  Tree tree_;
  bool any_entry_ = false;
};

// How many entries have which value in one place.
class Counts {
 public:
  // The value of one more entry; null for one that has nothing there.
  void add(const Json* value);
  std::size_t entries() const { return entries_; }
  std::size_t without() const { return without_; }
  // [{"value":…,"count":…}], the most frequent first.
  Json list() const;

 private:
  struct Count {
    Json value;
    std::size_t entries = 0;
  };

  std::map<std::string, Count, std::less<>> counts_;  // by a text that is the same for the same value
  std::size_t entries_ = 0;
  std::size_t without_ = 0;  // entries that have nothing there
};

}  // namespace tools::logs
