#include "app/doctor/environment.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace app {

Finding check_variables(const Options& options, const Environment& environment,
                        std::span<const std::string_view> wanted) {
  Finding finding{.check = "environment"};
  if (options.container) {
    return {.check = finding.check, .verdict = Verdict::skip, .cause = "container mode needs no desktop session"};
  }
  std::vector<std::string_view> missing;
  for (const auto name : wanted) {
    const bool is_set = std::ranges::any_of(environment, [&](const auto& each) {
      return base::same_ignoring_case(each.first, name) && !each.second.empty();
    });
    if (!is_set) missing.push_back(name);
  }
  if (missing.empty()) {
    finding.cause = fmt::format("{} are set", fmt::join(wanted, ", "));
    return finding;
  }
  finding.verdict = Verdict::fail;
  finding.cause = fmt::format("not set: {}", fmt::join(missing, ", "));
  finding.remedy = fmt::format("Add {} to `env` of the server's entry in the MCP client.", fmt::join(missing, ", "));
  return finding;
}

}  // namespace app
