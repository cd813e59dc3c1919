#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "support/tenant/tool_test.h"
#include "tools/journeys/picture/picture.h"
#include "tools/journeys/picture/svg.h"
#include "tools/journeys/routes.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tools::journeys::Picture;
using tools::journeys::Point;
using tools::journeys::Routes;

const std::string trees_path = "/am/json/alpha/realm-config/authentication/authenticationtrees";
constexpr const char* login = R"({"_id":"Login","entryNodeId":"page","nodes":{
  "page":{"nodeType":"PageNode","displayName":"Sign in","connections":{"c2-outcome":"check"}},
  "check":{"nodeType":"DataStoreDecisionNode","displayName":"Check","connections":{
    "true":"70e691a5-1e33-4ac3-a356-e7b6d60d92e0","false":"retry"}},
  "retry":{"nodeType":"RetryLimitDecisionNode","displayName":"Five tries","connections":{
    "Retry":"page","Reject":"e301438c-0bd0-429c-ab0c-66126501069a"}}}})";
constexpr const char* login_page =
    R"({"_id":"page","nodes":[{"_id":"c1","nodeType":"UsernameNode","displayName":"Name"},
  {"_id":"c2","nodeType":"PasswordNode"}]})";

Picture picture(const std::string& tree, const std::string& page = "null") {
  return tools::journeys::picture_of(base::parse_json(tree), Json{{"page", base::parse_json(page)}});
}

// One node with this name, type and outcome.
Picture picture_with(const std::string& text) {
  const Json node = {{"nodeType", text}, {"displayName", text}, {"connections", {{text, "a"}}}};
  const Json tree = {{"_id", text}, {"entryNodeId", "a"}, {"nodes", {{"a", node}, {"b", node}}}};
  return tools::journeys::picture_of(tree, {});
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts = {
      "\"]\n  click n1 href \"javascript:alert(1)\"",
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "]]></style><foreignObject>",
      "%%{init: {'securityLevel':'loose'}}%%",
      "&lt;script&gt; &#60; #60;",
      "` markdown ` $$x$$ fa:fa-user",
      "a\u202eb\u200bc\u0007d",
      "javascript:alert(1)//\\",
  };
  return texts;
}

TEST(Mermaid, ShowsNodesOutcomesAndWhatPagesHold) {
  EXPECT_EQ(tools::journeys::mermaid(picture(login, login_page)),
            "flowchart LR\n"
            "  start([\"Start\"]) --> n1\n"
            "  n1[\"Sign in<br/>PageNode<br/>• Name (UsernameNode)<br/>• PasswordNode (PasswordNode)\"]\n"
            "  n2[\"Check<br/>DataStoreDecisionNode\"]\n"
            "  n3[\"Five tries<br/>RetryLimitDecisionNode\"]\n"
            "  success([\"Success\"])\n"
            "  failure([\"Failure\"])\n"
            "  n1 -->|\"outcome\"| n2\n"
            "  n2 -->|\"true\"| success\n"
            "  n2 -->|\"false\"| n3\n"
            "  n3 -->|\"Retry\"| n1\n"
            "  n3 -->|\"Reject\"| failure\n");
}

TEST(Mermaid, KeepsNamesInTheirLabels) {
  for (const auto& text : hostile_texts()) {
    const auto drawn = tools::journeys::mermaid(picture_with(text));
    EXPECT_EQ(std::ranges::count(drawn, '\n'), 6) << drawn;
    // Start, two nodes, two arrows; nothing else may open a label.
    EXPECT_EQ(std::ranges::count(drawn, '"'), 10) << drawn;
    for (const char* part : {"%%", "<script", "<img", "javascript:", "`", "$", "fa:", "\u202e", "\u200b", "&"})
      EXPECT_THAT(drawn, Not(HasSubstr(part)));
  }
  EXPECT_THAT(tools::journeys::mermaid(picture_with("1. - list")), HasSubstr("1#46; - list"));
}

TEST(Svg, HasNeitherScriptNorOutsideReference) {
  for (const auto& text : hostile_texts()) {
    auto drawn = tools::journeys::svg(picture_with(text));
    const std::string name_space = "xmlns=\"http://www.w3.org/2000/svg\"";
    drawn.erase(drawn.find(name_space), name_space.size());
    for (const char* part : {"<script", "<img", "<foreignObject", "href=", "http:", "url(", "@import", "<!", "]]>",
                             " onerror=\"", "\u202e", "\u200b", "\u0007"})
      EXPECT_THAT(drawn, Not(HasSubstr(part)));
    EXPECT_EQ(drawn.find("</style>"), drawn.rfind("</style>"));
  }
}

TEST(Svg, ShowsNamesTypesOutcomesAndPagesForLightAndDark) {
  const auto drawn = tools::journeys::svg(picture(login, login_page));

  for (const char* part : {">Sign in<", ">PageNode<", ">Name<", ">UsernameNode<", ">PasswordNode<", ">false<",
                           ">Success<", ">Failure<", ">Start<", ">Login<", "prefers-color-scheme:dark"})
    EXPECT_THAT(drawn, HasSubstr(part));
}

