#include "sandbox/screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandbox {
namespace {

using testing::HasSubstr;

TEST(ExposureWarning, IsSilentOnLoopback) {
  EXPECT_EQ(exposure_warning({"127.0.0.1", "::1", "127.0.0.53"}), "");
}

TEST(ExposureWarning, NamesTheAddressesThatOthersReach) {
  for (const char* address : {"0.0.0.0", "::", "192.168.1.7", "fe80::1"}) {
    EXPECT_THAT(exposure_warning({"127.0.0.1", address}),
                HasSubstr(std::string("listens on ") + address + ", which is not loopback"));
  }
}

}  // namespace
}  // namespace sandbox
