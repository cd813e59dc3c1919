#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.h"
#include "tools/kit/result.h"
#include "tools/kit/trim.h"

namespace {

using base::Errc;
using base::Json;
using testing::HasSubstr;
using testing::Not;
using tools::render;

std::string text_of(const tools::Rendered& rendered) {
  return rendered.text;
}

Json json_of(const tools::Rendered& rendered) {
  EXPECT_THAT(text_of(rendered), HasSubstr(rendered.json));
  EXPECT_EQ(base::parse_json(rendered.json), rendered.value);
  return rendered.value;
}

Json list_of(int count, std::size_t length) {
  Json list = Json::array();
  for (int i = 0; i < count; ++i)
    list.push_back({{"_id", "e" + std::to_string(i)}, {"text", std::string(length, 'x')}});
  return list;
}

TEST(Success, CountsWhatIsAttachedAndLeavesItOutFirst) {
  auto result = tools::done({{"text", std::string(500, 'x')}});
  result.attachments.push_back({.uri = "a:b", .media_type = "c/d", .text = std::string(5000, 'y')});

  const auto whole = render(result, {.budget = {6000}});
  EXPECT_EQ(whole.attachments.size(), 1U);
  EXPECT_THAT(text_of(whole), Not(HasSubstr("Truncated")));

  const auto cut = render(result, {.budget = {5500}});
  EXPECT_EQ(cut.attachments.size(), 0U);
  EXPECT_THAT(text_of(cut), HasSubstr("Truncated: left out the attachment (50"));
  EXPECT_EQ(json_of(cut), result.value);
}

TEST(Failure, HasTheMembersInOrderAndOnlyThoseWithContent) {
  base::Error error(Errc::conflict, "It was changed meanwhile");
  error.status = 412;
  error.reason = "Precondition Failed";
  error.tenant_message = "nope";
  error.detail = Json{{"a", 1}};
  error.request = "PUT /x";
  error.transaction_id = "t1";
  error.done = Json::array({"one"});
  error.not_done = Json::array({"two"});
  error.next = "Read it again.";

  const auto rendered = render(tools::failed(error), {});

  EXPECT_TRUE(rendered.is_failure);
  EXPECT_EQ(text_of(rendered),
            R"({"error":"It was changed meanwhile","category":"conflict","status":412,"reason":"Precondition Failed",)"
            R"("message":"nope","detail":{"a":1},"request":"PUT /x","transactionId":"t1","done":["one"],)"
            R"("notDone":["two"],"next":"Read it again."})");
}

TEST(Failure, LeavesOutWhatHasNoContentAndSaysWhatHelps) {
  EXPECT_EQ(text_of(render(tools::refuse("No such theme"), {})),
            R"({"error":"No such theme","category":"invalid_request","next":"Change the arguments and call again."})");
}

TEST(Failure, NamesTheTransactionOfItsCall) {
  const auto rendered = render(tools::refuse("No"), {.tenant = "h", .transaction_ids = "t1, t2"});

  EXPECT_EQ(json_of(rendered)["transactionId"], "t1, t2");
  EXPECT_EQ(rendered.transaction_ids, "t1, t2");
  EXPECT_EQ(rendered.tenant, "h");
}

TEST(Failure, HidesSecretsInItsDetails) {
  const auto rendered = render(tools::refuse_with(Json{{"userPassword", "hush"}}, "No", "x"), {});

  EXPECT_THAT(text_of(rendered), Not(HasSubstr("hush")));
}

TEST(Failure, StaysWithinTheBudgetAndValid) {
  base::Error error(Errc::partial, "Half done");
  error.detail = list_of(200, 100);
  error.done = Json::array({"node n1"});

  const auto rendered = render(tools::failed(error), {.budget = {4000}});

  EXPECT_LE(text_of(rendered).size(), 4000u);
  EXPECT_EQ(json_of(rendered)["done"][0], "node n1");
}

TEST(Success, IsNotesThenCompactJsonThenTheTransaction) {
  const auto rendered = render(tools::done({{"a", 1}}, {"One thing.", "Another."}), {.transaction_ids = "t1"});

  EXPECT_FALSE(rendered.is_failure);
  EXPECT_EQ(text_of(rendered), "One thing.\nAnother.\n\n{\"a\":1}\n\nTransaction ID: t1");
  EXPECT_EQ(rendered.transaction_ids, "t1");
  EXPECT_FALSE(rendered.is_declared);
}

TEST(Success, OfAWriteNamesTheTenant) {
  EXPECT_EQ(text_of(render(tools::done({{"a", 1}}), {.tenant = "h", .transaction_ids = "t1"})),
            "{\"a\":1}\n\nTenant: h\nTransaction ID: t1");
}

TEST(Success, OfALocalToolIsTheJsonAlone) {
  const auto rendered = render(tools::done({{"a", 1}}), {});

  EXPECT_EQ(text_of(rendered), "{\"a\":1}");
  EXPECT_EQ(rendered.transaction_ids, "");
}

TEST(Success, KeepsNumbersExactly) {
  EXPECT_EQ(text_of(render(tools::done(base::parse_json(R"({"n":1.50,"m":123456789012345678901234567890})")), {})),
            R"({"n":1.50,"m":123456789012345678901234567890})");
}

TEST(Success, IsStructuredWhereTheToolDeclaresItsOutput) {
  const auto rendered = render(tools::done({{"password", "hush"}}), {.declares_output = true});

  EXPECT_TRUE(rendered.is_declared);
  EXPECT_EQ(json_of(rendered)["password"], "[redacted]");
}

TEST(Success, OfADeclaredOutputHoldsAllThatIsSaidOfItInFrontOfTheData) {
  auto result = tools::done({{"result", {{{"_id", "a"}}, {{"_id", "b"}}}}, {"cookie", "c1"}}, {"One thing."});

  const auto rendered = render(
      std::move(result), {.tenant = "h", .transaction_ids = "t1", .declares_output = true, .notes = {"First of all."}});

  EXPECT_EQ(text_of(rendered),
            "{\"notes\":[\n\"First of all.\",\n\"One "
            "thing.\"\n],\"truncated\":false,\"tenant\":\"h\",\"transactionId\":\"t1\","
            "\"cookie\":\"c1\",\"result\":[\n{\"_id\":\"a\"},\n{\"_id\":\"b\"}\n]}\n\nTenant: h\nTransaction ID: t1");
  json_of(rendered);
}

TEST(Success, OfADeclaredOutputIsNotMistakenWhereTheTenantUsesOurNames) {
  const auto rendered = render(tools::done({{"truncated", "no"}, {"a", 1}}), {.declares_output = true});

  EXPECT_EQ(base::print_json(rendered.value), R"({"notes":[],"truncated":false,"a":1})");
}

TEST(Budget, CountsTextAndStructureWhereTheClientGetsBoth) {
  const auto result = tools::done({{"list", list_of(100, 50)}});
  for (const bool both : {true, false}) {
    const auto rendered = render(result, {.transaction_ids = "t", .declares_output = true, .budget = {5000, both}});
    const auto text = tools::characters(text_of(rendered));
    EXPECT_LE(text + (both ? tools::printed_size(rendered.value) : 0), 5000U);
    EXPECT_GT(text, both ? 1800U : 4200U);
    EXPECT_EQ(rendered.value["truncated"], true);
  }
}

TEST(Failure, CarriesWhatTheReaderShallKnowWhateverComesOfTheCall) {
  EXPECT_EQ(json_of(render(tools::refuse("No"), {.notes = {"First."}}))["notes"], Json::array({"First."}));
}

TEST(Success, NeverShowsALivingToken) {
  const base::Secret token("very-secret-token-0815");

  const auto rendered = render(tools::done({{"log", "Bearer very-secret-token-0815"}}, {"very-secret-token-0815"}), {});

  EXPECT_THAT(text_of(rendered), Not(HasSubstr("very-secret")));
}

TEST(Success, NeverShowsALivingTokenInItsValueEither) {
  const base::Secret token(R"(very-"secret"-token)");
  const base::Secret number("1234567890");
  const auto result = tools::done(base::parse_json(
      R"({"list":[{"log":"Bearer very-\"secret\"-token!","n":12345678901}],"very-\"secret\"-token":1})"));

  const auto rendered = render(result, {.declares_output = true});

  EXPECT_EQ(base::print_json(rendered.value),
            R"({"notes":[],"truncated":false,"[redacted]":1,"list":[{"log":"Bearer [redacted]!","n":"[redacted]1"}]})");
  json_of(rendered);
}

