#include "app/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <ranges>
#include <string_view>

#include <fmt/format.h>

#include "app/offer.h"
#include "app/settings.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/text.h"
#include "http/client/proxy.h"
#include "http/client/trust_store.h"

namespace app {
namespace {

using base::Errc;
using base::Error;

constexpr const char* tenant_setting = "AIC_BASE_URL";

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

bool names_credential(std::string_view upper_name) {
  constexpr std::array<std::string_view, 7> marks = {"SECRET", "PASSWORD",     "PRIVATE_KEY",  "SERVICE_ACCOUNT",
                                                     "JWK",    "ACCESS_TOKEN", "REFRESH_TOKEN"};
  return std::ranges::any_of(marks, [&](auto mark) { return upper_name.find(mark) != std::string_view::npos; });
}

bool is_ours(std::string_view upper_name) {
  return upper_name.starts_with("AIC_") || upper_name.starts_with("PINGONE_AIC_") ||
         upper_name.starts_with("PINGONEAIC_");
}

[[noreturn]] void refuse_credential(std::string_view name) {
  throw Error(Errc::invalid_request,
              fmt::format("{} is set, but this server takes no stored credential: it acts only as the person who signs "
                          "in. Remove it and start again",
                          base::printable(name, 100)));
}

// The settings as the environment has them, looked up by their exact names or, for the proxy rules, in any case, and
// checked as the table says. What cannot be used is noted and counts as unset, so that one bad setting does not hide
// the next.
class Reader {
 public:
  Reader(const Environment& environment, std::vector<std::string>& faults)
      : environment_(environment), faults_(faults) {}

  void refuse(std::string fault) const { faults_.push_back(std::move(fault)); }

  std::optional<std::string> text(std::string_view name) const {
    const auto found = environment_.find(std::string(setting(name).name));
    return found == environment_.end() ? std::nullopt : std::optional(found->second);
  }

  // Empty counts as unset.
  std::string non_empty(std::string_view name) const { return text(name).value_or(""); }

  // Without the blanks round it (R-CFG-06); nothing else counts as unset.
  std::string any_case(std::string_view upper_name) const {
    const std::string_view wanted = setting(upper_name).name;
    for (const auto& [name, value] : environment_) {
      const auto trimmed = base::trim(value);
      if (!trimmed.empty() && upper(name) == wanted) return std::string(trimmed);
    }
    return {};
  }

  std::optional<long> given_number(std::string_view name) const {
    const auto least = setting(name).least;
    const auto most = setting(name).most;
    const std::string value = non_empty(name);
    if (value.empty()) return std::nullopt;
    long number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < least || number > most) {
      refuse(fmt::format("{} must be a whole number from {} to {}, not '{}'", name, least, most,
                         base::printable(value, 40)));
      return std::nullopt;
    }
    return number;
  }
  long number(std::string_view name) const { return given_number(name).value_or(default_number(setting(name))); }

  // Empty where it is not set and has no default.
  std::string choice(std::string_view name) const {
    return one_of(name, setting(name).values).value_or(std::string(setting(name).otherwise));
  }
  bool is_on(std::string_view name) const { return one_of(name, {"true", "false"}) == "true"; }
  bool is_set(std::string_view name) const { return !non_empty(name).empty(); }

 private:
  std::optional<std::string> one_of(std::string_view name, const std::vector<std::string>& values) const {
    std::string value = non_empty(name);
    if (value.empty()) return std::nullopt;
    if (std::ranges::find(values, value) != values.end()) return value;
    refuse(fmt::format("{} must be {}, not '{}'", name, fmt::join(values, " or "), base::printable(value, 40)));
    return std::nullopt;
  }

