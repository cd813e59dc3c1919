// What CORS policies are made of: the forms of their settings and what may not stand together (R-COR-02, -03).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "tools/kit/syntax.h"

namespace tools {

namespace syntax {
extern const Syntax origin;      // "*" or scheme://host[:port]
extern const Syntax http_token;  // a method or header name (RFC 9110 §5.6.2)
}  // namespace syntax

namespace cors {

using base::Json;

inline constexpr std::string_view origins_name = "acceptedOrigins";
inline constexpr std::string_view credentials_name = "allowCredentials";

// All settings of a policy, in the order in which they are sent.
inline constexpr std::array<std::string_view, 7> setting_names = {
    origins_name, "acceptedMethods", "acceptedHeaders", "exposedHeaders", "maxAge", credentials_name, "enabled"};

// The settings that a policy has, without its other members and those that are null.
Json settings_of(const Json& policy);

// The first entry that repeats an earlier one; case counts for methods only.
std::optional<std::string> repeated_entry(std::string_view setting, const Json& entries);

// Every origin, and credentials: a browser would hand any page the answers meant for its user.
bool opens_to_all(const Json& settings);

// The settings that differ. The order of entries never counts; with `loosely`, neither does letters' case, which the
// tenant may store in its own way.
std::string differing(const Json& left, const Json& right, bool loosely);

}  // namespace cors
}  // namespace tools
