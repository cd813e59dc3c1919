#include "app/doctor/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"

namespace app {

using base::Json;

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "FAIL";
    case Verdict::skip:
      break;
  }
  return "skip";
}

std::string print(const Finding& finding) {
  std::string text =
      fmt::format("{:<4}  {:<11}  {}", to_string(finding.verdict), finding.check, base::printable(finding.cause));
  if (!finding.remedy.empty()) text += fmt::format(" -> {}", base::printable(finding.remedy));
  text += '\n';
  for (const auto& [name, value, from] : finding.details) {
    text += fmt::format("        {:<25}  {}  ({})\n", name, base::printable(value), from);
  }
  return text;
}

Json to_json(const Findings& findings) {
  Json checks = Json::array();
  for (const Finding& finding : findings) {
    Json check = {{"check", finding.check}, {"verdict", to_string(finding.verdict)}, {"cause", finding.cause}};
    if (!finding.remedy.empty()) check["remedy"] = finding.remedy;
    for (const auto& [name, value, from] : finding.details) {
      check["details"].push_back({{"name", name}, {"value", value}, {"from", from}});
    }
    checks.push_back(std::move(check));
  }
  return {{"version", AIC_VERSION}, {"verdict", has_failed(findings) ? "FAIL" : "ok"}, {"checks", std::move(checks)}};
}

bool has_failed(const Findings& findings) {
  return std::ranges::find(findings, Verdict::fail, &Finding::verdict) != findings.end();
}

bool has_failed(const Findings& findings, std::string_view check) {
  return std::ranges::any_of(findings,
                             [&](const Finding& each) { return each.check == check && each.verdict == Verdict::fail; });
}

}  // namespace app
