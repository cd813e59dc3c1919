// What tools of one call are given of the sign-in and of this process (tools/kit/session.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/options.h"
#include "app/persons.h"
#include "auth/session.h"
#include "tools/kit/session.h"
#include "tools/kit/tool.h"

namespace app {

// The tenant for one more run of a tool within a call: its person, its transaction id, its progress.
using MakeTenant = std::function<aic::Tenant(aic::Edges edges)>;

// What this process has done so far.
struct Counters {
  std::uint64_t calls = 0, requests = 0, changes = 0;
};

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
    net::Clock& clock;
    aic::Bearers& bearers;  // of the call
    MakeTenant make_tenant;
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
  // The same of a tool that is at hand and of arguments that have passed the check.
  net::Task<tools::Preview> preview(const tools::Tool& tool, const base::Json& arguments);

 private:
  Parts parts_;
};

}  // namespace app
