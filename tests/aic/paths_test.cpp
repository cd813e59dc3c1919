#include "aic/paths.h"

#include <gtest/gtest.h>

namespace aic {
namespace {

TEST(ActionIn, IsTheActionOfTheQuery) {
  EXPECT_EQ(action_in(nodes("alpha").query("_action", "getAllTypes").str()), "getAllTypes");
  EXPECT_EQ(action_in("https://tenant.example/a?_pageSize=1&_action=in%20stall&x"), "in stall");
}

TEST(ActionIn, IsEmptyWithoutOne) {
  for (const char* address : {"", "/a", "/a?", "/a?_fields=_action", "/_action=create"})
    EXPECT_EQ(action_in(address), "") << address;
}

}  // namespace
}  // namespace aic
