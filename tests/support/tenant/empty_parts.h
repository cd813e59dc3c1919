// A tenant in which nothing but nodes can name anything: all other parts that a search for references reads are there
// and empty, unless a test stubs one.
#pragma once

#include <string>

#include "support/tenant/tool_test.h"

namespace test {

inline const std::string config_query =
    "/openidm/config?_queryFilter=_id+sw+%22mapping%2F%22+or+_id+sw+%22emailTemplate%2F%22+or+_id+sw+"
    "%22endpoint%2F%22+or+_id+sw+%22schedule%2F%22+or+_id+sw+%22provisioner%22+or+_id+sw+%22external."
    "%22+or+_id+sw+%22fieldPolicy%2F%22+or+_id+sw+%22selfservice%22+or+_id+sw+%22privilege%22+or+_id+"
    "sw+%22alphaOrg%22+or+_id+sw+%22bravoOrg%22+or+_id+sw+%22ui%2Fconfiguration%22+or+_id+sw+%22acces"
    "s%22+or+_id+sw+%22authentication%22+or+_id+sw+%22notification%22+or+_id+sw+%22workflow%22+or+_id"
    "+sw+%22internal%22+or+_id+sw+%22uilocale%2F%22+or+_id+sw+%22servletfilter%2F%22+or+_id+sw+%22rou"
    "ter%22";

inline void hold_empty_parts(ToolTest& t, const std::string& realm = "alpha") {
  const std::string at = "/am/json/realms/root/realms/" + realm;
  const auto none = R"({"result":[]})";
  for (const char* place : {"/realm-config/services?_action=nextdescendents",
                            "/realm-config/services/SocialIdentityProviders?_action=nextdescendents"})
    t.tenant.http.always("POST", at + place, 200, none);
  for (const char* place :
       {"/realm-config/saml2?_queryFilter=true", "/realm-config/federation/circlesoftrust?_queryFilter=true",
        "/policies?_queryFilter=true",
        "/realm-config/secrets/stores/GoogleSecretManagerSecretStoreProvider/ESV/mappings?_queryFilter=true"})
    t.tenant.http.always("GET", at + place, 200, none);
  for (const auto& place : {"/am/json/" + realm + "/scripts?_queryFilter=true&_pageSize=-1",
                            "/am/json/" + realm + "/realm-config/agents/OAuth2Client?_queryFilter=true",
                            "/openidm/managed/" + realm + "_application?_queryFilter=true&_fields=name%2CssoEntities",
                            std::string("/am/json/node-designer/node-type?_queryFilter=true"),
                            std::string("/openidm/internal/role?_queryFilter=true&_fields=name%2Cprivileges"),
                            std::string("/am/json/global-config/services/CorsService/configuration?_queryFilter=true")})
    t.tenant.http.always("GET", place, 200, none);
  t.tenant.http.always("GET", config_query, 200, none);
  t.tenant.http.always("GET", "/openidm/config/sync", 404,
                       R"({"code":404,"reason":"Not Found","message":"Not Found"})");
}

}  // namespace test
