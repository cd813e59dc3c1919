// A stubbed tenant with one journey, for the tests of what reads and writes whole journeys.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "support/tenant/tool_test.h"

namespace test::journeys {

using base::Json;

inline const std::string at_trees = "/am/json/alpha/realm-config/authentication/authenticationtrees";
inline const std::string tree_path = at_trees + "/trees/Sign%20in";
inline const std::string types_path = at_trees + "/nodes?_action=getAllTypes";
inline constexpr const char* not_found = R"({"code":404,"reason":"Not Found","message":"Not Found"})";
inline const std::string id_a = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
inline const std::string id_b = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b";
inline const std::string id_c = "0c0c0c0c-0c0c-4c0c-8c0c-0c0c0c0c0c0c";
inline const std::string success = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";

inline Json json(const std::string& text) {
  return base::parse_json(text);
}

// A schema that takes any setting.
inline constexpr const char* any_settings = R"({"type":"object","patternProperties":{".*":{}}})";

// A tenant with the node types Ask, Pin and PageNode, whose nodes have the outcome "true" and any settings.
inline void know_types(ToolTest& t) {
  t.tenant.http.always("POST", types_path, 200, R"({"result":[{"_id":"Ask"},{"_id":"Pin"},{"_id":"PageNode"}]})");
  for (const std::string type : {"Ask", "Pin", "PageNode"}) {
    t.tenant.http.always("POST", at_trees + "/nodes/" + type + "?_action=listOutcomes", 200,
                         R"([{"id":"true","displayName":"True"}])");
    for (const char* version : {"", "/1.0", "/2.0"})
      t.tenant.http.always("POST", at_trees + "/nodes/" + type + version + "?_action=schema", 200, any_settings);
  }
  t.tenant.http.always("GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes", 200,
                       R"({"result":[{"_id":"Default","nodes":{}}]})");
  t.tenant.http.always("POST", at_trees + "/nodes?_action=nextdescendents", 200, R"({"result":[]})");
}

inline void hold_node(ToolTest& t, const std::string& type, const std::string& id, const std::string& settings) {
  t.tenant.http.always("GET", at_trees + "/nodes/" + type + "/" + id, 200, settings);
}

// Keeps the settings that came with a journey, those inside of pages too.
inline void store_settings(ToolTest& t, const Json& tree) {
  for (const auto& [id, node] : tree["nodes"].items()) {
    Json config = node["config"];
    if (config.contains("nodes")) {
      for (Json& child : config["nodes"]) {
        const Json& own = base::member(child, "_properties");
        hold_node(t, child["nodeType"], child["_id"], own.is_null() ? "{}" : base::print_json(own));
        child.erase("_properties");
      }
    }
    hold_node(t, node["nodeType"], id, base::print_json(config));
  }
}

// Answers a PUT with what was sent, as the tenant does: without nodes' settings, with members of its own.
inline void store(ToolTest& t, int status = 200) {
  t.tenant.http.answer_with("PUT", tree_path, [status, &t](const test::Sent& sent) {
    Json stored = base::parse_json(sent.body);
    if (sent.body.contains("\"config\"")) store_settings(t, stored);
    stored["_rev"] = "99";
    stored["innerTreeOnly"] = base::member(stored, "innerTreeOnly") == true;
    for (Json& node : stored["nodes"]) {
      node.erase("config");
      if (!node.contains("version")) node["version"] = "1.0";
    }
    return http::Response{
        .status = status, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
  });
}

inline const Json& put_body(const ToolTest& t) {
  static Json body;
  body = nullptr;
  for (const auto& sent : t.tenant.sent()) {
    if (sent.method == "PUT") body = base::parse_json(sent.body);
  }
  return body;
}

inline std::string node(const std::string& connections, const std::string& type = "Ask",
                        const std::string& config = "{}") {
  return R"({"nodeType":")" + type + R"(","displayName":"N","connections":)" + connections + R"(,"config":)" + config +
         "}";
}

inline std::string create(const std::string& nodes, const std::string& more = "") {
  return R"({"realm":"alpha","journeyName":"Sign in","journeyData":{"entryNodeId":"a","nodes":)" + nodes + "}" + more +
         "}";
}

inline std::string update(const std::string& more) {
  return R"({"realm":"alpha","journeyName":"Sign in",)" + more + "}";
}

inline const std::string stored_tree =
    R"({"_id":"Sign in","_rev":"7","identityResource":"managed/alpha_user","entryNodeId":")" + id_a +
    R"(","innerTreeOnly":true,"description":"Old","enabled":false,"odd":1.50,"uiConfig":{"categories":"[]"},"nodes":{")" +
    id_a + R"(":{"nodeType":"Ask","displayName":"N","connections":{"true":")" + id_b + R"("},"x":300,"y":40},")" +
    id_b + R"(":{"nodeType":"PageNode","displayName":"P","connections":{"true":")" + success +
    R"("},"x":600,"y":40}},"staticNodes":{"startNode":{"x":1,"y":2}}})";
inline const std::string stored_page =
    R"({"_id":")" + id_b + R"(","_rev":"3","nodes":[{"_id":")" + id_c + R"(","nodeType":"Pin"}]})";

inline void hold_tree(ToolTest& t, const std::string& tree = stored_tree) {
  t.tenant.http.always("GET", tree_path, 200, tree);
}
inline void hold_page(ToolTest& t) {
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/" + id_b, 200, stored_page);
}

}  // namespace test::journeys
