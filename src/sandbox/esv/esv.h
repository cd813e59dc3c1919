// /environment: variables and secrets of the tenant, its restart, and the switch for AI agents.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "sandbox/tenant.h"

namespace sandbox {

// A secret never shows its value; its versions are newest first.
struct Secret {
  base::Json document;
  base::Json versions = base::Json::array();
};

struct EsvState {
  std::map<std::string, base::Json> variables;
  std::map<std::string, Secret> secrets;
  std::int64_t restarted_ms = 0;  // when a restart was last asked for; 0 = never
};

namespace esv {

std::optional<ApiReply> handle_variables(Tenant& tenant, const ApiRequest& request);
std::optional<ApiReply> handle_secrets(Tenant& tenant, const ApiRequest& request);
// The items of a query in this area's shape (alphabetical members).
ApiReply list_reply(const ApiRequest& request, std::vector<base::Json> items);
base::Json body_of(const ApiRequest& request);
// Refuses an id that is none, and a value that is not base64 or too long.
void check_id(const std::string& id);
std::string checked_value(const base::Json& body);
// UTC with nine digits of seconds at most, trailing zeros cut.
std::string change_date(std::int64_t unix_ms);

}  // namespace esv
}  // namespace sandbox
