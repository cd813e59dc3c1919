// A call without its writes: they are answered from an overlay of the tenant, in which what they make shows, so that
// the call goes on as if it had been done (R-PRE-01, R-PRE-02). Nothing that changes the tenant leaves.
#pragma once

#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "aic/writing.h"

namespace aic {

// What comes next depends on an answer that only the tenant can give. No base::Error, so that no tool takes it for the
// outcome of a request.
struct Unforeseeable : std::exception {
  const char* what() const noexcept override { return "further steps depend on the tenant's answer"; }
};

class Rehearsal final : public Writing {
 public:
  explicit Rehearsal(Edges edges) : edges_(edges), random_(edges.random), clock_(edges.clock, *this) {}

  // For the tenant that is watched: ids that the call makes are noted, and it does not wait for what its writes do.
  Edges edges() { return {edges_.loop, clock_, random_, edges_.http, edges_.shared}; }
  std::string fingerprint(const Purpose& purpose) const { return Writing::fingerprint(purpose, random_.ids()); }
  std::vector<std::string> digests() const { return Writing::digests(random_.ids()); }

  net::Task<std::optional<http::Response>> answer(Tenant& tenant, const Message& message) override;
  void answered(const Message& message, Reply& reply) override;

 private:
  class Clock final : public net::Clock {
   public:
    Clock(net::Clock& clock, const Rehearsal& rehearsal) : clock_(clock), rehearsal_(rehearsal) {}
    net::Instant now() const override { return clock_.now(); }
    std::int64_t unix_ms() const override { return clock_.unix_ms(); }
    net::Task<> sleep(net::Duration duration) override;

   private:
    net::Clock& clock_;
    const Rehearsal& rehearsal_;
  };

  http::Response read(const std::string& path) const;
  void need_no_poll(const Message& message);
  net::Task<std::optional<Json>> former(Tenant& tenant, const Message& message);
  http::Response write(const Message& message, const std::optional<Json>& before);
  http::Response store(const std::string& path, Json document, int status);
  http::Response create(const Message& message);
  void amend(Json::array_t& list, const std::string& collection) const;

  Edges edges_;
  NotedRandom random_;
  Clock clock_;
  std::map<std::string, std::optional<Json>> overlay_;  // by path; nothing for what is deleted
  std::map<std::string, int> asked_since_;              // reads since the latest write, and how often
  std::set<std::string> looking_;                       // paths that are read to know what was there before
  bool changed_elsewhere_ = false;                      // a write shows in documents that the overlay does not have
  int created_ = 0, stored_ = 0;
};

}  // namespace aic
