// A JSON-RPC batch of MCP 2025-03-26: its answers travel together once the last of them is known.
#pragma once

#include "mcp/message.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcp {

class Batch {
 public:
  explicit Batch(const std::vector<Message>& messages);

  // One member's answer, or that it gets none. Gives the whole line when it was the last one and there is any answer.
  std::optional<std::string> add(std::string_view answer);
  std::optional<std::string> skip();

 private:
  std::optional<std::string> count_down();

  std::string line_;
  std::size_t open_ = 0;
};

// Shared by the running calls of the batch. Null: a message on a line of its own.
using BatchPtr = std::shared_ptr<Batch>;

}  // namespace mcp