TEST(Svg, TakesAnyShapeOfTree) {
  for (const char* tree :
       {"null", "[]", "{}", R"({"_id":7,"nodes":[]})", R"({"_id":"x","entryNodeId":"no","nodes":{"a":7,"b":null}})",
        R"({"nodes":{"a":{"nodeType":1,"displayName":[],"connections":[]},"b":{"connections":{"o":7,"p":"gone"}}}})"}) {
    const auto any = picture(tree, R"({"nodes":{"a":1}})");
    EXPECT_THAT(tools::journeys::svg(any), HasSubstr("</svg>")) << tree;
    EXPECT_THAT(tools::journeys::mermaid(any), HasSubstr("flowchart LR")) << tree;
  }
}

// A journey of many nodes whose outcomes lead forth, back and to themselves.
Picture tangle(std::size_t count) {
  Json nodes = Json::object();
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = [](std::size_t n) { return "n" + std::to_string(n); };
    nodes[id(i)] = {
        {"nodeType", "T"},
        {"displayName", id(i)},
        {"connections", {{"a", id((i + 1) % count)}, {"b", id((i * 7 + 3) % count)}, {"c", id(i / 2)}, {"d", id(i)}}}};
  }
  return tools::journeys::picture_of(Json{{"_id", "Tangle"}, {"entryNodeId", "n0"}, {"nodes", nodes}}, {});
}

bool crosses(Point from, Point to, const tools::journeys::Box& box) {
  const auto [left, right] = std::minmax(from.x, to.x);
  const auto [top, bottom] = std::minmax(from.y, to.y);
  return left < box.x + box.width && right > box.x && top < box.y + box.height && bottom > box.y;
}

TEST(Routes, KeepNodesApartAndArrowsOutOfThem) {
  const auto journey = tangle(40);
  const Routes routes(journey);
  for (std::size_t i = 0; i < journey.nodes.size(); ++i) {
    const auto& box = routes.box(i);
    EXPECT_LE(box.x + box.width, routes.size().width);
    EXPECT_LE(box.y + box.height, routes.size().height);
    for (std::size_t k = 0; k < i; ++k) EXPECT_FALSE(box.overlaps(routes.box(k))) << i << " " << k;
    for (std::size_t o = 0; o < journey.nodes[i].outcomes.size(); ++o) {
      const auto points = routes.arrow(i, o);
      for (std::size_t p = 1; p < points.size(); ++p) {
        EXPECT_TRUE(points[p].x == points[p - 1].x || points[p].y == points[p - 1].y);
        for (std::size_t k = 0; k < journey.nodes.size(); ++k)
          EXPECT_FALSE(crosses(points[p - 1], points[p], routes.box(k))) << i << "." << o << " through " << k;
      }
    }
  }
}

// Of one target arrows may run together; those of two must stay apart wherever they run alongside.
TEST(Routes, KeepVerticalsOfDifferentTargetsApart) {
  const auto journey = tangle(40);
  const Routes routes(journey);
  std::map<std::int64_t, std::set<std::size_t>> targets_at;
  for (std::size_t i = 0; i < journey.nodes.size(); ++i) {
    for (std::size_t o = 0; o < journey.nodes[i].outcomes.size(); ++o) {
      const auto points = routes.arrow(i, o);
      for (std::size_t p = 1; p < points.size(); ++p)
        if (points[p].x == points[p - 1].x) targets_at[points[p].x].insert(journey.nodes[i].outcomes[o].to);
    }
  }
  for (const auto& [x, targets] : targets_at) EXPECT_THAT(targets, SizeIs(1)) << x;
}

TEST(DrawJourney, ReadsTheTreeAndItsPagesOnly) {
  ToolTest t;
  t.tenant.json("GET", trees_path + "/trees/Login", login);
  t.tenant.json("GET", trees_path + "/nodes/PageNode/page", login_page);

  const auto result = t.call("drawJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(base::text_member(result.json, "mermaid"), HasSubstr("• Name (UsernameNode)"));
  EXPECT_THAT(result.attachments, IsEmpty());
  for (const auto& sent : t.tenant.sent())
    EXPECT_EQ(sent.header("accept-api-version"), "protocol=2.1,resource=1.0") << sent.line();
}

TEST(DrawJourney, EmbedsAnImageWhereAskedFor) {
  ToolTest t;
  t.tenant.json("GET", trees_path + "/trees/Step%20%3Cup%3E", R"({"_id":"Step <up>","nodes":{}})");

  const auto result = t.call("drawJourney", R"({"realm":"alpha","journeyName":"Step <up>","format":"svg"})");

  ASSERT_THAT(result.attachments, SizeIs(1));
  EXPECT_EQ(result.attachments[0].uri, "journey:///alpha/Step%20%3Cup%3E.svg");
  EXPECT_EQ(result.attachments[0].media_type, "image/svg+xml");
  EXPECT_THAT(result.attachments[0].text, HasSubstr("Step &lt;up&gt;"));
}

TEST(DrawJourney, DrawsAPageWithoutItsNodesWhenTheyCannotBeRead) {
  ToolTest t;
  t.tenant.json("GET", trees_path + "/trees/Login", login);
  t.tenant.json("GET", trees_path + "/nodes/PageNode/page", R"({"code":500,"message":"broken"})", 500);

  const auto result = t.call("drawJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("page page ("));
}

TEST(DrawJourney, FailsWithoutTheTree) {
  ToolTest t;
  t.tenant.json("GET", trees_path + "/trees/Login", R"({"code":404,"message":"Not Found"})", 404);

  EXPECT_THAT(t.call("drawJourney", R"({"realm":"alpha","journeyName":"Login"})"), Fails("not_found", "Login"));
}

}  // namespace
