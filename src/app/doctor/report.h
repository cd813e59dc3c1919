// What `doctor` found, a line for each check or one JSON object (R-DOC-01).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace app {

enum class Verdict { ok, warn, fail, skip };
std::string_view to_string(Verdict verdict);

struct Finding {
  // A further line: a setting, its value, and where that comes from.
  struct Detail {
    std::string name, value, from;
  };

  std::string check;
  Verdict verdict = Verdict::ok;
  std::string cause;   // what was found
  std::string remedy;  // what helps; empty where nothing is wrong
  std::vector<Detail> details;
};

using Findings = std::vector<Finding>;

// With a line break at the end. What comes from elsewhere stands in it without control characters.
std::string print(const Finding& finding);
base::Json to_json(const Findings& findings);

bool has_failed(const Findings& findings);
bool has_failed(const Findings& findings, std::string_view check);

}  // namespace app
