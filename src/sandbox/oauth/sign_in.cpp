#include <algorithm>

#include <fmt/core.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sandbox/data.h"
#include "sandbox/html_pages.h"
#include "sandbox/oauth/oauth.h"

namespace sandbox {
namespace {

constexpr std::string_view cookie_name = "sandbox-sso";

// Only addresses of the tenant itself: the sign-in page must not send people elsewhere.
bool is_own_target(std::string_view target) {
  return target.starts_with("/am/oauth2/");
}

ApiReply form(const std::string& target, const OAuth& oauth, bool failed) {
  return page(failed ? 401 : 200, "Sign in",
              fill(data::sign_in_html,
                   {{"host", oauth.options.host},
                    {"problem",
                     failed ? "<p class=\"problem\" role=\"alert\">The user name or password is incorrect.</p>" : ""},
                    {"fields", hidden_fields({{"goto", target}})}}));
}

bool is_administrator(const OAuthOptions& options, const std::string& user) {
  return user == options.user || std::ranges::find(options.further_users, user) != options.further_users.end();
}

}  // namespace

std::string session_of(const OAuth& oauth, const ApiRequest& request) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (!pair.starts_with(cookie_name) || !pair.substr(cookie_name.size()).starts_with('=')) continue;
    const std::string session(pair.substr(cookie_name.size() + 1));
    if (oauth.sessions.contains(session)) return session;
  }
  return {};
}

ApiReply to_sign_in(std::string_view target) {
  return {.status = 302, .headers = {{"Location", "/am/XUI/?realm=/&goto=" + base::percent_encode(target)}}};
}

ApiReply sign_in(OAuth& oauth, const ApiRequest& request) {
  const bool is_answer = request.method == "POST";
  const auto fields = is_answer ? base::parse_form(request.body) : request.query;
  std::string target = field(fields, "goto");
  if (target.empty()) target = request.parameter("goto").value_or("");
  if (!is_own_target(target)) return message_page(400, "Nothing to sign in to", "This URL has no target.");
  if (!is_answer) return form(target, oauth, false);

  const std::string user = field(fields, "username");
  const bool right = is_administrator(oauth.options, user) &&
                     base::equal_in_constant_time(field(fields, "password"), oauth.options.password);
  log_login(oauth.tenant, {.name = "AM-LOGIN-COMPLETED",
                           .principal = user,
                           .result = right ? "SUCCESSFUL" : "FAILED",
                           .transaction_id = request.transaction_id,
                           .now_ms = request.now_ms});
  if (!right) return form(target, oauth, true);
  const std::string session = oauth.random_text(32);
  oauth.sessions[session] = user;
  return {
      .status = 302,
      .headers = {{"Location", target},
                  {"Set-Cookie", fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Lax", cookie_name, session)}}};
}

}  // namespace sandbox
