#include "tools/journeys/picture/layout.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <optional>

namespace tools::journeys {
namespace {

// Walks the graph breadth first and notes the column of each vertex, in the order in which they are met.
class Columns {
 public:
  explicit Columns(const std::vector<Vertex>& vertices) : vertices_(vertices), columns_(vertices.size(), not_met) {
    for (std::size_t i = 0; i < vertices.size(); ++i) index_.emplace(vertices[i].id, i);
  }

  void walk_from(std::size_t start) {
    std::deque<std::size_t> ahead;
    meet(start, 0, ahead);
    while (!ahead.empty()) {
      const auto at = ahead.front();
      ahead.pop_front();
      for (const auto& target : vertices_[at].targets) {
        const auto found = index_.find(target);
        if (found != index_.end()) meet(found->second, columns_[at] + 1, ahead);
      }
    }
  }

  std::optional<std::size_t> find(std::string_view id) const {
    const auto found = index_.find(id);
    return found == index_.end() ? std::nullopt : std::optional(found->second);
  }

  std::vector<Spot> spots() const {
    std::vector<Spot> spots(vertices_.size());
    std::map<std::size_t, std::size_t> rows;
    for (const auto vertex : met_) {
      const auto column = columns_[vertex];
      spots[vertex] = {column, rows[column]++};
    }
    return spots;
  }

 private:
  static constexpr std::size_t not_met = std::numeric_limits<std::size_t>::max();

  void meet(std::size_t vertex, std::size_t column, std::deque<std::size_t>& ahead) {
    if (columns_[vertex] != not_met) return;
    columns_[vertex] = column;
    met_.push_back(vertex);
    ahead.push_back(vertex);
  }

  const std::vector<Vertex>& vertices_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::size_t> columns_;
  std::vector<std::size_t> met_;
};

// The vertices of one column from top to bottom.
std::vector<std::size_t> members_of(const std::vector<Spot>& spots, std::size_t column) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    if (spots[i].column == column) members.push_back(i);
  }
  std::ranges::sort(members, {}, [&](std::size_t i) { return spots[i].row; });
  return members;
}

// Moves the box down until it is clear of all others.
Box moved_clear(Box box, const std::vector<Box>& taken, std::int64_t gap) {
  for (bool moved = true; moved;) {
    moved = false;
    for (const Box& other : taken) {
      if (!box.overlaps(other)) continue;
      box.y = other.y + other.height + gap;
      moved = true;
    }
  }
  return box;
}

}  // namespace

std::vector<Spot> spots_of(const std::vector<Vertex>& vertices, std::string_view entry) {
  Columns columns(vertices);
  if (const auto start = columns.find(entry)) columns.walk_from(*start);
  for (std::size_t i = 0; i < vertices.size(); ++i) columns.walk_from(i);
  return columns.spots();
}

bool Box::overlaps(const Box& other) const {
  return x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height;
}

std::vector<Box> arrange(const std::vector<Spot>& spots, const std::vector<Size>& sizes, const Spacing& spacing,
                         const std::vector<Box>& taken) {
  std::vector<Box> boxes(spots.size());
  std::int64_t x = spacing.first.x;
  std::size_t placed = 0;
  for (std::size_t column = 0; placed < spots.size(); ++column) {
    const auto members = members_of(spots, column);
    std::int64_t width = spacing.column_width;
    std::int64_t height = -spacing.between_rows;
    for (const auto i : members) {
      width = std::max(width, sizes[i].width);
      height += sizes[i].height + spacing.between_rows;
    }
    std::int64_t y = std::max<std::int64_t>(0, spacing.first.y + (spacing.first.height - height) / 2);
    for (const auto i : members) {
      boxes[i] = moved_clear({x, y, sizes[i].width, sizes[i].height}, taken, spacing.between_rows);
      y = boxes[i].y + boxes[i].height + spacing.between_rows;
    }
    x += width + spacing.between_columns;
    placed += members.size();
  }
  return boxes;
}

}  // namespace tools::journeys
