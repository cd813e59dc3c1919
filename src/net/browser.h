// Opening a page in the person's browser (R-PKC-11, -12).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/loop.h"

namespace net {

class Browser {
 public:
  virtual ~Browser() = default;
  // True when an opener was started and did not fail within 3 s.
  virtual Task<bool> open(std::string url) = 0;
};

struct BrowserOptions {
  // BROWSER: nothing = the system's opener; empty = open none; else candidates separated by ':' (';' on Windows).
  std::optional<std::string> command;
};

std::unique_ptr<Browser> system_browser(Loop& loop, Clock& clock, BrowserOptions options);

}  // namespace net
