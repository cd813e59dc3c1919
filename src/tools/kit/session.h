// What a tool may know and do about the signed-in person and about this process: the program gives it (app/acting.h).
// Tools know neither sign-ins nor tokens.
#pragma once

#include <string>

#include "aic/journal.h"
#include "base/json.h"
#include "net/task.h"
#include "tools/kit/preview.h"

namespace tools {

class Session {
 public:
  virtual ~Session() = default;
  // Who is signed in, what is offered, and what this process has done so far; after a sign-in where `sign_in` asks for
  // one and nobody is signed in.
  virtual net::Task<base::Json> who(bool sign_in) = 0;
  // Ends the sign-in, and says what that came to.
  virtual net::Task<base::Json> sign_out() = 0;
  // Runs another tool without its writes: nothing that changes the tenant leaves (R-PRE-01). Throws for a tool that is
  // not offered, or that there is no preview of, and for arguments that it does not take.
  virtual net::Task<Preview> preview(std::string tool, base::Json arguments) = 0;
  // What this process has changed (R-UND-01).
  virtual const aic::Journal& journal() const = 0;
  // Stands for the person who is signed in, as in aic::Change.
  virtual std::string signed_in_as() const = 0;
};

}  // namespace tools
