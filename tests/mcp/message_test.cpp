#include "mcp/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

using testing::HasSubstr;

template <typename T>
T only(std::string_view text) {
  Line line = parse_line(text);
  EXPECT_FALSE(line.is_batch);
  EXPECT_EQ(line.messages.size(), 1U);
  const T* message = std::get_if<T>(&line.messages.front());
  EXPECT_NE(message, nullptr) << text;
  return message != nullptr ? *message : T{};
}

TEST(ParseLine, GivesAParseErrorWithoutAnIdForWhatIsNoJson) {
  const std::string deep =
      R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":)" + std::string(128, '[') + std::string(128, ']') + "}}";
  for (const std::string& line : {std::string("{"), std::string("nonsense"), std::string("{} {}"), std::string("\0", 1),
                                  std::string(R"({"jsonrpc":"2.0","id":1,"method":"a)"), deep,
                                  std::string("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}")}) {
    const auto malformed = only<Malformed>(line);
    EXPECT_EQ(malformed.code, rpc::parse_error) << line;
    EXPECT_EQ(malformed.id, "") << line;
    EXPECT_NE(malformed.message, "") << line;
  }
}

TEST(ParseLine, RefusesJsonThatIsNoMessageUnderItsIdWhereItHasOne) {
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"1", ""},
      {"\"text\"", ""},
      {"null", ""},
      {"[]", ""},
      {"{}", ""},
      {R"({"id":7})", "7"},
      {R"({"jsonrpc":"1.0","id":7,"method":"ping"})", "7"},
      {R"({"id":"a","method":"ping"})", "\"a\""},
      {R"({"jsonrpc":"2.0","id":7,"method":5})", "7"},
      {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", ""},
      {R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", ""},
      {R"({"jsonrpc":"2.0","id":1e400,"method":"ping"})", ""},
      {R"({"jsonrpc":"2.0","id":1e-3,"method":"ping"})", ""},
      {R"({"jsonrpc":"2.0","id":{},"method":"ping"})", ""},
      {R"({"jsonrpc":"2.0","id":true,"method":"ping"})", ""},
  };
  for (const auto& [line, id] : lines) {
    const auto malformed = only<Malformed>(line);
    EXPECT_EQ(malformed.code, rpc::invalid_request) << line;
    EXPECT_EQ(malformed.id, id) << line;
  }
}

// Integers for JSON Schema, however they are written; a client looks for the id that it sent.
TEST(ParseLine, GivesAWholeNumberBackAsItCame) {
  for (const std::string id : {"1.0", "1e3", "-0", "-2.50e1", "12E0"}) {
    EXPECT_EQ(only<Request>(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"ping"})").id, id);
  }
}

TEST(ParseLine, RefusesParametersThatAreNoObject) {
  const auto malformed = only<Malformed>(R"({"jsonrpc":"2.0","id":7,"method":"ping","params":[1]})");

  EXPECT_EQ(malformed.code, rpc::invalid_params);
  EXPECT_EQ(malformed.id, "7");
}

TEST(ParseLine, RefusesARequestWithHalfASurrogatePairUnderItsIdAndNamesTheEscape) {
  const auto malformed = only<Malformed>(
      R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"\ud83d\ude00 \\ud83d \uD83D!"}})");

  EXPECT_EQ(malformed.code, rpc::invalid_params);
  EXPECT_EQ(malformed.id, "7");
  EXPECT_THAT(malformed.message, HasSubstr("\\uD83D"));
}

TEST(ParseLine, DoesNotTrustAnIdWithHalfASurrogatePair) {
  const auto malformed = only<Malformed>(R"({"jsonrpc":"2.0","id":"\udc00","method":"ping"})");

  EXPECT_EQ(malformed.code, rpc::parse_error);
  EXPECT_EQ(malformed.id, "");
}

TEST(ParseLine, StillSeesANotificationWithHalfASurrogatePair) {
  const auto notification = only<Notification>(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"\ud83d"}})");

  EXPECT_EQ(base::member(notification.params, "requestId"), 1);
}

TEST(ParseLine, KeepsIdsDigitForDigit) {
  EXPECT_EQ(only<Request>(R"({"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping"})").id,
            "123456789012345678901234567890");
  EXPECT_EQ(only<Request>(R"({"jsonrpc":"2.0","id":-9223372036854775808,"method":"ping"})").id, "-9223372036854775808");
  EXPECT_EQ(only<Request>(R"({"jsonrpc":"2.0","id":"\u0031\n","method":"ping"})").id, R"("1\n")");
}

TEST(ParseLine, TakesMissingAndNullParametersAsNone) {
  EXPECT_TRUE(only<Request>(R"({"jsonrpc":"2.0","id":1,"method":"ping"})").params.is_null());
  EXPECT_TRUE(only<Notification>(R"({"jsonrpc":"2.0","method":"n","params":null})").params.is_null());
}

TEST(ParseLine, TakesAnswersToOurRequestsWhateverTheirShape) {
  EXPECT_EQ(only<Response>(R"({"jsonrpc":"2.0","id":"elicitation-1","result":{"action":"accept"}})").result["action"],
            "accept");
  EXPECT_EQ(only<Response>(R"({"jsonrpc":"2.0","id":4,"error":{"code":-1,"message":"no"}})").error["message"], "no");
  EXPECT_EQ(only<Response>(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"what?"}})").id, "");
}

TEST(ParseLine, TakesABatchApart) {
  const Line line = parse_line(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},5,{"jsonrpc":"2.0","method":"n"}])");

  ASSERT_TRUE(line.is_batch);
  ASSERT_EQ(line.messages.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<Request>(line.messages[0]));
  EXPECT_TRUE(std::holds_alternative<Malformed>(line.messages[1]));
  EXPECT_TRUE(std::holds_alternative<Notification>(line.messages[2]));
}

TEST(PrintError, LeavesTheIdOutWhereThereIsNone) {
  EXPECT_EQ(print_error("", -32700, "a \"b\""), R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"a \"b\""}})");
  EXPECT_EQ(print_error("7", -32022, "m", Json{{"requested", "x"}}),
            R"({"jsonrpc":"2.0","id":7,"error":{"code":-32022,"message":"m","data":{"requested":"x"}}})");
}

TEST(ParseLine, RefusesABatchOfMoreThanAThousandWhole) {
  const auto batch_of = [](int count) {
    std::string text = "[1";
    for (int i = 1; i < count; ++i) text += ",1";
    return parse_line(text + "]");
  };

  EXPECT_EQ(batch_of(1'000).messages.size(), 1'000U);
  const auto refused = batch_of(1'001);
  EXPECT_FALSE(refused.is_batch);
  ASSERT_EQ(refused.messages.size(), 1U);
  EXPECT_EQ(std::get<Malformed>(refused.messages.front()).code, rpc::invalid_request);
}

}  // namespace
}  // namespace mcp
