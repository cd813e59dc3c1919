#include "mcp/changes.h"

#include <utility>
#include <vector>

namespace mcp {

// Who is told may stop or start listening.
void Changes::tell(const Change& change) {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(listeners_.size());
  for (const auto& [number, listener] : listeners_) numbers.push_back(number);
  for (const auto number : numbers) {
    const auto found = listeners_.find(number);
    if (found == listeners_.end()) continue;
    const Listener listener = found->second;
    (*listener)(change);
  }
}

Changes::Listening Changes::listen(std::function<void(const Change&)> on_change) {
  listeners_.emplace(++last_, std::make_shared<std::function<void(const Change&)>>(std::move(on_change)));
  return {*this, last_};
}

Changes::Listening::Listening(Listening&& other) noexcept
    : changes_(std::exchange(other.changes_, nullptr)), number_(other.number_) {}

Changes::Listening& Changes::Listening::operator=(Listening&& other) noexcept {
  if (this == &other) return *this;
  end();
  changes_ = std::exchange(other.changes_, nullptr);
  number_ = other.number_;
  return *this;
}

void Changes::Listening::end() {
  if (auto* changes = std::exchange(changes_, nullptr)) changes->listeners_.erase(number_);
}

}  // namespace mcp
