// Calling tools against a tenant that answers from stubs: no network, a clock that stands still, ids that count.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "aic/approved_writes.h"
#include "aic/journal.h"
#include "aic/shared.h"
#include "aic/tenant.h"
#include "base/json.h"
#include "support/kit/fake_clock.h"
#include "support/kit/fake_http.h"
#include "support/kit/fake_random.h"
#include "support/kit/run.h"
#include "tools/kit/preview.h"
#include "tools/kit/tool.h"

namespace test {

// The tenant of a ToolTest. A request without a stub and a stub without a request fail the test.
class StubTenant {
 public:
  static constexpr std::string_view host = "tenant.example";

  // Answers one request with JSON.
  void json(std::string method, std::string path, std::string body, int status = 200, http::Headers headers = {}) {
    http.answer(std::move(method), std::move(path), status, std::move(body), std::move(headers));
  }
  // "GET /openidm/…", in the order in which they were sent.
  std::vector<std::string> requests() const { return http.requests(); }
  const std::vector<Sent>& sent() const { return http.sent(); }

  FakeHttp http{"https://tenant.example"};
};

// What a call came to.
struct CallResult {
  bool is_error = false;
  std::string text;
  base::Json json;    // the JSON in it, without the members that every declared output has
  std::string notes;  // what stands beside the JSON, and the notes in it
  std::vector<tools::Attachment> attachments;
  base::Json structured;  // a declared output as a value, else null
  std::string transaction_ids;
  std::uint64_t change_number = 0;  // 0 where there is none

  std::string category() const { return base::text_member(json, "category"); }
};

void PrintTo(const CallResult& result, std::ostream* out);

class ToolTest {
 public:
  ToolTest() = default;
  // A failed test may leave calls under way. They end before what they use.
  ~ToolTest();
  ToolTest(const ToolTest&) = delete;
  ToolTest& operator=(const ToolTest&) = delete;

  // Checks the arguments and starts the tool, as the program does. The test outlives the call.
  Started<CallResult> begin(std::string_view tool, std::string_view arguments);
  // Checks the arguments and runs the tool, as the program does. `arguments` is JSON.
  CallResult call(std::string_view tool, std::string_view arguments = "{}");
  // Runs any tool, also one that is not in the catalogue.
  CallResult call(const tools::Tool& tool, const base::Json& arguments);
  // Runs the tool without its writes.
  tools::Preview preview(std::string_view tool, const base::Json& arguments);

  net::Loop loop;
  FakeClock clock{loop};
  FakeRandom random;
  StubTenant tenant;
  http::HttpClient* http = &tenant.http;
  aic::Writing* watch = nullptr;             // of the calls
  const tools::Preview* approved = nullptr;  // no other write leaves than those
  aic::Bearers* bearers = nullptr;           // null: a token for every set of scopes, at once
  aic::Shared shared{loop};
  tools::UnseenCharacters unseen;
  std::size_t max_chars = 60'000;
  bool counts_structure = false;
  std::vector<aic::Scopes> scopes;    // of each request
  std::vector<std::string> progress;  // messages
  std::vector<std::string> writes;    // what the last call changed
  aic::Journal journal;
  std::string person = "tester";

 private:
  template <typename T>
  Started<T> begin(net::Task<T> task) {
    auto started = start(loop, std::move(task));
    if (!started.ended()) under_way_.emplace_back([started]() mutable { started.cancel(); });
    return started;
  }
  net::Task<tools::Preview> rehearse(const tools::Tool& tool, base::Json arguments);
  net::Task<CallResult> execute(const tools::Tool& tool, base::Json arguments);
  net::Task<tools::Ran> carry_out(const tools::Tool& tool, const base::Json& arguments);
  std::optional<aic::ApprovedWrites::Approval> approval() const;

  std::vector<std::function<void()>> under_way_;  // stop a call each
};

// A failure of category invalid_request whose sentence, advice or details contain `part`.
MATCHER_P(Refuses, part, "") {
  return arg.is_error && arg.category() == "invalid_request" && arg.text.find(part) != std::string::npos;
}

MATCHER_P2(Fails, category, part, "") {
  return arg.is_error && arg.category() == category && arg.text.find(part) != std::string::npos;
}

MATCHER(Succeeds, "") {
  return !arg.is_error;
}

}  // namespace test
