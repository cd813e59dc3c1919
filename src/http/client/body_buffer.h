// The body of an answer while it comes in. A growing string would hold its old and its new bytes at once, twice the
// limit at the worst, and leave the old ones behind; this keeps pieces that never move.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace http {

class BodyBuffer {
 public:
  std::size_t size() const { return size_; }

  void append(std::string_view part) {
    while (!part.empty()) {
      if (pieces_.empty() || pieces_.back().size() == pieces_.back().capacity()) add_piece();
      std::string& piece = pieces_.back();
      const std::string_view fits = part.substr(0, piece.capacity() - piece.size());
      piece.append(fits);
      size_ += fits.size();
      part.remove_prefix(fits.size());
    }
  }

  // The whole body; each piece is overwritten and freed once it is copied.
  std::string take() {
    if (pieces_.size() == 1) {
      size_ = 0;
      std::string whole = std::move(pieces_.front());
      pieces_.clear();
      return whole;
    }
    std::string whole;
    whole.reserve(std::exchange(size_, 0));
    for (std::string& piece : pieces_) {
      whole.append(piece);
      base::wipe(piece);
      piece.shrink_to_fit();
    }
    pieces_.clear();
    return whole;
  }

 private:
  static constexpr std::size_t smallest = std::size_t{8} << 10;
  static constexpr std::size_t largest = std::size_t{1} << 20;

  void add_piece() { pieces_.emplace_back().reserve(std::clamp(size_, smallest, largest)); }

  std::vector<std::string> pieces_;
  std::size_t size_ = 0;
};

}  // namespace http
