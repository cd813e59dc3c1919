#include "auth/login_text.h"

#include <algorithm>

#include <fmt/core.h>

#include "auth/oauth_answer.h"

namespace auth {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view call_again = "Call the tool again to start a new sign-in.";

std::string tenant_hint(const Settings& settings) {
  return fmt::format(
      "If the tenant's page reported a problem with the client AICMCPClient: this client exists only in Sandbox and "
      "Development tenants, and {} may not be one of them.",
      settings.tenant.authority());
}

// How a browser on another machine reaches the port (R-PKC-21).
std::string place_hint(const Settings& settings) {
  switch (settings.place) {
    case Place::here:
      return {};
    case Place::ssh:
      return " This server runs in an SSH session: a browser on your own machine reaches it after `ssh -L "
             "3000:localhost:3000 <this host>`; or set AIC_LOGIN=device, which needs no port.";
    case Place::wsl:
      return " This server runs in WSL: a browser in Windows reaches it when localhostForwarding is on in .wslconfig "
             "(or networkingMode=mirrored), which forwards port 3000; or set AIC_LOGIN=device, which needs no port.";
  }
  return {};
}

Error ended(Errc code, std::string message, std::string next) {
  Error error(code, std::move(message));
  error.next = std::move(next);
  return error;
}

std::string code_sentence(const LoginAttempt& attempt) {
  if (attempt.user_code.empty()) return {};
  if (attempt.asks_for_code()) return fmt::format(" Enter the code {} there.", attempt.user_code);
  return fmt::format(" Check that the page shows the code {}.", attempt.user_code);
}

// For one line, behind the address.
std::string code_note(const LoginAttempt& attempt) {
  if (attempt.user_code.empty()) return {};
  return fmt::format(" ({} the code {})", attempt.asks_for_code() ? "enter" : "it shows", attempt.user_code);
}

// RFC 6749 §4.1.2.1: the person said no, the tenant could not now, or it never will.
std::string redirect_advice(std::string_view error) {
  if (error == "access_denied") return std::string(call_again);
  if (is_passing(0, error)) return "Wait a moment, then call the tool again to start a new sign-in.";
  return std::string(not_set_up);
}

std::string in_words(std::int64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

}  // namespace

std::string span_text(net::Duration span) {
  const auto seconds = std::max<std::int64_t>(span.count() / 1000, 0);
  if (seconds >= 120 || seconds == 60) return in_words(seconds / 60, "minute");
  return in_words(seconds, "second");
}

std::string prompt_message(const LoginAttempt& attempt, const std::string& host, Prompt::Mode mode) {
  std::string message = fmt::format("Sign in to {} so that this tool can act for you.", host);
  if (mode == Prompt::Mode::form) message += fmt::format("\n\nOpen this page in a browser:\n\n{}\n", attempt.url);
  if (!attempt.user_code.empty()) {
    message += '\n' + code_sentence(attempt).substr(1);
    if (!attempt.asks_for_code()) {
      message +=
          fmt::format(" If the page asks for the code, or to enter it manually, use {}", attempt.verification_uri);
    }
    message += '\n';
  }
  message += fmt::format("\nSign in only if the page's host is {}.", host);
  if (mode == Prompt::Mode::form) message += " Then answer here. You can also answer before you have signed in.";
  return message;
}

std::string progress_text(const LoginAttempt& attempt, const std::string& host) {
  if (!attempt.obstacle.empty()) return fmt::format("Waiting to sign in to {}: {}.", host, attempt.obstacle);
  if (attempt.url.empty()) return fmt::format("Starting the sign-in to {}.", host);
  if (attempt.browser_opened) return fmt::format("Waiting for the sign-in to {} in the browser.", host);
  return fmt::format("Waiting for the sign-in to {}: open {}{}", host, attempt.url, code_note(attempt));
}

std::string log_text(const LoginAttempt& attempt, const std::string& host) {
  return fmt::format("sign in to {}: {}{}", host, attempt.url, code_note(attempt));
}

Error still_pending(const LoginAttempt& attempt, const std::string& host, net::Instant now) {
  if (attempt.url.empty()) {
    return ended(Errc::login_required, progress_text(attempt, host), std::string(wait_a_little));
  }
  const auto left = std::max(std::chrono::duration_cast<net::Duration>(attempt.deadline - now), net::Duration::zero());
  const auto how =
      attempt.browser_opened ? "the page is open in the browser; complete the sign-in there, or open" : "open";
  Error error(Errc::login_required, fmt::format("Sign in to {} first: {} {} within {}.{}", host, how, attempt.url,
                                                span_text(left), code_sentence(attempt)));
  error.detail = {{"url", attempt.url}};
  if (!attempt.user_code.empty()) error.detail["userCode"] = attempt.user_code;
  error.detail["secondsLeft"] = left.count() / 1000;
  error.next = fmt::format(
      "Show the person this URL, ask them to check that its host is {}, and call again after they have signed in.",
      host);
  return error;
}

Error declined(const std::string& host) {
  return ended(Errc::login_declined, fmt::format("The person declined to sign in to {}.", host),
               "Do not call again on your own. Call again only if the person wants to sign in.");
}

Error timed_out(const Settings& settings, net::Duration limit) {
  return ended(Errc::login_failed,
               fmt::format("Nobody signed in to {} within {}. {}{}", settings.tenant.authority(), span_text(limit),
                           tenant_hint(settings), place_hint(settings)),
               std::string(call_again));
}

Error code_expired(const Settings& settings) {
  return ended(Errc::login_failed,
               fmt::format("The code for the sign-in to {} expired before it was used. {}", settings.tenant.authority(),
                           tenant_hint(settings)),
               "Call the tool again to get a new code.");
}

Error redirected_with_error(const Settings& settings, const std::string& error, const std::string& description) {
  const auto host = settings.tenant.authority();
  const auto said = description.empty() ? error : fmt::format("{}: {}", error, description);
  if (is_client_error(error)) {
    return ended(Errc::login_failed,
                 fmt::format("{} does not accept the OAuth client AICMCPClient ({}): that configuration exists only in "
                             "Sandbox and Development tenants of PingOne Advanced Identity Cloud.",
                             host, said),
                 std::string(other_tenant));
  }
  return ended(Errc::login_failed, fmt::format("{} ended the sign-in with an error ({}).", host, said),
               redirect_advice(error));
}

Error port_taken(const Settings& settings, std::uint16_t port, const std::string& holder, bool by_sibling) {
  if (by_sibling) {
    return ended(
        Errc::login_failed,
        fmt::format("Another AIC MCP server on this machine used port {} for its own sign-in the whole time.", port),
        "Complete or cancel that sign-in, then call again.");
  }
  const auto who = holder.empty() ? std::string("another program") : holder;
  return ended(Errc::login_failed,
               fmt::format("The sign-in needs port {} of this machine, but {} uses it. No other port is possible, "
                           "because the tenant's client accepts only http://localhost:{}.{}",
                           port, who, port, place_hint(settings)),
               fmt::format("Stop {} or move it to another port, then call again; or set AIC_LOGIN=device, which needs "
                           "no port.",
                           who));
}

Error stopped() {
  return ended(Errc::login_failed, "The sign-in was stopped.", std::string(call_again));
}

}  // namespace auth
