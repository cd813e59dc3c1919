// Reads whose answers are damaged in one place each: members gone, null or of another kind. Whatever comes of it, it is
// an answer or a failure that names the tenant, and never one of this program (R-HTT-09).
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace {

using base::Json;

struct Question {
  const char* tool;
  const char* arguments;
};

void PrintTo(const Question& question, std::ostream* out) {
  *out << question.tool << " " << question.arguments;
}

class MutatedAnswers : public testing::TestWithParam<Question>, public test::ToolTest, public http::HttpClient {
 protected:
  MutatedAnswers() {
    base::set_log_level(base::LogLevel::error);
    http = this;
  }

  net::Task<http::Response> send(http::Request request) override {
    auto response = co_await sandbox_.send(std::move(request));
    if (answers_++ == damaged_) response.body = damaged(response.body);
    co_return response;
  }

  void damage(int answer, unsigned seed) {
    answers_ = 0;
    damaged_ = answer;
    random_.seed(seed);
  }
  int answers() const { return answers_; }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  std::string damaged(const std::string& body) {
    auto json = base::try_parse_json(body);
    if (!json) return "<html>";
    Json* place = &*json;
    for (auto depth = pick(7); depth > 0 && place->is_structured() && !place->empty(); --depth) {
      auto at = place->begin();
      std::advance(at, static_cast<std::ptrdiff_t>(pick(place->size())));
      place = &*at;
    }
    const std::array<Json, 8> others = {nullptr, "", "x", 7, true, Json::array(), Json::object(), {{"_id", 7}}};
    *place = others.at(pick(others.size()));
    return base::print_json(*json);
  }

  test::SandboxHttp sandbox_;
  std::mt19937 random_;
  int answers_ = 0, damaged_ = -1;
};

TEST_P(MutatedAnswers, LeadToNoFailureOfThisProgram) {
  damage(-1, 0);
  call(GetParam().tool, GetParam().arguments);
  const int all = answers();
  for (unsigned seed = 0; seed < 10; ++seed) {
    damage(static_cast<int>(seed * 7) % all, seed);
    const auto result = call(GetParam().tool, GetParam().arguments);
    EXPECT_THAT(result.text, testing::Not(testing::HasSubstr("\"category\":\"internal\""))) << seed;
    EXPECT_FALSE(result.text.empty()) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Reads, MutatedAnswers,
    testing::Values(
        Question{"listJourneys", R"({"realm":"alpha"})"},
        Question{"listJourneys", R"({"realm":"alpha","nodeType":"ValidatedUsernameNode","includeNodes":true})"},
        Question{"getJourney", R"({"realm":"alpha","journeyName":"Onboarding"})"},
        Question{"getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})"},
        Question{"getJourney", R"({"realm":"alpha","journeyName":"Login","format":"editable"})"},
        Question{"findReferences", R"({"realm":"alpha","kind":"journey","idOrName":"Login"})"},
        Question{"findReferences", R"({"realm":"alpha","kind":"script","idOrName":"Country check"})"},
        Question{"findReferences", R"({"realm":"alpha","kind":"esv","idOrName":"esv-shop-url"})"},
        Question{"findReferences", R"({"realm":"alpha","kind":"theme","idOrName":"Larkspur"})"},
        Question{"findReferences", R"({"realm":"alpha","kind":"samlEntity","idOrName":"larkspur-alpha"})"},
        Question{"getManagedObjectSchema", R"({"objectType":"alpha_user","summary":true})"},
        Question{"getOidcAppSchema", R"({"realm":"alpha"})"},
        Question{"queryLogs", R"({"sources":["am-everything"],"beginTime":"-1h","fields":["/payload/eventName"]})"},
        Question{"queryLogs", R"({"sources":["am-everything"],"beginTime":"-2d","countBy":"/payload/eventName"})"},
        Question{"getThemes", R"({"realm":"alpha"})"}));

}  // namespace
