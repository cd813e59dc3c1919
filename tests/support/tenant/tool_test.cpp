#include "support/tenant/tool_test.h"

#include <iterator>
#include <memory>
#include <ostream>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/catalog.h"
#include "tools/kit/run.h"
#include "tools/kit/session.h"

namespace test {
namespace {

// A token for every set of scopes, which it names.
class StubBearers final : public aic::Bearers {
 public:
  net::Task<aic::Bearer> get(aic::Scopes scopes) override {
    co_return std::make_shared<const base::Secret>(fmt::format("{}", fmt::join(scopes, " ")));
  }
  void refused(const aic::Scopes&, const aic::Bearer&) override {}
};

// The session of a call outside of the program: nobody is signed in.
class StubSession final : public tools::Session {
 public:
  explicit StubSession(const ToolTest& test) : test_(test) {}
  net::Task<base::Json> who(bool) override { co_return base::Json{{"signedIn", false}}; }
  net::Task<base::Json> sign_out() override { co_return base::Json{{"wasSignedIn", false}}; }
  net::Task<tools::Preview> preview(std::string tool, base::Json) override {
    co_return tools::Preview{.tool = std::move(tool)};
  }
  const aic::Journal& journal() const override { return test_.journal; }
  std::string signed_in_as() const override { return test_.person; }

 private:
  const ToolTest& test_;
};

// Notes the scopes of each request's token, and hands the request on.
class NotedHttp final : public http::HttpClient {
 public:
  NotedHttp(http::HttpClient& http, std::vector<aic::Scopes>& scopes) : http_(http), scopes_(scopes) {}
  net::Task<http::Response> send(http::Request request) override {
    std::istringstream names{std::string(request.bearer->reveal())};
    scopes_.emplace_back(std::istream_iterator<std::string>(names), std::istream_iterator<std::string>());
    return http_.send(std::move(request));
  }

 private:
  http::HttpClient& http_;
  std::vector<aic::Scopes>& scopes_;
};

CallResult result_of(tools::Rendered rendered) {
  CallResult result{.is_error = rendered.is_failure,
                    .text = std::move(rendered.text),
                    .attachments = std::move(rendered.attachments),
                    .structured = rendered.is_declared ? rendered.value : base::Json(),
                    .transaction_ids = std::move(rendered.transaction_ids)};
  result.json = base::parse_json(rendered.json);
  if (result.json.is_object() && result.json.contains("changeNumber")) {
    result.change_number = result.json["changeNumber"].get<std::uint64_t>();
    result.json.erase("changeNumber");
  }
  const auto begin = result.text.find(rendered.json);
  result.notes = result.text.substr(0, begin) + result.text.substr(begin + rendered.json.size());
  if (result.structured.is_null()) return result;
  // What a declared output says about its data stands in it.
  for (const base::Json& note : result.json["notes"]) result.notes += "\n" + note.get<std::string>();
  for (const auto& [name, unused] : tools::common_output().items()) result.json.erase(name);
  return result;
}

}  // namespace

void PrintTo(const CallResult& result, std::ostream* out) {
  *out << (result.is_error ? "failure " : "success ") << result.text;
}

namespace {

const tools::Tool& find(std::string_view name) {
  const tools::Tool* tool = tools::find_tool(name);
  if (!tool) throw std::runtime_error("no tool " + std::string(name));
  return *tool;
}

}  // namespace

ToolTest::~ToolTest() {
  for (const auto& stop : under_way_) stop();
}

Started<CallResult> ToolTest::begin(std::string_view tool, std::string_view arguments) {
  return begin(execute(find(tool), base::parse_json(arguments)));
}

CallResult ToolTest::call(std::string_view tool, std::string_view arguments) {
  return call(find(tool), base::parse_json(arguments));
}

CallResult ToolTest::call(const tools::Tool& tool, const base::Json& arguments) {
  return begin(execute(tool, arguments)).get();
}

tools::Preview ToolTest::preview(std::string_view tool, const base::Json& arguments) {
  return begin(rehearse(find(tool), arguments)).get();
}

net::Task<tools::Preview> ToolTest::rehearse(const tools::Tool& tool, base::Json given) {
  const auto accepted = tools::accept_arguments(tool, std::move(given), clock.unix_ms());
  if (!accepted.violations.empty()) throw std::runtime_error("arguments that the tool does not take");
  aic::Trace trace(random.uuid());
  StubBearers stub_bearers;
  NotedHttp noted(*http, scopes);
  aic::Rehearsal rehearsal({loop, clock, random, noted, shared});
  const aic::OnProgress silent = [](const std::string&) {};
  aic::Tenant at(rehearsal.edges(), base::parse_origin(StubTenant::host), {}, stub_bearers, trace, 1, [] {}, silent);
  StubSession session(*this);
  auto preview =
      co_await tools::run_preview(tool, accepted.arguments, at, rehearsal, silent, &session, [this] { return person; });
  writes = trace.writes;
  co_return preview;
}

net::Task<CallResult> ToolTest::execute(const tools::Tool& tool, base::Json given) {
  auto outcome =
      co_await tools::run_call(tool, std::move(given), clock.unix_ms(), {{max_chars, counts_structure}, unseen},
                               [&](const base::Json& arguments) { return carry_out(tool, arguments); });
  co_return result_of(tools::render(std::move(outcome.ran.result), outcome.ran.context));
}

net::Task<tools::Ran> ToolTest::carry_out(const tools::Tool& tool, const base::Json& arguments) {
  aic::Trace trace(random.uuid());
  StubBearers stub_bearers;
  NotedHttp noted(*http, scopes);
  const aic::OnProgress on_progress = [this](std::string message) { progress.push_back(std::move(message)); };
  const tools::MakeTenant make_tenant = [&](aic::Edges edges) {
    return aic::Tenant(
        edges, base::parse_origin(StubTenant::host), {}, bearers ? *bearers : stub_bearers, trace, 1, [] {},
        on_progress);
  };
  StubSession session(*this);
  const tools::Scene scene{.edges = {loop, clock, random, noted, shared},
                           .make_tenant = make_tenant,
                           .surroundings = {on_progress, &session, max_chars},
                           .journal = journal,
                           .signer = [this] { return tools::Signer{person, person}; }};
  aic::Writing own_writing;
  auto ran = co_await tools::run_noted(tool, arguments, scene, watch != nullptr ? *watch : own_writing, approval());
  writes = trace.writes;
  co_return ran;
}

std::optional<aic::ApprovedWrites::Approval> ToolTest::approval() const {
  if (approved == nullptr) return std::nullopt;
  aic::ApprovedWrites::Approval approval{.digests = approved->digests,
                                         .is_same_person = []() -> net::Task<bool> { co_return true; }};
  if (!approved->is_complete)
    approval.ask_further = [](const aic::WrittenRequest&) -> net::Task<bool> { co_return true; };
  return approval;
}

}  // namespace test
