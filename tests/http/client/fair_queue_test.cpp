#include "http/client/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> drain(FairQueue<std::string>& queue) {
  std::vector<std::string> all;
  while (auto next = queue.pop()) all.push_back(*next);
  return all;
}

TEST(FairQueue, IsEmptyAfterTheLastOneLeft) {
  FairQueue<std::string> queue;
  queue.push(1, "a");

  EXPECT_TRUE(queue.remove("a"));
  EXPECT_FALSE(queue.remove("a"));

  EXPECT_THAT(drain(queue), IsEmpty());
}

TEST(FairQueue, ServesCallsInTurnsAndEachInOrder) {
  FairQueue<std::string> queue;
  for (const auto* item : {"a1", "a2", "a3", "a4"}) queue.push(1, item);
  queue.push(2, "b1");
  queue.push(3, "c1");
  queue.push(2, "b2");

  queue.remove("a3");

  EXPECT_THAT(drain(queue), ElementsAre("a1", "b1", "c1", "a2", "b2", "a4"));
}

TEST(FairQueue, LetsANewCallInBehindTheOthersTurn) {
  FairQueue<std::string> queue;
  for (const auto* item : {"a1", "a2", "a3"}) queue.push(1, item);

  EXPECT_EQ(queue.pop(), "a1");
  queue.push(2, "b1");

  EXPECT_THAT(drain(queue), ElementsAre("a2", "b1", "a3"));
}

}  // namespace
}  // namespace http
