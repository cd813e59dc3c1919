// Where the nodes of a journey's picture stand and which way its arrows go: through the channels between the columns,
// and along lanes below all nodes where they do not lead to the next column. No arrow crosses a node.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/journeys/picture/layout.h"
#include "tools/journeys/picture/picture.h"

namespace tools::journeys {

struct Point {
  std::int64_t x = 0, y = 0;
};

// Measures of a node, in pixels. All heights are multiples of `grid`, arrows leave on the grid and arrive half-way
// between its lines, so that none lies upon another.
inline constexpr std::int64_t grid = 20;
inline constexpr std::int64_t box_width = 240;
inline constexpr std::int64_t head_height = 50;
inline constexpr std::int64_t child_row = 2 * grid;

class Routes {
 public:
  explicit Routes(const Picture& picture);

  const Box& box(std::size_t node) const { return boxes_[node]; }
  Size size() const { return size_; }
  // Where the arrow of this outcome leaves its node.
  Point port(std::size_t node, std::size_t outcome) const;
  // Where all arrows to this node arrive.
  Point arrival(std::size_t node) const;
  // The corners of an outcome's arrow from port to arrival.
  std::vector<Point> arrow(std::size_t node, std::size_t outcome) const;

 private:
  void place();
  void find_tracks();
  bool leads_on(std::size_t from, std::size_t to) const;
  // The channel on the right of column `channel` - 1; channel 0 is left of all columns.
  std::int64_t channel_start(std::size_t channel) const;
  std::int64_t channel_width(std::size_t channel) const;
  std::int64_t track(std::size_t channel, std::size_t target) const;
  std::int64_t lane(std::size_t target) const;

  const Picture& picture_;
  std::vector<Spot> spots_;
  std::vector<Box> boxes_;
  std::vector<std::vector<std::size_t>> tracks_;  // by channel: the nodes whose arrows have a track there
  std::vector<std::size_t> lanes_;                // the nodes whose arrows come along a lane
  std::int64_t bottom_ = 0;
  Size size_;
};

}  // namespace tools::journeys
