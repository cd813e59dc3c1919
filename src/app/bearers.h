// The sources of bearers: aic's Bearers over auth's Session, with or without a client that may be asked to show a
// sign-in.
#pragma once

#include <optional>
#include <string>

#include "aic/tenant.h"
#include "app/persons.h"
#include "auth/session.h"

namespace app {

// Those of one call, which never acts as two people (R-SES-03): when another person signs in while it runs, it gets no
// further token.
class CallBearers final : public aic::Bearers {
 public:
  CallBearers(auth::Session& session, Persons& persons, auth::Channel& channel, auth::Caller caller,
              const aic::Trace& trace, std::optional<auth::SignIn>& acting)
      : session_(session),
        persons_(persons),
        channel_(channel),
        caller_(std::move(caller)),
        trace_(trace),
        acting_(acting) {}

  net::Task<aic::Bearer> get(aic::Scopes scopes) override;
  void refused(const aic::Scopes& scopes, const aic::Bearer& bearer) override { session_.refused(scopes, bearer); }
  std::string refusal_hint(const aic::Scopes& scopes) const override;
  // For whom the call acts: the latest sign-in, as long as the call has had no token.
  auth::SignIn sign_in() const { return acting_.value_or(session_.sign_in()); }

 private:
  net::Task<> check_person(auth::SignIn now);
  base::Error changed_person(const auth::SignIn& before, const auth::SignIn& now) const;

  auth::Session& session_;
  Persons& persons_;
  auth::Channel& channel_;
  auth::Caller caller_;
  const aic::Trace& trace_;
  std::optional<auth::SignIn>& acting_;  // whose tokens this call has had so far
};

// The same for what runs while a person types: fails with login_required instead of signing anybody in.
class QuietBearers final : public aic::Bearers {
 public:
  QuietBearers(auth::Session& session, auth::Caller caller) : session_(session), caller_(std::move(caller)) {}

  net::Task<aic::Bearer> get(aic::Scopes scopes) override;
  void refused(const aic::Scopes& scopes, const aic::Bearer& bearer) override { session_.refused(scopes, bearer); }

 private:
  auth::Session& session_;
  auth::Caller caller_;
};

}  // namespace app
