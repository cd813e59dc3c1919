#include "support/tool_test.h"

#include <memory>
#include <ostream>

#include "support/run.h"
#include "tools/catalog.h"

namespace test {
namespace {

// A token for every set of scopes, noted.
class StubBearers final : public aic::Bearers {
 public:
  explicit StubBearers(std::vector<aic::Scopes>& asked) : asked_(asked) {}
  net::Task<aic::Bearer> get(aic::Scopes scopes) override {
    asked_.push_back(scopes);
    co_return std::make_shared<const base::Secret>("stub-token-0123456789");
  }
  void refused(const aic::Scopes&, const aic::Bearer&) override {}

 private:
  std::vector<aic::Scopes>& asked_;
};

CallResult result_of(tools::Rendered rendered) {
  CallResult result{.is_error = rendered.is_error,
                    .text = base::text_member(rendered.content[0], "text"),
                    .structured = rendered.structured,
                    .meta = rendered.meta};
  result.content = std::move(rendered.content);
  const auto end = result.text.find("\n\n");
  result.json = base::parse_json(result.text.substr(0, end));
  if (end != std::string::npos) result.notes = result.text.substr(end + 2);
  return result;
}

}  // namespace

void PrintTo(const CallResult& result, std::ostream* out) {
  *out << (result.is_error ? "failure " : "success ") << result.text;
}

ToolTest::ToolTest() = default;

CallResult ToolTest::call(std::string_view tool, std::string_view arguments) {
  const tools::Tool* found = tools::find_tool(tool);
  if (!found) throw std::runtime_error("no tool " + std::string(tool));
  return call(*found, base::parse_json(arguments));
}

CallResult ToolTest::call(const tools::Tool& tool, const base::Json& arguments) {
  const auto violations = tools::check_arguments(tool, arguments, clock.unix_ms());
  if (!violations.empty()) return result_of(tools::refuse_arguments(violations, max_chars));
  aic::Trace trace(random.uuid());
  StubBearers bearers(scopes);
  aic::Tenant at(
      {loop, clock, random, tenant.http, shared}, base::parse_base_url(StubTenant::host), {}, bearers, trace, 1, [] {},
      [this](std::string message) { progress.push_back(std::move(message)); });
  auto result =
      result_of(run(loop, tools::run_tool(
                              tool, arguments, at,
                              [this](std::string message) { progress.push_back(std::move(message)); }, max_chars)));
  writes = trace.writes;
  return result;
}

}  // namespace test
