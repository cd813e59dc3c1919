// Reading what OAuth endpoints answer: pure functions of a response.
#pragma once

#include "auth/oauth.h"

namespace auth {

// Which request was answered, for the text of a failure.
struct Asked {
  std::string_view what;    // "the sign-in code"
  std::string_view client;  // client id that was sent
  std::string host;         // of the tenant
  std::string path;
  base::Errc failure;  // category of a refusal; Errc::internal = by its status
  std::string transaction_id;
};

// What leads on from an OAuth error, in the words of every place that reports one.
inline constexpr std::string_view other_tenant = "Set AIC_BASE_URL to a Sandbox or Development tenant.";
inline constexpr std::string_view sign_in_anew = "Call again to start a new sign-in.";
inline constexpr std::string_view wait_a_little = "Wait a moment, then call again.";
inline constexpr std::string_view not_set_up =
    "Ask an administrator of the tenant. This tenant is not set up for this server, so calling again does not help: "
    "what the server needs exists only in Sandbox and Development tenants.";

// The tenant does not know the client or does not let it do this (R-TOP-06).
bool is_client_error(std::string_view error);
// A failure that may be over when it is asked again.
bool is_passing(int status, std::string_view error);

// All three wipe the body. They throw OAuthError for everything that is not the answer asked for.
TokenAnswer read_token(http::Response& response, const Asked& asked);
DeviceCode read_device_code(http::Response& response, const Asked& asked);
PollAnswer read_poll(http::Response& response, const Asked& asked);

}  // namespace auth
