// The settings: environment and command line, read once and checked before anything else happens.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/session.h"
#include "base/log.h"
#include "base/url.h"

namespace app {

// Names as the system has them.
using Environment = std::map<std::string, std::string>;
Environment read_environment(const std::vector<std::string>& entries);  // "NAME=value"

// Which calls the person approves before anything is sent (R-APR-01).
enum class Approve { off, destructive, writes };
std::string_view to_string(Approve approve);

// What the settings (app/settings.h) come to. Made by read_options: the defaults are in the table.
struct Options {
  base::Origin tenant;
  bool container = false;
  auth::Flow flow = auth::Flow::browser;
  bool prompt_login = false;
  bool revoke_at_exit = false;
  auth::Place place = auth::Place::here;
  net::Duration login_wait{};
  std::optional<std::string> browser;  // BROWSER; empty = open none

  std::vector<std::string> ca_files;
  std::string proxy, no_proxy;
  net::Duration http_timeout{};
  std::optional<std::size_t> max_in_flight;  // none = as the HTTP client has it for each version

  std::size_t max_result_chars = 0;
  bool read_only = false;
  std::vector<std::string> tools;  // names of tools or families; empty = all
  Approve approve = Approve::off;

  std::string audit_file;  // UTF-8; empty = none
  bool audit_required = false;

  // Settings that are missing or unusable, a sentence each. The server does nothing for anybody then but say so
  // (R-CLI-05).
  std::vector<std::string> faults;
  std::string first_note;  // for whoever calls first; empty for none

  base::LogLevel log_level = base::LogLevel::warn;
  std::vector<std::string> warnings;  // to be logged once logging works
  std::vector<std::string> debug_notes;
};

// The scopes that every sign-in asks for, in the order of the vendor's server.
std::vector<std::string> login_scopes();

// Throws base::Error{invalid_request}, one line that names the setting and never its value, for a configured credential
// (R-TOP-07, -08). A missing or unusable tenant address (R-CFG-01, -02) and an unusable value of a setting of ours
// (R-CFG-03, -06) is a fault.
Options read_options(const Environment& environment);

// The credential-like command-line option among `arguments`, without its value; empty when there is none (R-TOP-07).
std::string credential_option(const std::vector<std::string>& arguments);

// What to say of arguments that were not understood: options by their names, no value of any kind.
std::string unknown_options(const std::vector<std::string>& arguments);

}  // namespace app
