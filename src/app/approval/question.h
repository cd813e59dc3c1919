// What a person is asked to approve (R-APR-02).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "tools/kit/preview.h"
#include "tools/kit/tool.h"

namespace app {

struct Question {
  // One request that the call would send.
  struct Step {
    std::string what;  // in words: "Replaces the journey Login."
    std::string method, target;
    base::Json differences;  // as tools::Changes::entries, secrets hidden
    std::string note;        // what the differences do not tell; may be empty
  };

  std::string tool, title;    // "updateTheme", "Update theme"
  std::string person;         // who is signed in
  std::string tenant;         // host
  std::uint64_t sign_in = 0;  // number of the sign-in that the call acts for
  bool is_destructive = false;
  bool is_complete = true;  // false: further steps depend on the tenant's answers
  std::vector<Step> steps;
  std::vector<std::string> warnings;
  std::string moved;  // why it is asked again; empty the first time
  std::string fingerprint;

  std::size_t differences() const;
};

Question make_question(const tools::Tool& tool, const tools::Preview& preview, std::string person, std::string tenant);

// All of it as JSON, for downloading.
base::Json to_json(const Question& question);

// The value of one side of a difference as a person reads it: texts as they are, all else as JSON; characters that are
// not seen are shown.
std::string readable(const base::Json& value);

}  // namespace app
