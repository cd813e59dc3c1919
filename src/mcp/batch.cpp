#include "mcp/batch.h"

#include <algorithm>

namespace mcp {

Batch::Batch(const std::vector<Message>& messages) {
  const auto is_answered = [](const Message& message) {
    return std::holds_alternative<Request>(message) || std::holds_alternative<Malformed>(message);
  };
  open_ = static_cast<std::size_t>(std::ranges::count_if(messages, is_answered));
}

std::optional<std::string> Batch::add(std::string_view answer) {
  line_.append(line_.empty() ? "[" : ",").append(answer);
  return count_down();
}

std::optional<std::string> Batch::skip() {
  return count_down();
}

std::optional<std::string> Batch::count_down() {
  if (--open_ > 0 || line_.empty()) return std::nullopt;
  return std::move(line_) + "]";
}

}  // namespace mcp
