// Opening a page in the person's browser (R-PKC-11, -12).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop.h"

namespace net {

class Browser {
 public:
  virtual ~Browser() = default;
  // True when an opener was started and did not fail within 3 s. Throws base::Error{not_available} where one was
  // killed.
  virtual Task<bool> open(std::string url) = 0;
};

struct BrowserOptions {
  // BROWSER: nothing = the system's opener; empty = open none; else candidates separated by ':' (';' on Windows).
  std::optional<std::string> command;
  // "NAME=value", as the opener is to inherit it; nothing = this process's own. Variables whose names begin with
  // `own_settings` and proxy variables with credentials are taken out (R-TOK-11).
  std::optional<std::vector<std::string>> environment = std::nullopt;
  std::string own_settings = "";
};

// Both must outlive the browser.
std::unique_ptr<Browser> system_browser(Loop& loop, Clock& clock, BrowserOptions options);

// The program that would be started first for a page, as a person names it; empty where there is none. May block for
// as long as desktop_session does.
std::string first_opener(const BrowserOptions& options);

// The candidates of BROWSER as argument lists: each split into words as a shell would (quotes and backslashes, no
// expansion), `%s` replaced by the URL, or the URL appended. A candidate with an open quote is left out.
std::vector<std::vector<std::string>> browser_commands(std::string_view setting, const std::string& url);

// Takes out what no child process is to see (R-TOK-11).
void leave_secrets_out(std::vector<std::string>& environment, std::string_view own_settings);

// Takes out what an AppImage or a Snap that started us has put there for itself: entries of any list of paths that lie
// in its own folders. With its libraries and modules the person's browser would not start. Other entries stay.
void leave_bundle(std::vector<std::string>& environment);

// The value of a variable among "NAME=value"; empty where there is none.
std::string_view value_of(const std::vector<std::string>& environment, std::string_view name);

}  // namespace net
