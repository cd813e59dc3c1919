#include "http/server/inline_source.h"

#include <gtest/gtest.h>

namespace http {
namespace {

// Of W3C CSP2 §4.2.5: alert('Hello, world.');
constexpr auto source = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";

TEST(InlineSource, IsTheHashOfTheContent) {
  EXPECT_EQ(inline_source("alert('Hello, world.');"), source);
}

TEST(InlineSource, IsThatOfTheElementInThePage) {
  EXPECT_EQ(inline_source("<style>p{}</style><script>alert('Hello, world.');</script>", "script"), source);
}

}  // namespace
}  // namespace http
