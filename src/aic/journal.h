// The changes that this process has made, newest 200, in memory only (R-UND-01). The program's operator delete wipes
// what leaves it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "aic/altered.h"

namespace aic {

// A write as it was sent.
struct SentWrite {
  std::string method;
  std::string target;  // with the query
  int status = 0;      // 0: its outcome is not known
  std::string transaction_id;
  bool is_action = false;  // a POST that does not create an object
};

// One call that changed something, or may have.
struct Change {
  std::uint64_t number = 0;  // from 1, by the journal
  std::int64_t unix_ms = 0;
  std::string tool;
  std::string person;        // for people
  std::string signed_in_as;  // compares persons
  std::string fingerprint;   // R-PRE-03
  std::vector<SentWrite> requests;
  std::vector<Altered> documents;
  bool is_too_large = false;    // its documents are not kept
  std::uint64_t undoes = 0;     // the change that this one puts back; 0 for none
  std::uint64_t undone_by = 0;  // the change that put this one back; 0 for none
};

class Journal {
 public:
  static constexpr std::size_t most_changes = 200;
  static constexpr std::size_t most_bytes = std::size_t{32} * 1024 * 1024;

  // Gives it the next number, and drops the oldest ones where there are too many. The documents of a change that is too
  // large by itself are not kept.
  std::uint64_t add(Change change);
  // Null for one that is not (or no longer) kept.
  const Change* find(std::uint64_t number) const;
  const std::deque<Change>& changes() const { return changes_; }  // oldest first
  std::uint64_t last() const { return last_; }
  std::size_t bytes() const { return bytes_; }

 private:
  Change* kept(std::uint64_t number);
  void mark_undone(const Change& undo);

  std::deque<Change> changes_;
  std::deque<std::size_t> sizes_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace aic
