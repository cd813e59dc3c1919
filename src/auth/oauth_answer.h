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

// All three wipe the body. They throw OAuthError for everything that is not the answer asked for.
TokenAnswer read_token(net::Response& response, const Asked& asked);
DeviceCode read_device_code(net::Response& response, const Asked& asked);
PollAnswer read_poll(net::Response& response, const Asked& asked);

}  // namespace auth
