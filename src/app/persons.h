// Who signed in: asked of the tenant once for each sign-in, beside the calls (R-SES-03, R-SES-04).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aic/tenant.h"
#include "auth/session.h"

namespace app {

class Persons {
 public:
  // What `edges` and `session` name outlives this object.
  Persons(aic::Edges edges, auth::Session& session, base::Origin tenant, aic::TimeLimits limits);
  ~Persons();
  Persons(const Persons&) = delete;
  Persons& operator=(const Persons&) = delete;

  // A token for these scopes was given to a call: the time to look the person up, where that can be done with them.
  void token_was_given(const aic::Scopes& scopes);
  // Whether two sign-ins were the same person's. Waits for a look-up where that decides it; in doubt they were not.
  net::Task<bool> same(auth::SignIn before, auth::SignIn now);
  // For people: "c0ffee-…", "unknown (403 Forbidden)".
  std::string name_of(const auth::SignIn& sign_in) const;
  // The same, after waiting for a look-up that is under way: for the audit log.
  net::Task<std::string> name_when_known(auth::SignIn sign_in) const;
  // What is known of this sign-in's person, for people who ask. Waits for the look-up, and begins it where no call has.
  net::Task<base::Json> describe(auth::SignIn sign_in);
  // What the next result has to say of a new sign-in; empty afterwards. A change of persons is said at once, by the
  // token's word where the look-up is still under way.
  std::vector<std::string> take_notes();

 private:
  struct Person;
  struct Told;
  class Bearers;

  static net::Task<> look_up(aic::Edges edges, auth::Session& session, base::Origin tenant, aic::TimeLimits limits,
                             aic::Scopes scopes, std::shared_ptr<Person> person);
  net::Task<> look_up_name(std::shared_ptr<Person> person);
  void note_change();
  std::shared_ptr<Person> begin_look_up(const auth::SignIn& sign_in, const aic::Scopes& scopes);

  aic::Edges edges_;
  auth::Session& session_;
  base::Origin tenant_;
  aic::TimeLimits limits_;
  std::map<std::uint64_t, std::shared_ptr<Person>> persons_;  // by the number of the sign-in
  std::shared_ptr<Told> told_;
};

}  // namespace app
