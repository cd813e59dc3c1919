#include "tools/journeys/picture/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tools::journeys {
namespace {

std::vector<std::pair<std::size_t, std::size_t>> pairs(const std::vector<Spot>& spots) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (const Spot& spot : spots) out.emplace_back(spot.column, spot.row);
  return out;
}

constexpr Spacing usual{.first = {.x = 200, .y = 250}, .between_columns = 60, .between_rows = 30};

TEST(JourneyLayout, AnEmptyGraphHasNoSpots) {
  EXPECT_TRUE(spots_of({}, "a").empty());
  EXPECT_TRUE(arrange({}, {}, usual).empty());
}

TEST(JourneyLayout, ColumnsFollowTheShortestWayFromTheEntry) {
  const std::vector<Vertex> graph{{"c", {"end"}}, {"a", {"b", "c"}}, {"b", {"c", "d", "a"}}, {"d", {"b", "end"}}};

  EXPECT_THAT(pairs(spots_of(graph, "a")),
              testing::ElementsAre(std::pair(1, 1), std::pair(0, 0), std::pair(1, 0), std::pair(2, 0)));
}

TEST(JourneyLayout, WhatCannotBeReachedStandsBelow) {
  const std::vector<Vertex> graph{{"lost", {"lost2"}}, {"a", {"b"}}, {"b", {}}, {"lost2", {"b"}}};

  EXPECT_THAT(pairs(spots_of(graph, "a")),
              testing::ElementsAre(std::pair(0, 1), std::pair(0, 0), std::pair(1, 0), std::pair(1, 1)));
}

TEST(JourneyLayout, AnUnknownEntryLaysOutAllTheSame) {
  EXPECT_THAT(pairs(spots_of({{"a", {"b"}}, {"b", {}}}, "nowhere")),
              testing::ElementsAre(std::pair(0, 0), std::pair(1, 0)));
}

TEST(JourneyLayout, CentresColumnsAndMakesThemAsWideAsTheirWidestBox) {
  const std::vector<Spot> spots{{0, 0}, {1, 0}, {1, 1}, {2, 0}};

  const auto boxes = arrange(spots, {{100, 50}, {300, 100}, {100, 50}, {10, 10}}, usual);

  EXPECT_EQ(boxes[0].x, 200);
  EXPECT_EQ(boxes[0].y, 225);
  EXPECT_EQ(boxes[1].x, 360);
  EXPECT_EQ(boxes[1].y, 160);
  EXPECT_EQ(boxes[2].y, 290);
  EXPECT_EQ(boxes[3].x, 720);
}

TEST(JourneyLayout, NothingOverlapsInAWideGraphAroundTakenPlaces) {
  std::vector<Vertex> graph{{"n0", {}}};
  for (int i = 1; i < 60; ++i) {
    graph.push_back({"n" + std::to_string(i), {}});
    graph[static_cast<std::size_t>(i / 3)].targets.push_back(graph.back().id);
  }
  const std::vector<Size> sizes(graph.size(), {180, 90});
  std::vector<Box> all{{550, 150, 100, 50}, {550, 350, 100, 50}, {400, 0, 60, 900}};
  const auto taken = all;

  std::ranges::copy(arrange(spots_of(graph, "n0"), sizes, usual, taken), std::back_inserter(all));

  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) EXPECT_FALSE(all[i].overlaps(all[j])) << i << " " << j;
    EXPECT_GE(all[i].y, 0);
  }
}

}  // namespace
}  // namespace tools::journeys