TEST(Failure, NeverShowsALivingTokenInItsValue) {
  const base::Secret token("very-secret-token-0815");

  const auto rendered = render(tools::refuse_with(Json{{"log", "very-secret-token-0815"}}, "No", "x"), {});

  EXPECT_EQ(json_of(rendered)["detail"]["log"], "[redacted]");
}

TEST(Success, CarriesAttachmentsBehindTheText) {
  auto result = tools::done({{"a", 1}});
  result.attachments.push_back({.uri = "a:b", .media_type = "c/d", .text = "e"});

  EXPECT_EQ(render(std::move(result), {}).attachments[0].text, "e");
}

TEST(Budget, IsCountedInCharacters) {
  auto value = Json{{"text", ""}};
  for (int i = 0; i < 1000; ++i) value["text"] = value["text"].get<std::string>() + "😀";

  EXPECT_THAT(text_of(render(tools::done(value), {.budget = {1100}})), Not(HasSubstr("Truncated")));
}

TEST(Budget, IsKeptByTheTrimsInTheirOrderAndNoFurtherThanNeeded) {
  auto result = tools::done({{"schemas", std::string(3000, 's')}, {"result", list_of(10, 100)}});
  result.trims = {tools::leave_out("/schemas", "call again"), tools::cut_list("/result", "_id", "call again")};

  const auto rendered = render(std::move(result), {.budget = {4000}});

  EXPECT_FALSE(json_of(rendered).contains("schemas"));
  EXPECT_EQ(json_of(rendered)["result"].size(), 10u);
}

TEST(Budget, IsKeptWhenNoTrimHelps) {
  for (const auto& value :
       {Json{{"list", list_of(500, 100)}}, Json{{"text", std::string(100'000, 'x')}},
        Json{{"one", {{"deep", {{"list", list_of(3000, 10)}}}}}}, Json{{"many", Json(std::vector<int>(50'000, 7))}}}) {
    const auto rendered = render(tools::done(value), {.transaction_ids = "t", .budget = {4000}});

    EXPECT_LE(tools::characters(text_of(rendered)), 4000u);
    EXPECT_TRUE(json_of(rendered).is_object());
    EXPECT_THAT(text_of(rendered), testing::StartsWith("Truncated: left out "));
  }
}

TEST(Budget, IsKeptWithManyTrimsAndLongNotes) {
  auto result = tools::done({{"a", std::string(5000, 'a')}, {"list", list_of(300, 50)}});
  result.trims = {tools::leave_out_unset("/list"), tools::leave_out("/a", std::string(400, 'h')),
                  tools::cut_list("/list", "_id", std::string(400, 'h'))};

  const auto text = text_of(render(std::move(result), {.budget = {4000}}));

  EXPECT_LE(text.size(), 4000u);
}

}  // namespace