  const Environment& environment_;
  std::vector<std::string>& faults_;
};

void refuse_credentials(const Environment& environment) {
  for (const auto& [name, value] : environment) {
    const std::string upper_name = upper(name);
    if (!value.empty() && is_ours(upper_name) && names_credential(upper_name)) refuse_credential(name);
    if (name == tenant_setting && base::has_user_info(value)) {
      throw Error(Errc::invalid_request, fmt::format("{} must not contain a user name or password", tenant_setting));
    }
  }
}

void note_names(const Environment& environment, Options& options) {
  std::vector<std::string> ours;
  for (const Setting& each : settings()) {
    if (each.owner == Setting::Owner::server) ours.emplace_back(each.name);
  }
  for (const auto& [name, value] : environment) {
    const std::string upper_name = upper(name);
    const bool foreign_credential =
        upper_name == "CLIENT_SECRET" ||
        ((upper_name.starts_with("OAUTH_") || upper_name.starts_with("OAUTH2_")) && names_credential(upper_name));
    if (foreign_credential) {
      options.debug_notes.push_back(fmt::format("{} belongs to another program and is not read", name));
    }
    if (!upper_name.starts_with("AIC_") || std::ranges::find(ours, name) != ours.end()) continue;
    const std::string near = base::nearest(name, ours);
    options.warnings.push_back(fmt::format("{} is not a setting of this server and has no effect{}",
                                           base::printable(name, 100),
                                           near.empty() ? "" : "; did you mean " + near + "?"));
  }
}

// Why a file cannot serve as a CA file; empty when it can.
std::string ca_file_fault(const std::string& path) {
  try {
    http::check_ca_file(path);
  } catch (const Error& error) {
    return error.message;
  }
  return {};
}

void read_ca_files(const Reader& reader, Options& options) {
  for (const std::string_view name : {"AIC_CA_FILE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
    const std::string path = reader.non_empty(name);
    if (path.empty()) continue;
    const std::string fault = ca_file_fault(path);
    if (fault.empty()) {
      options.ca_files.push_back(path);
    } else if (setting(name).owner == Setting::Owner::server) {
      reader.refuse(fmt::format("{} cannot be used: {}", name, base::printable(fault, 300)));
    } else {
      options.warnings.push_back(fmt::format("{} is ignored: {}", name, base::printable(fault, 300)));
    }
  }
}

void read_audit(const Reader& reader, Options& options) {
  options.audit_required = reader.is_on("AIC_AUDIT_REQUIRED");
  const std::string path = reader.non_empty("AIC_AUDIT_FILE");
  // Clients start servers in folders of their own choice.
  if (!path.empty() && !std::filesystem::path(std::u8string(path.begin(), path.end())).is_absolute())
    return reader.refuse(fmt::format("AIC_AUDIT_FILE must be an absolute path, not '{}'", base::printable(path, 100)));
  options.audit_file = path;
  if (options.audit_required && path.empty()) reader.refuse("AIC_AUDIT_REQUIRED needs AIC_AUDIT_FILE");
}

void read_proxy(const Reader& reader, Options& options) {
  options.proxy = reader.any_case("HTTPS_PROXY");
  if (options.proxy.empty()) options.proxy = reader.any_case("ALL_PROXY");
  options.no_proxy = reader.any_case("NO_PROXY");
  try {
    http::parse_proxy(options.proxy);
  } catch (const Error& error) {
    reader.refuse(error.message);
  }
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : text) {
    if (c != ',' && c != ' ') {
      name += c;
    } else if (!name.empty()) {
      names.push_back(std::exchange(name, {}));
    }
  }
  if (!name.empty()) names.push_back(name);
  return names;
}

void read_tenant(const Reader& reader, Options& options) {
  const std::string text = reader.non_empty(tenant_setting);
  try {
    options.tenant = base::parse_origin(text);
  } catch (const Error& error) {
    return reader.refuse(fmt::format("{0} {1}; {0} must be the tenant's URL, such as {2}", tenant_setting,
                                     error.message, setting(tenant_setting).example));
  }
  if (!base::names_plain_http(text)) return;
  options.first_note = fmt::format("{} begins with http://, but this server speaks https only: it asks {}.",
                                   tenant_setting, options.tenant.url());
  options.warnings.push_back(options.first_note);
}

void read_login(const Reader& reader, Options& options) {
  options.container = reader.is_on("DOCKER_CONTAINER");
  const std::string login = reader.choice("AIC_LOGIN");
  const bool device = login == "device" || (options.container && login != "browser");
  if (options.container && login == "browser") {
    reader.refuse(
        "AIC_LOGIN=browser cannot work in a container: no browser reaches its port 3000. Leave AIC_LOGIN unset");
  }
  options.flow = device ? auth::Flow::device : auth::Flow::browser;
  options.prompt_login = reader.choice("AIC_LOGIN_PROMPT") == "login";
  options.login_wait = std::chrono::seconds(reader.number("AIC_LOGIN_WAIT_S"));
  options.browser = reader.text("BROWSER");
  if (reader.is_set("SSH_CONNECTION")) options.place = auth::Place::ssh;
  if (reader.is_set("WSL_DISTRO_NAME")) options.place = auth::Place::wsl;
}

void read_http(const Reader& reader, Options& options) {
  options.http_timeout = std::chrono::seconds(reader.number("AIC_HTTP_TIMEOUT_S"));
  if (const auto most = reader.given_number("AIC_MAX_IN_FLIGHT"))
    options.max_in_flight = static_cast<std::size_t>(*most);
}

void read_offer(const Reader& reader, Options& options) {
  options.read_only = reader.is_on("AIC_READ_ONLY");
  const std::string approve = reader.choice("AIC_APPROVE");
  if (approve == "writes") {
    options.approve = Approve::writes;
  } else if (approve == "destructive" || reader.is_on("AIC_CONFIRM_DESTRUCTIVE")) {
    options.approve = Approve::destructive;
  }
  const std::string names = reader.non_empty("AIC_TOOLS");
  options.tools = split_names(names);
  if (!names.empty() && options.tools.empty()) reader.refuse("AIC_TOOLS contains no name of a tool or family");
  const std::string fault = fault_of_names(options.tools);
  if (fault.empty()) return;
  reader.refuse(fault);
  options.tools.clear();
}

}  // namespace

