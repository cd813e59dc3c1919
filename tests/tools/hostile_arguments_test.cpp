// A value that a caller made up never reaches another endpoint, parameter or header: every text of every tool's
// arguments is replaced by hostile ones, and what is sent must look as it does for an ordinary value.
#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/log.h"
#include "base/url.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"

namespace {

using base::Json;
using test::ToolTest;
using tools::Shape;
using tools::Tool;

// Answers everything with a document in which most things can be found, and notes the requests.
class Obliging final : public http::HttpClient {
 public:
  net::Task<http::Response> send(http::Request request) override {
    sent.push_back(request);
    co_return http::Response{
        .status = 200,
        .headers = {{"content-type", "application/json"}, {"etag", "\"1\""}},
        .body =
            R"({"_id":"a","_rev":"1","objects":[{"name":"a","schema":{"properties":{}}}],"result":[{"_id":"a"}],"resultCount":1,"nodes":{},"core":{}})"};
  }
  std::vector<http::Request> sent;
};

// Everything of a request that an argument must not change: method, host, segments, names of parameters and headers.
std::string structure(const http::Request& request, const std::string& variable) {
  base::Url url;
  if (!base::parse_url(request.url, url)) return "no URL: " + request.url;
  std::string out = request.method + " " + url.scheme + "://" + url.user_info + "@" + url.host + ":" + url.port;
  std::stringstream path(url.path);
  for (std::string segment; std::getline(path, segment, '/');)
    out += "/" + (!variable.empty() && segment.find(variable) != std::string::npos ? "*" : segment);
  for (const auto& [name, value] : base::parse_form(url.query)) out += "&" + name;
  if (url.has_fragment) out += "#";
  for (const auto& [name, value] : request.headers) {
    out += "|" + name;
    if (value.find_first_of("\r\n") != std::string::npos) out += " broken in two";
  }
  return out;
}

const std::string plain = "plain";

// A value that the check accepts; texts that may be anything are `free`.
Json sample(const Shape& shape, const std::string& free) {
  switch (shape.kind) {
    case Shape::Kind::text:
      if (!shape.choices.empty()) return shape.choices.front();
      for (const auto& text : {free, "custom_" + free, "esv-" + free, "https://" + free,
                               std::string("123e4567-e89b-42d3-a456-426614174000"), std::string("-15m")})
        if (!shape.syntax || shape.syntax->violation(text).empty()) return text;
      return free;
    case Shape::Kind::boolean:
      return false;
    case Shape::Kind::integer:
      return std::max<std::int64_t>(shape.least, 0);
    case Shape::Kind::number:
      return 1;
    case Shape::Kind::list:
      return Json::array({sample(shape.element.front(), free)});
    case Shape::Kind::map:
      return Json{{"n1", sample(shape.element.front(), free)}};
    case Shape::Kind::record: {
      Json out = Json::object();
      for (const auto& member : shape.members) out[member.name] = sample(member.shape, free);
      return out;
    }
    default:
      return Json::object();
  }
}

// Arguments with which the tool has something to send.
Json arguments_of(const Tool& tool) {
  static const std::map<std::string_view, const char*> specials = {
      {"queryLogs", R"({"queryFilter":"/payload/plain eq 'plain'","endTime":"now","fields":null})"},
      {"setVariable", R"({"value":"plain"})"},
      {"createTheme", R"({"themeData":{"name":"plain"}})"},
      {"createManagedObjectDefinition", R"({"objectDefinition":{"schema":{"properties":{}}}})"},
      {"patchManagedObjectRelationship",
       R"({"propertyDefinition":{"type":"relationship","resourceCollection":[{"path":"managed/a"}]}})"},
      {"createJourney",
       R"({"journeyData":{"entryNodeId":"n1","nodes":{"n1":{"nodeType":"plain","displayName":"plain","connections":{"plain":"success"},"config":{}}}},"replace":true})"},
      {"updateJourney",
       R"({"revision":"1","entryNodeId":"n1","nodes":{"n1":{"nodeType":"plain","displayName":"plain","connections":{"plain":"success"},"config":{}}}})"},
      {"getJourney", R"({"format":"tree"})"},
      {"createOidcApp", R"({"owners":[{"_ref":"managed/alpha_user/plain"}]})"},
  };
  Json arguments = sample({.kind = Shape::Kind::record, .members = tool.params}, plain);
  if (const auto special = specials.find(tool.name); special != specials.end())
    arguments.update(base::parse_json(special->second));
  return arguments;
}

// The places of all texts in a sample, as pointers.
void collect_texts(const Json& value, const std::string& path, std::vector<std::string>& out) {
  if (value.is_string()) out.push_back(path);
  if (value.is_structured())
    for (const auto& [key, child] : value.items()) collect_texts(child, path + "/" + key, out);
}

std::vector<std::string> sent_by(const Tool& tool, const Json& arguments, const std::string& variable) {
  ToolTest t;
  Obliging http;
  t.http = &http;
  t.call(tool, arguments);
  std::vector<std::string> out;
  for (const auto& request : http.sent) out.push_back(structure(request, variable));
  return out;
}

const std::vector<std::string>& hostile_values() {
  static const std::vector<std::string> values = {"..",
                                                  ".",
                                                  "../../../environment/secrets",
                                                  "a/../b",
                                                  "%2e%2e%2fzqx",
                                                  "a\\b",
                                                  "zqx/x",
                                                  "zqx?_action=delete",
                                                  "zqx#x",
                                                  "zqx&_fields=*",
                                                  "zqx=1&zqx=2",
                                                  "zqx\" or true or \"",
                                                  "zqx' or 'a' eq 'a",
                                                  "zqx\r\nX-Injected: 1",
                                                  std::string("zqx\0x", 5),
                                                  "zqx\u0085x",
                                                  "zqx\x7f",
                                                  "constructor",
                                                  "__proto__",
                                                  "toString",
                                                  "zqx;jsessionid=1",
                                                  "zqx@evil.example",
                                                  "//evil.example/zqx",
                                                  "https://evil.example/zqx",
                                                  "zqx+x y",
                                                  "%",
                                                  "%zz",
                                                  "zqx😀",
                                                  " ",
                                                  "*",
                                                  "~2",
                                                  std::string(1'000'000, 'z')};
  return values;
}

TEST(HostileArguments, NeverReachAnotherEndpoint) {
  base::set_log_level(base::LogLevel::error);
  for (const Tool* tool : tools::catalog()) {
    const Json arguments = arguments_of(*tool);
    std::vector<std::string> texts;
    collect_texts(arguments, "", texts);
    for (const auto& text : texts) {
      const Json::json_pointer place(text);
      Json changed = arguments;
      auto& varied = changed[place].get_ref<std::string&>();
      if (const auto at = varied.find(plain); at != std::string::npos) varied.replace(at, plain.size(), "zqx");
      const auto ordinary = sent_by(*tool, changed, varied);
      for (const auto& value : hostile_values()) {
        // The id of a feature may hold slashes.
        if (text == "/featureName" && value == "zqx/x") continue;
        SCOPED_TRACE(std::string(tool->name) + text + " = " + value.substr(0, 50));
        changed[place] = value;
        const auto requests = sent_by(*tool, changed, base::percent_encode(value));
        EXPECT_LE(requests.size(), ordinary.size());
        for (std::size_t i = 0; i < std::min(requests.size(), ordinary.size()); ++i)
          EXPECT_EQ(requests[i], ordinary[i]);
      }
    }
  }
}

// Otherwise the test above would compare nothing with nothing.
TEST(HostileArguments, AreComparedWithCallsThatSendSomething) {
  for (const Tool* tool : tools::catalog()) {
    // undoChange takes no text, and there is nothing to undo here.
    if (tool->scopes.empty() || tool->name == "undoChange") continue;
    const Json arguments = arguments_of(*tool);
    EXPECT_FALSE(sent_by(*tool, arguments, {}).empty()) << tool->name;
  }
}

}  // namespace
