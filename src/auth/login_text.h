// Every sentence that a sign-in says to the person or to the model in between.
#pragma once

#include <string>

#include "auth/login_attempt.h"
#include "base/error.h"

namespace auth {

// "4 minutes", "50 seconds"
std::string span_text(net::Duration span);

// The message of a prompt; in Mode::form it contains the address.
std::string prompt_message(const LoginAttempt& attempt, const std::string& host, Prompt::Mode mode);
// What a waiting call reports.
std::string progress_text(const LoginAttempt& attempt, const std::string& host);
// The one line on stderr (R-PKC-15).
std::string log_text(const LoginAttempt& attempt, const std::string& host);

// The call's result while the sign-in is pending (R-PKC-14, -22).
base::Error still_pending(const LoginAttempt& attempt, const std::string& host, net::Instant now);

base::Error declined(const std::string& host);
base::Error timed_out(const Settings& settings, net::Duration limit);
base::Error code_expired(const Settings& settings);
base::Error redirected_with_error(const Settings& settings, const std::string& error, const std::string& description);
base::Error port_taken(const Settings& settings, std::uint16_t port, const std::string& holder, bool by_sibling);
base::Error stopped();

}  // namespace auth
