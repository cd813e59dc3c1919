// What tools of one call are given of the sign-in and of this process (tools/kit/session.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/bearers.h"
#include "app/options.h"
#include "app/persons.h"
#include "auth/session.h"
#include "tools/kit/run.h"
#include "tools/kit/session.h"
#include "tools/kit/tool.h"

namespace app {

// What this process has done so far.
struct Counters {
  std::uint64_t calls = 0, requests = 0, changes = 0;
};

// What stands for the person in fingerprints and in the journal. A name may still be being looked up for one call and
// be known to the next; the login token's word does not change.
std::string signed_in_as(const auth::SignIn& sign_in);

class Acting final : public tools::Session {
 public:
  // What is named outlives this object.
  struct Parts {
    auth::Session& session;
    Persons& persons;
    const Options& options;
    const std::vector<const tools::Tool*>& offered;
    const tools::UnseenCharacters& unseen;
    const Counters& counters;
    aic::Journal& journal;
    CallBearers& bearers;  // of the call
    const tools::MakeTenant& make_tenant;
    aic::Edges edges;
    aic::OnProgress progress;
    std::string revision;  // of the protocol, as the call's client speaks it
  };
  explicit Acting(Parts parts) : parts_(std::move(parts)) {}

  net::Task<base::Json> who(bool sign_in) override;
  net::Task<base::Json> sign_out() override;
  // Signs a person in, where nobody is.
  net::Task<> sign_in();
  net::Task<tools::Preview> preview(std::string tool, base::Json arguments) override;
  const aic::Journal& journal() const override { return parts_.journal; }
  std::string signed_in_as() const override;
  // The same of a tool that is at hand and of arguments that have passed the check.
  net::Task<tools::Preview> preview(const tools::Tool& tool, const base::Json& arguments);
  // Where the call's own tool is run.
  tools::Scene scene(std::size_t most_shown);

 private:
  Parts parts_;
};

}  // namespace app
