#include "sandbox/seed/seed.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/am/am.h"
#include "sandbox/api.h"
#include "sandbox/idm/idm.h"
#include "sandbox/logs/logs.h"

namespace sandbox {
namespace {

TEST(Seed, TheSameSeedMakesTheSameTenant) {
  const Tenant one(test_options());
  const Tenant two(test_options());
  EXPECT_EQ(one.idm->objects, two.idm->objects);
  EXPECT_EQ(one.am->realms.at("alpha").trees, two.am->realms.at("alpha").trees);
  ASSERT_EQ(one.logs->entries.size(), two.logs->entries.size());
  EXPECT_EQ(one.logs->entries.back().payload, two.logs->entries.back().payload);
}

TEST(Seed, AnotherSeedMakesOtherPeople) {
  TenantOptions options = test_options();
  options.seed = 2;
  const Tenant one(test_options());
  const Tenant two(options);
  EXPECT_NE(one.idm->objects.at("alpha_user").front()["_id"], two.idm->objects.at("alpha_user").front()["_id"]);
}

// What is there from the start must pass the tenant's own checks.
TEST(Seed, EveryObjectPassesItsPolicies) {
  const Tenant tenant(test_options());
  for (const auto& [type, objects] : tenant.idm->objects) {
    for (const Json& object : objects) {
      EXPECT_NO_THROW(idm::check_policies(*tenant.idm, type, object, base::text_member(object, "_id"))) << object;
    }
  }
}

TEST(Seed, EveryRelationshipIsSeenFromBothEnds) {
  const Tenant tenant(test_options());
  ASSERT_GT(tenant.idm->links.size(), 1000U);
  for (const auto& [key, links] : tenant.idm->links) {
    for (const Link& link : links) {
      EXPECT_TRUE(idm::find_object(*tenant.idm, link.type, link.id)) << key;
      if (link.reverse.empty()) continue;
      const auto& back = idm::links_of(*tenant.idm, link.type, link.id, link.reverse);
      EXPECT_TRUE(std::ranges::any_of(back, [&](const Link& other) { return other.edge == link.edge; })) << key;
    }
  }
}

TEST(Seed, JourneysAreWired) {
  Api api;
  for (const std::string realm : {"alpha", "bravo"}) {
    const auto& state = api.tenant.am->realms.at(realm);
    EXPECT_GE(state.trees.size(), 6U);
    for (const Json& tree : state.trees) {
      for (const auto& [id, node] : tree["nodes"].items()) {
        const AmNode* instance =
            am::find_node(state, node["nodeType"].get<std::string>(), base::text_member(node, "version"), id);
        ASSERT_TRUE(instance) << tree["_id"] << node;
        const Json outcomes = am::node_document(state, *instance)["_outcomes"];
        EXPECT_EQ(outcomes.size(), node["connections"].size()) << tree["_id"] << node;
      }
    }
  }
}

TEST(Seed, ScriptsOfNodesExist) {
  Api api;
  for (const AmNode& node : api.tenant.am->realms.at("alpha").nodes) {
    if (node.type != "ScriptedDecisionNode") continue;
    EXPECT_EQ(api.get("/am/json/alpha/scripts/" + base::text_member(node.settings, "script")).status, 200);
  }
}

TEST(Seed, ApplicationsAreLinkedToClientsThatExist) {
  Api api;
  for (const std::string realm : {"alpha", "bravo"}) {
    for (const Json& application : api.tenant.idm->objects.at(realm + "_application")) {
      const std::string client = base::text_member(application["ssoEntities"], "oidcId");
      if (client.empty()) continue;
      EXPECT_EQ(api.get(fmt::format("/am/json/{}/realm-config/agents/OAuth2Client/{}", realm, client)).status, 200)
          << client;
    }
  }
}

TEST(Seed, LogsReachBackADayAndHoldAThousandEntries) {
  const Tenant tenant(test_options());
  EXPECT_GE(tenant.logs->entries.size(), 1000U);
  EXPECT_LT(tenant.logs->entries.front().time_ms, test_now_ms - 20 * 3'600'000);
  EXPECT_LE(tenant.logs->entries.back().time_ms, test_now_ms);
}

}  // namespace
}  // namespace sandbox
