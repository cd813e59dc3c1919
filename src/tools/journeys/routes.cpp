#include "tools/journeys/routes.h"

#include <algorithm>
#include <functional>
#include <string>

namespace tools::journeys {
namespace {

using Leads = PictureOutcome::Leads;

constexpr std::int64_t title_height = 60;
constexpr std::int64_t start_width = 60;  // the sign that the journey starts with
constexpr std::int64_t between_rows = 2 * grid;
constexpr std::int64_t between_tracks = 12;
constexpr std::int64_t beside_tracks = 24;

std::vector<Vertex> vertices_of(const Picture& picture) {
  std::vector<Vertex> vertices;
  for (const auto& node : picture.nodes) {
    Vertex vertex{.id = node.id};
    for (const auto& outcome : node.outcomes) {
      if (outcome.leads == Leads::to_node) vertex.targets.push_back(picture.nodes[outcome.to].id);
    }
    vertices.push_back(std::move(vertex));
  }
  return vertices;
}

std::int64_t height_of(const PictureNode& node) {
  return head_height + child_row * static_cast<std::int64_t>(node.children.size()) +
         grid * static_cast<std::int64_t>(node.outcomes.size()) + grid / 2;
}

std::size_t place_in(const std::vector<std::size_t>& list, std::size_t value) {
  return static_cast<std::size_t>(std::ranges::find(list, value) - list.begin());
}

void add_once(std::vector<std::size_t>& list, std::size_t value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

}  // namespace

Routes::Routes(const Picture& picture) : picture_(picture) {
  spots_ = spots_of(vertices_of(picture), picture.entry ? picture.nodes[*picture.entry].id : std::string());
  find_tracks();
  place();
}

void Routes::find_tracks() {
  std::size_t columns = 0;
  for (const Spot& spot : spots_) columns = std::max(columns, spot.column + 1);
  tracks_.resize(columns + 1);
  for (std::size_t from = 0; from < picture_.nodes.size(); ++from) {
    for (const auto& outcome : picture_.nodes[from].outcomes) {
      if (outcome.leads != Leads::to_node) continue;
      add_once(tracks_[spots_[from].column + 1], outcome.to);
      if (leads_on(from, outcome.to)) continue;
      add_once(tracks_[spots_[outcome.to].column], outcome.to);
      add_once(lanes_, outcome.to);
    }
  }
  // Arrows to upper nodes turn off last, so that they cross the fewest others.
  for (auto& channel : tracks_) std::ranges::sort(channel, std::greater{}, [&](auto node) { return spots_[node].row; });
  // The lane of the widest way is the lowest.
  std::ranges::sort(lanes_, {}, [&](auto node) { return spots_[node].column; });
  std::ranges::reverse(lanes_);
}

void Routes::place() {
  std::vector<Size> sizes;
  sizes.reserve(picture_.nodes.size());
  for (const auto& node : picture_.nodes) sizes.push_back({box_width, height_of(node)});
  std::vector<std::int64_t> column_heights(tracks_.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) column_heights[spots_[i].column] += sizes[i].height + between_rows;
  const auto highest = std::ranges::max(column_heights);
  const Spacing spacing{.first = {0, 0, 0, highest}, .between_rows = between_rows};
  boxes_ = arrange(spots_, sizes, spacing);
  bottom_ = title_height;
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    Box& box = boxes_[i];
    box.x = channel_start(spots_[i].column) + channel_width(spots_[i].column);
    box.y = title_height + box.y / grid * grid;
    bottom_ = std::max(bottom_, box.y + box.height);
  }
  const auto lanes = static_cast<std::int64_t>(lanes_.size());
  size_.height = bottom_ + 2 * grid + between_tracks * lanes;
  const auto last = tracks_.size() - 1;
  size_.width = channel_start(last) + (tracks_[last].empty() ? 2 * grid : channel_width(last));
}

bool Routes::leads_on(std::size_t from, std::size_t to) const {
  return spots_[to].column == spots_[from].column + 1;
}

std::int64_t Routes::channel_width(std::size_t channel) const {
  return 2 * beside_tracks + between_tracks * static_cast<std::int64_t>(tracks_[channel].size());
}

std::int64_t Routes::channel_start(std::size_t channel) const {
  std::int64_t x = start_width;
  for (std::size_t i = 0; i < channel; ++i) x += channel_width(i) + box_width;
  return x;
}

std::int64_t Routes::track(std::size_t channel, std::size_t target) const {
  return channel_start(channel) + beside_tracks +
         between_tracks * static_cast<std::int64_t>(place_in(tracks_[channel], target));
}

std::int64_t Routes::lane(std::size_t target) const {
  return bottom_ + grid + between_tracks * static_cast<std::int64_t>(place_in(lanes_, target));
}

Point Routes::port(std::size_t node, std::size_t outcome) const {
  const auto children = static_cast<std::int64_t>(picture_.nodes[node].children.size());
  const Box& at = boxes_[node];
  return {at.x + at.width,
          at.y + head_height + child_row * children + grid * static_cast<std::int64_t>(outcome) + grid / 2};
}

Point Routes::arrival(std::size_t node) const {
  return {boxes_[node].x, boxes_[node].y + grid + grid / 2};
}

std::vector<Point> Routes::arrow(std::size_t node, std::size_t outcome) const {
  const auto target = picture_.nodes[node].outcomes[outcome].to;
  const Point from = port(node, outcome);
  const Point to = arrival(target);
  const auto out = track(spots_[node].column + 1, target);
  if (leads_on(node, target)) return {from, {out, from.y}, {out, to.y}, to};
  const auto in = track(spots_[target].column, target);
  const auto along = lane(target);
  return {from, {out, from.y}, {out, along}, {in, along}, {in, to.y}, to};
}

}  // namespace tools::journeys
