#include "aic/journal.h"

#include <algorithm>
#include <utility>

namespace aic {
namespace {

// What a document takes in memory: a node for each value, and its text.
std::size_t size_of(const Json& value) {
  std::size_t bytes = sizeof(Json);
  if (value.is_string()) return bytes + value.get_ref<const std::string&>().capacity();
  if (!value.is_structured()) return bytes;
  for (const auto& [name, member] : value.items())
    bytes += size_of(member) + (value.is_object() ? sizeof(std::string) + name.size() : 0);
  return bytes;
}

std::size_t size_of(const Change& change) {
  std::size_t bytes = sizeof(Change) + change.tool.size() + change.person.size() + change.fingerprint.size();
  for (const auto& one : change.requests) bytes += sizeof(SentWrite) + one.target.size() + one.transaction_id.size();
  for (const auto& one : change.documents) {
    bytes += sizeof(Altered) + one.path.size();
    for (const auto& document : {&one.before, &one.after}) bytes += *document ? size_of(**document) : 0;
  }
  return bytes;
}

}  // namespace

std::uint64_t Journal::add(Change change) {
  auto bytes = size_of(change);
  if (bytes > most_bytes) {
    change.is_too_large = true;
    for (auto& one : change.documents) {
      one.before.reset();
      one.after.reset();
    }
    bytes = size_of(change);
  }
  change.number = ++last_;
  mark_undone(change);
  changes_.push_back(std::move(change));
  sizes_.push_back(bytes);
  bytes_ += bytes;
  while (changes_.size() > most_changes || bytes_ > most_bytes) {
    bytes_ -= sizes_.front();
    sizes_.pop_front();
    changes_.pop_front();
  }
  return last_;
}

// An undo that is undone itself leaves the first change in place again.
void Journal::mark_undone(const Change& undo) {
  auto* undone = undo.undoes == 0 ? nullptr : kept(undo.undoes);
  if (undone == nullptr) return;
  undone->undone_by = undo.number;
  if (auto* first = undone->undoes == 0 ? nullptr : kept(undone->undoes)) first->undone_by = 0;
}

Change* Journal::kept(std::uint64_t number) {
  const auto found = std::ranges::find(changes_, number, &Change::number);
  return found == changes_.end() ? nullptr : &*found;
}

const Change* Journal::find(std::uint64_t number) const {
  const auto found = std::ranges::find(changes_, number, &Change::number);
  return found == changes_.end() ? nullptr : &*found;
}

}  // namespace aic
