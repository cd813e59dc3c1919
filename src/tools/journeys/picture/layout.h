// Where the nodes of a journey stand: columns by distance from the entry, without overlaps (R-JRN-05). For journeys
// that are written and for pictures of them; knows nothing of the tenant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tools::journeys {

// A node with what it leads to, in the order of its outcomes. Targets that are no vertices (the two ends) are ignored.
struct Vertex {
  std::string id;
  std::vector<std::string> targets;
};

struct Spot {
  std::size_t column = 0;
  std::size_t row = 0;
};

// The spot of each vertex. The entry is in column 0, what it leads to in column 1, and so on by the shortest way; what
// cannot be reached begins again in column 0, below all else. Rows follow the order of outcomes and have no gaps.
std::vector<Spot> spots_of(const std::vector<Vertex>& vertices, std::string_view entry);

// A rectangle in the journey editor's coordinates: y grows downwards.
struct Box {
  std::int64_t x = 0, y = 0;
  std::int64_t width = 0, height = 0;

  bool overlaps(const Box& other) const;
};

struct Size {
  std::int64_t width = 0, height = 0;
};

struct Spacing {
  Box first;  // the start of column 0, and the line that columns are centred on: first.y + first.height / 2
  std::int64_t between_columns = 0;
  std::int64_t between_rows = 0;
  std::int64_t column_width = 0;  // at least
};

// A box for each spot, of its size; columns are as wide as their widest box. None overlaps another or one of `taken`.
std::vector<Box> arrange(const std::vector<Spot>& spots, const std::vector<Size>& sizes, const Spacing& spacing,
                         const std::vector<Box>& taken = {});

}  // namespace tools::journeys
