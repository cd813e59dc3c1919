#include "app/version.h"

#include <fmt/format.h>

#include "app/commit.h"  // written by cmake/commit.cmake
#include "http/client/curl_client.h"

namespace app {

std::string version_text() {
  return fmt::format("aic-mcp-server {}\ncommit {}, {}\n{}", AIC_VERSION, commit, AIC_BUILT_FOR,
                     http::library_versions());
}

}  // namespace app
