// What the stubs of a ToolTest do when a test and its tool do not fit together.

#include <exception>
#include <optional>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/tenant/tool_test.h"

namespace {

using test::NoStub;
using test::ToolTest;

constexpr auto read_variable = R"({"variableId":"esv-a"})";
constexpr auto write_variable = R"({"variableId":"esv-a","value":"new","type":"string"})";

TEST(StubTenant, ReadsWithoutAStubFailTheTestByName) {
  EXPECT_NONFATAL_FAILURE(
      {
        ToolTest one;
        EXPECT_THROW(one.call("getVariable", read_variable), NoStub);
      },
      "no stub for GET https://tenant.example/environment/variables/esv-a");
}

TEST(StubTenant, WritesWithoutAStubFailTheTestByName) {
  EXPECT_NONFATAL_FAILURE(
      {
        ToolTest one;
        one.tenant.json("GET", "/environment/variables/esv-a", R"({"code":404})", 404);
        EXPECT_THROW(one.call("setVariable", write_variable), NoStub);
      },
      "no stub for PUT https://tenant.example/environment/variables/esv-a");
}

// Never answers, and says how its request ended.
class NeverAnswers final : public http::HttpClient {
 public:
  net::Task<http::Response> send(http::Request) override {
    struct Leave {
      NeverAnswers& self;
      ~Leave() { self.was_unwound = std::uncaught_exceptions() > 0; }
    } leave{*this};
    boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                    boost::asio::steady_timer::time_point::max());
    co_await never.async_wait(boost::asio::use_awaitable);
    co_return http::Response{};
  }

  std::optional<bool> was_unwound;
};

TEST(StubTenant, ACallThatNobodyWaitsForUnwindsBeforeWhatItUsesIsGone) {
  NeverAnswers never;
  {
    ToolTest one;
    one.http = &never;
    one.begin("setVariable", write_variable);
    EXPECT_EQ(never.was_unwound, std::nullopt);
  }
  EXPECT_EQ(never.was_unwound, true);
}

}  // namespace
