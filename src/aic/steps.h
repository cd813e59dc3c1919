// What a call of several steps has done so far, for the failure that tells when it stops half-way (R-WRT-10).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace aic {

class Steps {
 public:
  // Names all steps beforehand, in their order: "OAuth 2.0 client shop-web", "application Shop".
  explicit Steps(std::vector<std::string> planned) : open_(std::move(planned)) {}

  // The next planned step happened, as `what` if that says more than the plan did.
  void done(std::string what = {});
  // A finished step was taken back: it counts as not done again (R-WRT-11).
  void undone();

  // The failure of a call that stops here: `partial` with `done` and `notDone` when anything is left behind, else the
  // cause itself. Of the step that stopped, `notDone` says so where it may have happened. `next` names the call that
  // finishes or undoes it.
  base::Error stopped(base::Error cause, std::string next) const;

 private:
  std::vector<std::string> done_;
  std::vector<std::string> open_;
};

}  // namespace aic
