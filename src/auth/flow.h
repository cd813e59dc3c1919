// The two ways to sign a person in. Each carries one attempt from its first step to the login token.
#pragma once

#include "auth/login_attempt.h"
#include "auth/oauth.h"

namespace auth {

// What a flow works with; everything outlives it.
struct FlowContext {
  const Edges& edges;
  const Settings& settings;
  OAuth& oauth;
};

// Authorization code with PKCE: listener, browser, redirect, code (R-PKC-01 to -23). Both throw base::Error where the
// sign-in ended without a token.
net::Task<TokenAnswer> sign_in_by_browser(FlowContext context, LoginAttempt& attempt);
// Device code: code, prompt, polls (R-DEV-01 to -11).
net::Task<TokenAnswer> sign_in_by_device(FlowContext context, LoginAttempt& attempt);

}  // namespace auth
