// The audit log: a line for each call that asked the tenant for something or was refused, and for each sign-in and
// sign-out (R-AUD-01 to -03). Without AIC_AUDIT_FILE it does nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "aic/tenant.h"
#include "app/options.h"
#include "base/random.h"
#include "net/clock.h"
#include "tools/kit/tool.h"

namespace app {

// What the arguments of a call were, without what may be personal or secret: the values of identifiers, and of the
// others type, size and SHA-256 of their JSON. Values that did not pass the check of the arguments may be anything.
base::Json audited_arguments(const tools::Tool& tool, const base::Json& arguments, bool passed_check);

class AuditLog {
 public:
  // What they name outlives the log.
  AuditLog(const Options& options, net::Clock& clock, base::Random& random);

  bool is_on() const { return !run_.empty(); }

  // Why a call of this tool must not begin, or write: it may write, the log is required, and no line could be written.
  std::optional<base::Error> refusal(const tools::Tool& tool) const;

  // Each returns a sentence for people where the line could not be written, and logs it; else nothing. `details` are
  // the members of the line between those that each line begins and ends with.
  std::string note(std::string_view event, const std::string& person, const base::Json& details = nullptr);

 private:
  const Options& options_;
  net::Clock& clock_;
  std::string run_;  // empty where there is no log
  std::uint64_t next_ = 1;
  std::uint64_t lost_ = 0;  // lines since the latest one that could be written
  std::string previous_;    // SHA-256 of the run's latest line; empty for none
};

// One call, whose line is written when it ends, however it ends. What it names outlives it.
class AuditedCall {
 public:
  // `client`: its name and version as it gives them. `person`: for whom the call acts, as far as known.
  AuditedCall(std::shared_ptr<AuditLog> log, const tools::Tool& tool, const aic::Trace& trace, net::Clock& clock,
              base::Json client, std::function<std::string()> person);
  // A call that was interrupted is noted if it had asked the tenant for something.
  ~AuditedCall();
  AuditedCall(const AuditedCall&) = delete;
  AuditedCall& operator=(const AuditedCall&) = delete;

  void take_arguments(const base::Json& arguments, bool passed_check);
  void person_approved(std::string_view how, std::string fingerprint) {
    approval_ = {{"how", how}, {"fingerprint", std::move(fingerprint)}};
  }
  // It unwinds with a question, and the client repeats it with the answer.
  void unwinds_with_question() { outcome_ = "asked"; }
  // It came to this error, or to a result.
  void came_to(const base::Error* error);

  // Writes the line where there is to be one. Returns what the call's result has to say of the log.
  std::string write();

 private:
  std::shared_ptr<AuditLog> log_;
  const tools::Tool& tool_;
  const aic::Trace& trace_;
  net::Clock& clock_;
  net::Instant begin_;
  base::Json client_;
  std::function<std::string()> person_;
  base::Json arguments_ = base::Json::object();
  std::string_view outcome_ = "interrupted";
  std::string category_;
  base::Json approval_;
  bool is_written_ = false;
};

}  // namespace app
