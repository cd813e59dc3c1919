// Replays recorded tenant traffic against the fake tenant: the recorded state is set up where that is possible, the
// request is made, and members, types, error bodies and the headers that matter are compared.
// The recordings are not part of this repository: AIC_RECORDINGS, or ../shared/recordings beside it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "sandbox/api.h"
#include "sandbox/crest/crest.h"

namespace sandbox {

using base::Json;
namespace fs = std::filesystem;

inline fs::path recordings() {
  if (const char* given = std::getenv("AIC_RECORDINGS")) return given;
  return fs::path(AIC_SOURCE_DIR).parent_path() / "shared" / "recordings";
}

// Settings that the tenant adds on every write; nodes written by older tenants lack them.
inline bool is_added_by_writing(const std::string& name) {
  static const std::set<std::string> added{"displayErrorOutcome", "storeTokens", "autocompleteValues", "version"};
  return added.contains(name);
}

// Where `actual` has other members or types than `expected`; empty when it has not.
inline void compare(const Json& expected, const Json& actual, const std::string& where,
                    std::vector<std::string>& differences) {
  if (expected.is_null() || actual.is_null()) return;
  const auto kind = [](const Json& value) { return value.is_number() ? "number" : std::string(value.type_name()); };
  if (kind(expected) != kind(actual)) {
    differences.push_back(fmt::format("{}: {} instead of {}", where, kind(actual), kind(expected)));
    return;
  }
  if (expected.is_array()) {
    if (!expected.empty() && !actual.empty()) compare(expected.front(), actual.front(), where + "/0", differences);
    return;
  }
  if (!expected.is_object()) return;
  for (const auto& [name, value] : expected.items()) {
    if (value.is_null()) continue;
    if (!actual.contains(name)) {
      differences.push_back(fmt::format("{}/{} is missing", where, name));
    } else {
      compare(value, actual[name], where + "/" + name, differences);
    }
  }
  for (const auto& [name, value] : actual.items()) {
    if (!expected.contains(name) && !is_added_by_writing(name))
      differences.push_back(fmt::format("{}/{} is new", where, name));
  }
}

struct Record {
  explicit Record(const Json& json) : json(json) {}
  const Json& json;

  std::string text(const char* name) const { return base::text_member(json, name); }
  std::string method() const { return text("method"); }
  std::string path() const { return text("path"); }
  int status() const { return json["status"].get<int>(); }
  const Json& request_body() const { return base::member(json, "requestBody"); }
  const Json& body() const { return base::member(json, "responseBody"); }
  std::string query(const char* name) const { return base::text_member(json["query"], name); }
  std::string request_header(const char* name) const { return base::text_member(json["requestHeaders"], name); }
  std::string response_header(const char* name) const { return base::text_member(json["responseHeaders"], name); }
  bool is_list() const { return body().is_object() && body().contains("result") && body().contains("resultCount"); }
  std::vector<std::string> segments() const { return crest::parse_pointer(path()); }

  std::string target() const {
    std::string target;
    for (const auto& segment : segments()) target += "/" + base::percent_encode(segment);
    base::FormFields fields;
    for (const auto& [name, value] : json["query"].items()) fields.emplace_back(name, value.get<std::string>());
    return fields.empty() ? target : target + "?" + base::print_form(fields);
  }
  http::Headers headers() const {
    http::Headers headers;
    for (const char* name : {"accept-api-version", "if-match", "if-none-match"}) {
      if (!request_header(name).empty()) headers.emplace_back(name, request_header(name));
    }
    return headers;
  }
};

class Replay {
 public:
  explicit Replay(const std::string& family) : family_(family) {
    std::ifstream file(recordings() / (family + ".json"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    records_ = base::parse_json(text);
  }

  // Each record in turn; `reason` says why one cannot be replayed, or is empty.
  template <typename Prepare>
  void run(Prepare prepare) {
    std::vector<std::string> left_out;
    int covered = 0;
    for (const Json& json : records_) {
      const Record record(json);
      const std::string reason = prepare(api, record);
      if (!reason.empty()) {
        left_out.push_back(record.text("id").substr(family_.size() + 1) + " (" + reason + ")");
        continue;
      }
      ++covered;
      check(record);
    }
    std::cout << fmt::format("[ COVERED  ] {}: {} of {}", family_, covered, records_.size());
    if (!left_out.empty()) std::cout << fmt::format("; not: {}", fmt::join(left_out, ", "));
    std::cout << std::endl;
    EXPECT_GT(covered, 0);
  }

  Api api;

 private:
  void check(const Record& record) {
    SCOPED_TRACE(fmt::format("{} {} {}", record.text("id"), record.method(), record.target()));
    const Json& sent = record.request_body();
    const std::string body = sent.is_string() ? sent.get<std::string>() : sent.is_null() ? "" : base::print_json(sent);
    const Answer answer = api.send(record.method(), record.target(), body, record.headers());
    EXPECT_EQ(answer.status, record.status()) << answer.raw.substr(0, 400);
    if (answer.status != record.status()) return;
    if (answer.status >= 400) {
      check_error(record, answer);
    } else {
      std::vector<std::string> differences;
      compare(record.body(), answer.body, "", differences);
      // The revision of a journey is its hash: where the members agree, so must everything else.
      if (family_ == "am-journeys" && differences.empty()) {
        EXPECT_EQ(base::print_json(answer.body), base::print_json(record.body()));
      }
      // Tenants of older dates know fewer members than the one we imitate, and so do clients that they wrote.
      if (record.text("recordedAt") < "2026" || family_ == "am-oauth2-clients") {
        std::erase_if(differences, [](const std::string& difference) { return difference.ends_with(" is new"); });
      }
      EXPECT_TRUE(differences.empty()) << fmt::format("{}", fmt::join(differences, "\n"));
    }
    check_headers(record, answer);
  }

  static void check_error(const Record& record, const Answer& answer) {
    EXPECT_EQ(base::member(answer.body, "code"), record.body()["code"]);
    EXPECT_EQ(base::member(answer.body, "message"), record.body()["message"]);
    EXPECT_EQ(answer.body.contains("reason"), record.body().contains("reason"));
    if (record.body().contains("detail") && !record.body()["detail"].contains("validAttributes")) {
      EXPECT_EQ(base::member(answer.body, "detail"), record.body()["detail"]);
    }
  }

  static void check_headers(const Record& record, const Answer& answer) {
    EXPECT_EQ(answer.header("etag").empty(), record.response_header("etag").empty());
    if (!record.response_header("location").empty()) {
      EXPECT_EQ(base::percent_decode(answer.header("location")), record.response_header("location"));
    }
    EXPECT_EQ(answer.header("x-not-modified"), record.response_header("x-not-modified"));
  }

  std::string family_;
  Json records_;
};

inline bool has_recordings() {
  return fs::exists(recordings() / "README.md");
}

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_recordings()) GTEST_SKIP() << "no recordings of tenants at " << recordings() << "; set AIC_RECORDINGS";
  }
};

}  // namespace sandbox