std::string_view to_string(Approve approve) {
  switch (approve) {
    case Approve::off:
      return "off";
    case Approve::destructive:
      return "destructive";
    case Approve::writes:
      break;
  }
  return "writes";
}

Environment read_environment(const std::vector<std::string>& entries) {
  Environment environment;
  for (const std::string_view entry : entries) {
    const auto equals = entry.find('=', 1);
    if (equals != std::string_view::npos) environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

Options read_options(const Environment& environment) {
  refuse_credentials(environment);
  Options options;
  const Reader reader(environment, options.faults);
  read_tenant(reader, options);
  read_login(reader, options);
  read_http(reader, options);
  read_ca_files(reader, options);
  read_proxy(reader, options);
  read_audit(reader, options);
  options.max_result_chars = static_cast<std::size_t>(reader.number("AIC_MAX_RESULT_CHARS"));
  if (const auto level = base::parse_log_level(reader.choice("AIC_LOG_LEVEL"))) options.log_level = *level;
  options.revoke_at_exit = reader.is_on("AIC_REVOKE_AT_EXIT");
  read_offer(reader, options);
  note_names(environment, options);
  return options;
}

// `--name=value` and `--name:value` are told as `--name`, `-xVALUE` as `-x`.
std::string option_name(std::string_view argument) {
  const auto begin = std::min(argument.find_first_not_of('-'), argument.size());
  const auto is_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const auto end = begin + static_cast<std::size_t>(
                               std::ranges::distance(std::views::take_while(argument.substr(begin), is_of_name)));
  return std::string(argument.substr(0, begin == 1 ? std::min<std::size_t>(end, 2) : end));
}

std::string credential_option(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("-")) continue;
    std::string as_setting = upper(argument.substr(0, argument.find('=')));
    std::ranges::replace(as_setting, '-', '_');
    if (names_credential(as_setting)) return option_name(argument);
  }
  return {};
}

std::string unknown_options(const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  bool has_others = false;
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("-")) {
      has_others = true;
    } else if (const std::string name = option_name(argument); std::ranges::find(names, name) == names.end()) {
      names.push_back(name);
    }
  }
  if (names.empty()) return "unknown command";
  return fmt::format("unknown {}: {}{}", names.size() == 1 ? "option" : "options", fmt::join(names, ", "),
                     has_others ? "; values are not shown" : "");
}

std::vector<std::string> login_scopes() {
  return {"fr:idm:*", "fr:idc:monitoring:*", "fr:idc:esv:update", "fr:idc:esv:read", "fr:am:*"};
}

}  // namespace app
