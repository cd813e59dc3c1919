// The sources of bearers: aic's Bearers over auth's Session, with or without a client that may be asked to show a
// sign-in.
#pragma once

#include <string>

#include "aic/tenant.h"
#include "auth/session.h"

namespace app {

class CallBearers final : public aic::Bearers {
 public:
  CallBearers(auth::Session& session, auth::Channel& channel, auth::Caller caller)
      : session_(session), channel_(channel), caller_(std::move(caller)) {}

  net::Task<aic::Bearer> get(aic::Scopes scopes) override {
    return session_.bearer(std::move(scopes), channel_, caller_);
  }
  void refused(const aic::Scopes& scopes, const aic::Bearer& bearer) override { session_.refused(scopes, bearer); }
  std::string refusal_hint(const aic::Scopes& scopes) const override;

 private:
  auth::Session& session_;
  auth::Channel& channel_;
  auth::Caller caller_;
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
