#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/encoding.h"
#include "sandbox/data.h"
#include "sandbox/html_pages.h"
#include "sandbox/oauth/oauth.h"

namespace sandbox {
namespace {

// Without characters that are taken for one another.
constexpr std::string_view user_code_characters = "234567ACDEFGHJKLMNPQRSTWXYZabcdefhijkmnopqrstwxyz";
constexpr std::size_t user_code_length = 8;
constexpr std::chrono::seconds slow_down_step{5};

std::string make_user_code(base::Random& random) {
  std::string code;
  while (code.size() < user_code_length) {
    const auto byte = static_cast<unsigned char>(random.bytes(1)[0]);
    const std::size_t fair = 256 / user_code_characters.size() * user_code_characters.size();
    if (byte < fair) code += user_code_characters[byte % user_code_characters.size()];
  }
  return code;
}

DeviceGrant* pending_grant(OAuth& oauth, std::string_view user_code) {
  const auto found = std::ranges::find_if(oauth.devices, [&](const auto& entry) {
    return entry.second.user_code == user_code && entry.second.state == DeviceGrant::State::pending &&
           oauth.clock.now() < entry.second.expires;
  });
  return found == oauth.devices.end() ? nullptr : &found->second;
}

ApiReply code_form(const OAuth& oauth, bool failed) {
  return page(
      failed ? 400 : 200, "Connect a device",
      fill(data::device_html,
           {{"host", oauth.options.host},
            {"problem",
             failed ? "<p class=\"problem\" role=\"alert\">This code is unknown, already used or expired.</p>" : ""}}));
}

ApiReply approval_form(const DeviceGrant& device, const std::string& csrf) {
  std::string scopes;
  for (const auto& scope : device.grant.scopes) scopes += fill("<li><code>{{scope}}</code></li>", {{"scope", scope}});
  return page(200, "Connect a device",
              fill(data::consent_html,
                   {{"action", "/am/oauth2/device/user"},
                    {"client", device.grant.client_id},
                    {"code", fill("<p>Continue only if your program shows this code:</p><p class=\"code\">{{code}}</p>",
                                  {{"code", device.user_code}})},
                    {"scopes", scopes},
                    {"fields", hidden_fields({{"user_code", device.user_code}, {"csrf", csrf}})}}));
}

}  // namespace

ApiReply issue_device_code(OAuth& oauth, const ApiRequest& request) {
  const auto form = base::parse_form(request.body);
  Grant grant{.client_id = field(form, "client_id"),
              .challenge = field(form, "code_challenge"),
              .scopes = split_scopes(field(form, "scope"))};
  if (!knows_client(oauth, grant.client_id) || !field(form, "client_secret").empty())
    return oauth_error(400, "invalid_client", "Client authentication failed");
  if (grant.client_id != login_client)
    return oauth_error(400, "unauthorized_client", "The client is not authorized to request this grant type.");
  if (!grant.challenge.empty() && field(form, "code_challenge_method") != "S256")
    return oauth_error(400, "invalid_request", "Unsupported code challenge method, S256 is required");
  if (const auto unknown = unknown_scopes(grant.scopes); !unknown.empty())
    return oauth_error(400, "invalid_scope", fmt::format("Unknown/invalid scope(s): [{}]", join_scopes(unknown)));

  const std::string device_code = oauth.random_text(32);
  const std::string page_url = oauth.origin() + "/am/oauth2/device/user";
  const DeviceGrant device{.grant = std::move(grant),
                           .user_code = make_user_code(oauth.random),
                           .expires = oauth.clock.now() + oauth.options.device_lifetime,
                           .interval = oauth.options.device_interval};
  oauth.secrets.of_sign_ins.push_back(device_code);
  oauth.devices[device_code] = device;
  return json_reply(200, {{"user_code", device.user_code},
                          {"device_code", device_code},
                          {"interval", device.interval.count()},
                          {"verification_uri", page_url},
                          {"verification_uri_complete", page_url + "?user_code=" + device.user_code},
                          {"expires_in", oauth.options.device_lifetime.count()}});
}

ApiReply device_page(OAuth& oauth, const ApiRequest& request) {
  const bool is_post = request.method == "POST";
  const auto fields = is_post ? base::parse_form(request.body) : request.query;
  const std::string user_code = field(fields, "user_code");
  const std::string session = session_of(oauth, request);
  if (session.empty())
    return to_sign_in("/am/oauth2/device/user" + (user_code.empty() ? "" : "?user_code=" + user_code));
  if (user_code.empty()) return code_form(oauth, false);
  auto* device = pending_grant(oauth, user_code);
  if (device == nullptr) return code_form(oauth, true);
  if (!is_post || field(fields, "csrf") != session) return approval_form(*device, session);

  const bool allowed = field(fields, "decision") == "allow";
  device->grant.user = oauth.sessions.at(session);
  device->state = allowed ? DeviceGrant::State::allowed : DeviceGrant::State::denied;
  if (allowed) return message_page(200, "Connected", "You can close this page and return to your program.", true);
  return message_page(200, "Refused", "The program has no access. You can close this page.");
}

// RFC 8628 §3.5, with AM's status for a login that is still pending.
ApiReply poll_device(OAuth& oauth, const base::FormFields& form) {
  const auto found = oauth.devices.find(field(form, "device_code"));
  if (found == oauth.devices.end() || found->second.grant.client_id != field(form, "client_id") ||
      found->second.state == DeviceGrant::State::used)
    return oauth_error(400, "invalid_grant", "The device code is unknown.");
  auto& device = found->second;
  const auto now = oauth.clock.now();
  if (now >= device.expires) return oauth_error(400, "expired_token", "The device code has expired");
  if (device.state == DeviceGrant::State::denied)
    return oauth_error(400, "access_denied", "The resource owner denied the request");
  const bool too_fast = device.last_poll && now < *device.last_poll + device.interval;
  device.last_poll = now;
  if (too_fast) {
    device.interval += slow_down_step;
    return oauth_error(400, "slow_down", "The polling interval has not elapsed since the last request");
  }
  if (device.state == DeviceGrant::State::pending)
    return oauth_error(oauth.options.pending_status, "authorization_pending",
                       "The user has not yet completed authorization");
  if (!device.grant.challenge.empty() && !verifies(device.grant.challenge, field(form, "code_verifier")))
    return oauth_error(400, "invalid_grant", "The code verifier does not match.");
  oauth.secrets.of_sign_ins.push_back(field(form, "code_verifier"));
  device.state = DeviceGrant::State::used;
  return token_reply(oauth,
                     {.client_id = device.grant.client_id, .scopes = device.grant.scopes, .user = device.grant.user},
                     oauth.options.login_lifetime);
}

}  // namespace sandbox
