// The source of bearers of one call: aic's Bearers over auth's Session, with the client that may be asked to show a
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

}  // namespace app
